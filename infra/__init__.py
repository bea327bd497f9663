"""What the streams stand on: settings, logging, Postgres, and a local stack of Kafka and Postgres."""
