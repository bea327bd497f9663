"""How the tagger of models/extract was made: `python -m models.training.tagger --help`."""
