"""Hours at a steady rate, with restarts: is memory flat, and is nothing lost? See `__main__`."""
