"""An album's artist from its files: only what they agree on."""

import pytest

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.track_agreement import agrees
from schemas import Subcategory, TorrentFile


def artist_of(name: str, subcategory: Subcategory, *paths: str) -> object:
    """What rules alone say of a torrent, the last of whose files is the largest."""
    files = tuple(TorrentFile(path=path, size=size) for size, path in enumerate(paths, start=1))
    subject = ExtractSubject(name, files or None, subcategory)
    answer = Extractor.load(tagger=False).extract([subject])[0].metadata.model_dump()
    return answer.get("artist") or answer.get("author")


@pytest.mark.parametrize(
    ("name", "subcategory", "paths"),
    [
        (
            "Hollow Parade (2013) [FLAC]",
            Subcategory.ALBUM,
            ("01 - Ember.flac", "02 - Ash.flac", "03 - Long Walk Home.flac"),
        ),
        (
            "Hollow Parade",
            Subcategory.ALBUM,
            ("Hollow Parade/01. Ember.flac", "Hollow Parade/02. Ash.flac"),
        ),
        ("Hollow Parade", Subcategory.ALBUM, ("01 Ember.mp3", "02 Ash.mp3")),
        ("Quiet Lamps", Subcategory.ALBUM, ("A1 Ember.mp3", "B1 - Ash - Reprise.mp3")),
        (
            "Mixed Lamps",
            Subcategory.ALBUM,
            ("01 - Aurora Vale - Ember.mp3", "02 - Piet Varga - Ash.mp3"),
        ),
        ("Low Tide", Subcategory.AUDIOBOOK, ("01 - Chapter One.mp3", "02 - Chapter Two.mp3")),
        ("03 - Long Walk Home.flac", Subcategory.TRACK, ()),
    ],
)
def test_neither_a_number_nor_a_title_of_a_track_is_the_artist(
    name: str, subcategory: Subcategory, paths: tuple[str, ...]
) -> None:
    assert artist_of(name, subcategory, *paths) is None


@pytest.mark.parametrize(
    "paths",
    [
        ("01 - Aurora Vale - Ember.flac", "02 - Aurora Vale - Ash.flac"),
        ("Aurora Vale - Ember.mp3", "Aurora Vale - Ash.mp3"),
        ("Aurora Vale - Intro.mp3", "Hidden.mp3", "Aurora Vale - Ash.mp3"),
        ("Aurora Vale - Ash.mp3",),
        ("01_Aurora_Vale_-_Ember.mp3", "02_Aurora_Vale_-_Ash.mp3"),
    ],
)
def test_an_artist_whom_most_files_name_is_that_of_the_album(paths: tuple[str, ...]) -> None:
    files = [TorrentFile(path=path, size=1) for path in paths]
    assert agrees("Aurora Vale", files)
    assert not agrees("Ash", files) or len(paths) == 1
    assert not agrees("01", files)


def test_an_unnamed_album_has_the_artist_of_its_tracks() -> None:
    paths = ("01 - Aurora Vale - Ember.flac", "02 - Aurora Vale - Ash.flac")
    assert artist_of("", Subcategory.ALBUM, *paths) == "Aurora Vale"
