"""The ban list: what is dropped before any topic or table holds it."""
