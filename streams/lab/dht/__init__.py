"""A private DHT on loopback: libtorrent nodes, peers good and bad, and a judge of manners."""
