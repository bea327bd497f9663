"""What a torrent is made of, as the brains read it."""
