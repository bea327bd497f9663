"""The ban list: what is dropped before any topic or table holds it.

`ban_list.BanList` is what replay, crawl and workers ask; `python -m models ban` is the command.
"""
