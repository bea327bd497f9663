"""A DHT on loopback for tests and for play: `python -m tests.dht.network`."""
