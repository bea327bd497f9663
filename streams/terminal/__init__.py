"""What a person does on a terminal: `mimmo search`, `mimmo tui`, `mimmo dht`."""
