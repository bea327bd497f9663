"""What a torrent costs on its way through the whole pipeline; see `__main__`."""
