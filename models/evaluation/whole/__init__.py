"""One report on everything that is measured: `python -m models evaluate all`."""
