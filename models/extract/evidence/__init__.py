"""Evidence and belief: where a field stands in the input, and whom to believe about it."""
