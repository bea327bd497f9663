"""Commands of `python -m models.embed`, each a module with `make`, its parser, and `run`."""
