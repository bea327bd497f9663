"""What the streams stand on: settings, logging, Postgres, a local stack of Kafka and Postgres."""
