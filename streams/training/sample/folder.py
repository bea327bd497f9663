"""The folder of a sample: `sample.jsonl`, and `sample.json` with what it was drawn from."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.training.row_files import replace, write_text
from streams.training.sample.drawing import Drawn, Wanted

ROWS = "sample.jsonl"
ABOUT = "sample.json"


class OtherSample(Exception):
    """The folder holds another sample; the message says what differs and what to do."""


@dataclass(frozen=True)
class Request:
    """What was asked for: the same request draws the same rows."""

    wanted: Wanted
    sources: list[dict[str, Any]]
    """Name and SHA-256 of each source."""

    def as_json(self) -> dict[str, Any]:
        """As `sample.json` holds it."""
        known = ",".join(str(key) for key in sorted(self.wanted.known))
        return {
            "n": self.wanted.count,
            "seed": self.wanted.seed,
            "files": self.wanted.files,
            "adult": self.wanted.adult,
            "mark_held_out": self.wanted.marks_held_out,
            "weights": {
                name: str(weight) for name, weight in sorted(self.wanted.weights.of.items())
            },
            "excluded": {
                "families": len(self.wanted.known),
                "sha256": hashlib.sha256(known.encode()).hexdigest(),
            },
            "sources": self.sources,
        }

    @property
    def is_repeatable(self) -> bool:
        """Whether the sources are files: a pipe or a database may hold others the next time."""
        return all(source["sha256"] is not None for source in self.sources)


def is_there(folder: Path, request: Request) -> bool:
    """Whether the folder holds what is asked for already.

    Raises:
        OtherSample: it holds another sample.
    """
    about = folder / ABOUT
    if not about.exists():
        return False
    try:
        kept = json.loads(about.read_text(encoding="utf-8"))
        before, digest = kept["request"], kept["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise OtherSample(
            f"{about} is damaged ({error}); take another --out, or --force"
        ) from error
    asked = request.as_json()
    differing = [name for name in asked if before.get(name) != asked[name]]
    if differing:
        raise OtherSample(
            f"{folder} holds another sample: {', '.join(differing)} differ; take another --out, "
            "or --force to replace it"
        )
    if not request.is_repeatable:
        raise OtherSample(
            f"{folder} holds a sample, and what is read may have changed since; take another "
            "--out, or --force to replace it"
        )
    return bool(digest == _digest(folder / ROWS))


def write(folder: Path, request: Request, drawn: Drawn) -> None:
    """Write both files. A kill leaves those of before, or a folder that is not taken for whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).unlink(missing_ok=True)
    replace(folder / ROWS, (line + b"\n" for line in drawn.lines))
    about = {
        "rows": len(drawn.lines),
        "sha256": _digest(folder / ROWS),
        "request": request.as_json(),
        "strata": {
            name: {"seen": seen, "drawn": taken} for name, (seen, taken) in drawn.strata.items()
        },
        "left_out": dict(sorted(drawn.refused.items())),
        "read": [
            {
                "name": reading.source.name,
                "format": reading.format,
                "torrents": reading.torrents,
                "rejected": reading.rejected,
                "fault": reading.fault,
            }
            for reading in drawn.readings
        ],
    }
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    write_text(folder / ABOUT, text)


def _digest(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
