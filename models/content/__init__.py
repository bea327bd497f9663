"""A torrent as the brains read it, out of whatever a person hands over."""
