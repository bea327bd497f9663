"""AudioSet (Gemmeke et al. 2017), its music: ten seconds of a video each, and labels.

`balanced_train_segments.csv`, `unbalanced_train_segments.csv` and `eval_segments.csv`: three lines
of comment, then YTID, start_seconds, end_seconds, "positive_labels"; `class_labels_indices.csv`:
index, mid, display_name; `ontology.json`: id, name, child_ids. The sounds are no part of it:
`audio/YTID.wav`, cut to its ten seconds.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from models.embed.clips import BadClips, Clip
from models.embed.datasets.cleaning import cleaned
from models.embed.datasets.reading import line, rows, sound, table

TABLES = ("balanced_train_segments.csv", "unbalanced_train_segments.csv", "eval_segments.csv")
NAMES = "class_labels_indices.csv"
ONTOLOGY = "ontology.json"
LICENCE = "CC BY 4.0 (labels), CC BY-SA 4.0 (ontology); the sounds are those of their videos"

MUSIC = "/m/04rlf"
"""The label `Music`; what is below it is a genre, an instrument, a mood or a role of music."""


def read(folder: Path) -> Iterator[Clip]:
    """Its clips with a label below `Music`."""
    names = {
        row["mid"]: row["display_name"] for _, row in table(folder / NAMES, {"mid", "display_name"})
    }
    music = _below(folder / ONTOLOGY, MUSIC)
    tables = [folder / name for name in TABLES if (folder / name).is_file()]
    if not tables:
        raise BadClips(f"{folder} has none of {', '.join(TABLES)}")
    for path in tables:
        for number, row in rows(path):
            with line(path, number):
                if row[0].startswith("#") or len(row) < 4:
                    continue
                labels = [label for label in row[3].split(",") if label in music]
                # `Music` alone says nothing of it.
                told = [names[label] for label in labels if label in names and label != MUSIC]
                texts = cleaned([", ".join(told)])
                if not texts:
                    continue
                yield Clip(
                    id=row[0],
                    work=row[0],
                    texts=texts,
                    audio=sound(folder / "audio", row[0]),
                    licence=LICENCE,
                    url=f"https://www.youtube.com/watch?v={row[0]}&t={int(float(row[1]))}s",
                )


def _below(path: Path, root: str) -> set[str]:
    """A label and all that the ontology has below it."""
    try:
        told = json.loads(path.read_bytes())
        children = {label["id"]: list(label["child_ids"]) for label in told}
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise BadClips(f"{path} is no ontology: {error}") from error
    below, waiting = set(), [root]
    while waiting:
        label = waiting.pop()
        if label not in below:
            below.add(label)
            waiting += children.get(label, [])
    return below
