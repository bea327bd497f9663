"""Learns the weights of the matcher: `python -m models.training match`."""
