"""MTG-Jamendo (Bogdanov et al. 2019): whole tracks with tags of genre, instrument and mood.

`autotagging.tsv` or a subset of it: TRACK_ID, ARTIST_ID, ALBUM_ID, PATH, DURATION, and then a tag a
column, `genre---rock`. The sounds: `audio/PATH`, or with `.low.mp3` in place of `.mp3`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.embed.clips import BadClips, Clip
from models.embed.datasets.cleaning import cleaned
from models.embed.datasets.reading import below, line, rows

TABLES = (
    "autotagging.tsv",
    "raw_30s_cleantags_50artists.tsv",
    "autotagging_genre.tsv",
    "autotagging_instrument.tsv",
    "autotagging_moodtheme.tsv",
    "autotagging_top50tags.tsv",
)
"""The first one that is there is read."""
LICENCE = "CC, of each track: audio_licenses.txt; tags CC BY-NC-SA 4.0"
_COLUMNS = ["TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS"]


def read(folder: Path) -> Iterator[Clip]:
    """Its tracks; those of one artist are one work."""
    paths = [path for name in TABLES for path in (folder / name, folder / "data" / name)]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise BadClips(f"{folder} has none of {', '.join(TABLES)}")
    lines = rows(path, "\t")
    if next(lines, (0, []))[1] != _COLUMNS:
        raise BadClips(f"{path}: its columns are not {', '.join(_COLUMNS)}")
    for number, row in lines:
        with line(path, number):
            track, artist, _, name, _, *tags = row
            texts = cleaned(_said(tags))
            if texts:
                yield Clip(
                    id=track,
                    work=artist,
                    texts=texts,
                    audio=_audio(folder / "audio", name),
                    licence=LICENCE,
                    url=f"https://www.jamendo.com/track/{int(track.removeprefix('track_'))}",
                )


def _said(tags: Sequence[str]) -> tuple[str, str]:
    """Tags in a row, and by what they are of: `genre rock, pop; instrument piano`."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for tag in tags:
        kind, _, value = tag.partition("---")
        kinds[kind].append(value)
    flat = ", ".join(value for values in kinds.values() for value in values)
    return flat, "; ".join(f"{kind} {', '.join(values)}" for kind, values in kinds.items())


def _audio(folder: Path, name: str) -> Path:
    low = below(folder, f"{name.removesuffix('.mp3')}.low.mp3")
    return low if low.is_file() else below(folder, name)
