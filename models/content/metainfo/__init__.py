"""What a torrent says of itself: bencode, info dicts, and names in whatever encoding they are."""
