"""Adapters: whatever runs a model, its answer is a score of each label in each segment."""
