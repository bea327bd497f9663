"""How the adapter of SmolLM2 was made: `python -m models.training.llm --help`."""
