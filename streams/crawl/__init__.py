"""The live DHT crawl: `python -m streams.crawl`. Publishes to `torrents.discovered` what replay
publishes.
"""
