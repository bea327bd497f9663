"""The demo dump, and what its rows are: `make` writes the files that lie beside it."""
