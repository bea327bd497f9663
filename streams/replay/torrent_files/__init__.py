"""`.torrent` files: one, a folder of them, or an archive."""
