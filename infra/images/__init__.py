"""Images: the base without a runtime of models, one runtime an image, the crawl.

`Containerfile` says what is in them, `python -m infra.images` makes them without Docker.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The checkout: the context of a build."""

FOLDER = Path(__file__).parent

TARGETS = ("base", "runtime-onnx", "runtime-llama", "crawl")
"""Stages of the Containerfile that are images, in the order in which they are built."""

LIMITS = {"base": 250, "runtime-onnx": 600, "runtime-llama": 700, "crawl": 300}
"""Target -> megabytes (10^6 bytes) that its image may have at most."""


class ImageError(Exception):
    """An image cannot be made or run; the message says what to do."""
