"""The console: pages, feeds and a JSON API over Postgres, which it only reads.

`python -m streams.web` starts it. It needs the extra `web`.
"""
