"""Free Music Archive (Defferrard et al. 2017): tracks with genres and the tags of their makers.

`fma_metadata/tracks.csv` has two lines of names above each other (`track`, `genre_top`) and a third
with `track_id`; `fma_metadata/genres.csv`: genre_id, #tracks, parent, title, top_level. The sounds:
`fma_SIZE/000/000002.mp3`, clips of 30 seconds, or whole tracks in `fma_full`.
"""

from collections.abc import Iterator
from pathlib import Path

from models.embed.clips import BadClips, Clip
from models.embed.datasets.cleaning import cleaned
from models.embed.datasets.reading import line, list_in, rows, table

TRACKS = "fma_metadata/tracks.csv"
GENRES = "fma_metadata/genres.csv"
SIZES = ("fma_full", "fma_large", "fma_medium", "fma_small")
"""The first folder that is there has the sounds."""

_NEEDED = (
    ("artist", "id"),
    ("track", "genre_top"),
    ("track", "genres"),
    ("track", "tags"),
    ("track", "license"),
)


def read(folder: Path) -> Iterator[Clip]:
    """Its tracks with a genre or a tag; those of one artist are one work."""
    titles = {
        row["genre_id"]: row["title"] for _, row in table(folder / GENRES, {"genre_id", "title"})
    }
    size = next((name for name in SIZES if (folder / name).is_dir()), SIZES[-1])
    lines = rows(folder / TRACKS)
    (_, above), (_, below) = next(lines, (0, [])), next(lines, (0, []))
    columns = {pair: place for place, pair in enumerate(zip(above, below, strict=False))}
    if missing := [".".join(pair) for pair in _NEEDED if pair not in columns]:
        raise BadClips(f"{folder / TRACKS}: no column {', '.join(missing)}")
    for number, row in lines:
        with line(folder / TRACKS, number):
            if not row[0].isdigit():  # the line with `track_id`
                continue
            artist, top, genres, tags, licence = (row[columns[pair]] for pair in _NEEDED)
            named = [titles[genre] for genre in list_in(genres) if genre in titles]
            told = dict.fromkeys(filter(None, [top, *named]))
            texts = cleaned([", ".join(told), ", ".join([*told, *list_in(tags)])])
            if texts:
                name = f"{int(row[0]):06d}"
                yield Clip(
                    id=row[0],
                    work=f"artist {artist}",
                    texts=texts,
                    audio=folder / size / name[:3] / f"{name}.mp3",
                    licence=licence or None,
                )
