"""The console of models: which there are, how they do, and how another comes in."""
