"""Dumps that are SQLite databases, told by their tables."""
