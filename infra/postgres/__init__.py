"""Postgres: numbered migrations, connections, and the writes that make effects idempotent."""
