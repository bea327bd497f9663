"""Hostile records for every topic: kinds as data, seeded, with what must become of each of them."""
