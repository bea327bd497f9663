"""`mimmo dht INFOHASH`: what an infohash is, asked of the DHT."""
