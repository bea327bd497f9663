"""The live crawl, `python -m streams.crawl`: publishes to `torrents.discovered` as replay does."""
