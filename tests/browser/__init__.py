"""Tests that a real Chromium runs against the real server, Kafka, Postgres and store."""
