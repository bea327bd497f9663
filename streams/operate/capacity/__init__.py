"""What a plan needs: processors, disk, Kafka, memory, network; computed from what was measured."""
