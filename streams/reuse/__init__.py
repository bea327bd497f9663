"""Results told to other installations, and theirs taken: `python -m streams.reuse`."""
