"""A loop that has three rows to learn from, and what its folders hold."""

import json
from pathlib import Path
from typing import Any

from models.training.row_files import NAMES, write_rows

RECIPE = """
data = ["known"]
evaluation = "evaluation.jsonl"
fewest = 5
[gather]
read = ["read.jsonl"]
[train]
classifier = "classifier-tiny"
"""


def rows(*names: str, sub: str = "album") -> list[dict[str, Any]]:
    medium = {"album": "audio", "movie": "video"}[sub]
    return [{"name": name, "medium": medium, "sub": sub, "nsfw": False} for name in names]


def lines(path: Path, listed: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in listed), encoding="utf-8")


def options(tmp_path: Path) -> list[str]:
    """The options of a loop that has three rows to learn from."""
    (tmp_path / "loop.toml").write_text(RECIPE)
    lines(tmp_path / "evaluation.jsonl", rows("Quiet Harbour 1999", sub="movie"))
    read = [*rows("Low Tide", "Paper Lanterns", "High Tide"), {"name": "Copper Bridge"}]
    lines(tmp_path / "read.jsonl", read)
    write_rows(tmp_path / "known" / NAMES, [])
    return ["--recipe", str(tmp_path / "loop.toml"), "--home", str(tmp_path / "LOOP"), "--once"]
