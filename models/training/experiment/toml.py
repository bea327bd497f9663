"""Writes TOML, as recipes and manifests have it."""

from models.toml_text import to_toml

__all__ = ["to_toml"]
