"""Programs and games: name, version, platform, and what was done to a release."""
