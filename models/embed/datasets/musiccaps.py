"""MusicCaps (Agostinelli et al. 2023): ten seconds of a video each, captions by musicians.

`musiccaps-public.csv`: ytid, start_s, end_s, audioset_positive_labels, aspect_list, caption,
author_id, is_balanced_subset, is_audioset_eval. The sounds are no part of it: `audio/YTID.wav`, cut
to its ten seconds.
"""

from collections.abc import Iterator
from pathlib import Path

from models.embed.clips import Clip
from models.embed.datasets.cleaning import cleaned
from models.embed.datasets.reading import line, list_in, sound, table

TABLE = "musiccaps-public.csv"
LICENCE = "CC BY-SA 4.0 (captions); the sounds are those of their videos"


def read(folder: Path) -> Iterator[Clip]:
    """Its clips."""
    for number, row in table(folder / TABLE, {"ytid", "start_s", "aspect_list", "caption"}):
        with line(folder / TABLE, number):
            texts = cleaned([row["caption"], ", ".join(list_in(row["aspect_list"]))])
            if not texts:
                continue
            yield Clip(
                id=row["ytid"],
                work=row["ytid"],
                texts=texts,
                audio=sound(folder / "audio", row["ytid"]),
                licence=LICENCE,
                url=f"https://www.youtube.com/watch?v={row['ytid']}&t={row['start_s']}s",
            )
