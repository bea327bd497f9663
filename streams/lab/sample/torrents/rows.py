"""What a row of the demo dump is made of."""

import random
from typing import Any

SEED = 20260101
MEGABYTE = 1_000_000

Files = list[dict[str, Any]]
Row = tuple[str, str, str, Files]
"""Name, medium, subcategory, files."""

rng = random.Random(SEED)
"""Of everything that is drawn."""


def file(path: str, megabytes: float) -> dict[str, Any]:
    """A file of about this size."""
    return {"path": path, "size": int(megabytes * MEGABYTE * rng.uniform(0.9, 1.1))}
