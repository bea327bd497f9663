"""Everything that speaks to Kafka: producer, consumer, the engine of delivery, dead letters."""
