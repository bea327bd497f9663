"""Inference over HTTP: the brains of `python -m models` for other programs, without Kafka."""
