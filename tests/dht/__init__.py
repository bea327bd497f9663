"""A DHT on loopback for tests and for play: `python -m streams.lab.dht.network`."""
