"""Song Describer (Manco et al. 2023): two minutes of tracks of MTG-Jamendo, up to five captions.

`song_describer.csv`: caption_id, track_id, caption, is_valid_subset, familiarity, artist_id,
album_id, path, duration and more; a track has a line a caption. The sounds:
`audio/00/1100.2min.mp3` where the path says `00/1100.mp3`. It is for judging, not for learning.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from models.embed.clips import Clip
from models.embed.datasets.cleaning import cleaned
from models.embed.datasets.reading import below, line, table

TABLE = "song_describer.csv"
LICENCE = "CC BY-SA 4.0 (captions); CC, of each track: audio_licenses.txt"


def read(folder: Path) -> Iterator[Clip]:
    """Its tracks, each with all its captions; those of one artist are one work."""
    columns = {"caption_id", "track_id", "caption", "path", "artist_id"}
    captions: dict[str, list[str]] = defaultdict(list)
    tracks = {}
    for number, row in table(folder / TABLE, columns):
        captions[row["track_id"]].append(row["caption"])
        tracks[row["track_id"]] = number, row
    for track, (number, row) in tracks.items():
        with line(folder / TABLE, number):
            texts = cleaned(captions[track])
            if texts:
                yield Clip(
                    id=track,
                    work=f"artist {row['artist_id']}",
                    texts=texts,
                    audio=_audio(folder / "audio", row["path"]),
                    licence=LICENCE,
                    url=f"https://www.jamendo.com/track/{track}",
                )


def _audio(folder: Path, name: str) -> Path:
    short = below(folder, f"{name.removesuffix('.mp3').removesuffix('.2min')}.2min.mp3")
    whole = below(folder, name)
    return whole if whole.is_file() and not short.is_file() else short
