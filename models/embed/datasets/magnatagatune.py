"""MagnaTagATune (Law et al. 2009): clips of 29 seconds and the tags that players agreed on.

`annotations_final.csv`, parted by tabs: clip_id, a column a tag with 0 or 1, mp3_path;
`clip_info_final.csv`: clip_id, track_number, title, artist, album, url, segmentStart, segmentEnd,
original_url, mp3_path. The sounds: MP3_PATH below `mp3` or the folder.
"""

from collections.abc import Iterator
from pathlib import Path

from models.embed.clips import Clip
from models.embed.datasets.cleaning import cleaned
from models.embed.datasets.reading import below, line, table

TAGS = "annotations_final.csv"
CLIPS = "clip_info_final.csv"
LICENCE = "CC BY-NC-SA 1.0 (sounds, of Magnatune)"


def read(folder: Path) -> Iterator[Clip]:
    """Its clips with a tag; those of one artist are one work."""
    about = {row["clip_id"]: row for _, row in table(folder / CLIPS, {"clip_id", "artist"}, "\t")}
    base = folder / "mp3" if (folder / "mp3").is_dir() else folder
    for number, row in table(folder / TAGS, {"clip_id", "mp3_path"}, "\t"):
        with line(folder / TAGS, number):
            tags = [tag for tag, mark in row.items() if mark == "1" and tag != "clip_id"]
            texts = cleaned([", ".join(tags)])
            if not texts:
                continue
            told = about.get(row["clip_id"], {})
            yield Clip(
                id=row["clip_id"],
                work=told.get("artist") or row["mp3_path"],
                texts=texts,
                audio=below(base, row["mp3_path"]),
                licence=LICENCE,
                url=told.get("url") or None,
            )
