"""MusicBench (Melechovsky et al. 2023): MusicCaps, changed in pitch, pace and loudness.

`MusicBench_train.json`, `MusicBench_test_A.json`, `MusicBench_test_B.json`: a JSON object a line
with location, main_caption, alt_caption and what was measured. The sounds: LOCATION below the
folder, `data/YTID.wav` or `data_aug2_4/YTID_2.wav`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from models.embed.clips import BadClips, Clip
from models.embed.datasets.cleaning import cleaned
from models.embed.datasets.reading import below, line

TABLES = ("MusicBench_train.json", "MusicBench_test_A.json", "MusicBench_test_B.json")
LICENCE = "CC BY-SA 3.0 (captions); the sounds are those of their videos"
_VIDEO = re.compile(r"(?P<video>.{11})(?:_\d+)?")
"""The name of a video has eleven letters, `_` among them; what follows is the change."""


def read(folder: Path) -> Iterator[Clip]:
    """Its clips; all that was made of one video is one work."""
    tables = [folder / name for name in TABLES if (folder / name).is_file()]
    if not tables:
        raise BadClips(f"{folder} has none of {', '.join(TABLES)}")
    heard = set()
    for path in tables:
        for number, text in enumerate(path.read_bytes().splitlines(), 1):
            with line(path, number):
                row = json.loads(text)
                place = str(row["location"])
                texts = cleaned([row["main_caption"], row.get("alt_caption") or ""])
                # Test A and B have the same sounds, with fewer words and with more.
                if not texts or place in heard:
                    continue
                heard.add(place)
                video = _VIDEO.fullmatch(Path(place).stem)
                yield Clip(
                    id=place,
                    work=video["video"] if video else Path(place).stem,
                    texts=texts,
                    audio=below(folder, place),
                    licence=LICENCE,
                )
