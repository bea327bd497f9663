"""Everything that speaks to Kafka: the producer, consumers, the engine of delivery, dead letters,
topics.
"""
