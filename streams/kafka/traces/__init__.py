"""Traces of what a record goes through, from the source to its row; off unless asked for."""
