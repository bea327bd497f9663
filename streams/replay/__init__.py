"""Dumps of torrent metadata, published to Kafka: `python -m streams.replay DUMP`."""
