"""Measures what a torrent takes, and checks the arithmetic of plans; see `__main__`."""
