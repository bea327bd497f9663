"""A copy of all tables that belongs to a place in Kafka: taken, kept in a folder, put back."""
