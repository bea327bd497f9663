"""What ships to try the pipeline with: the demo, its sample data, generators and a private DHT."""
