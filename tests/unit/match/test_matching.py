"""Matching on the sample catalogue: precision before recall."""

from datetime import date
from pathlib import Path

import pytest

from models.match.dump import Dump
from models.match.entities import Kind
from models.match.errors import DumpUnreadable, IndexMissing
from models.match.matcher import Matcher
from models.match.query import Query
from schemas import LinkStatus, Subcategory
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.catalogue import Sources, import_index

SAMPLE = Path(make.__file__).parent
ASSERTED = {LinkStatus.EXACT, LinkStatus.HIGH, LinkStatus.MEDIUM}


def sample(day: date | None = None) -> Sources:
    artists, groups = (
        Dump(SAMPLE / "artist.tar.xz", Kind.ARTIST),
        Dump(SAMPLE / "release-group.tar.xz", Kind.RELEASE_GROUP),
    )
    return Sources(artists, groups, day=day)


@pytest.fixture(scope="module")
def matcher(sample_index: Path) -> Matcher:
    return Matcher.open(sample_index)


def test_every_album_of_the_catalogue_is_found_by_its_own_name(matcher: Matcher) -> None:
    wrong = []
    for artist in make.catalogue():
        if artist.get("homonym"):
            continue
        for album in artist.get("albums", []):
            if "credit" in album:
                continue
            query = Query(artist["name"], album["title"], album.get("year"))
            match = matcher.match([query])[0]
            if match.status in ASSERTED and match.release_group_mbid != make.group_mbid(
                artist, album
            ):
                wrong.append((query, match))
    assert wrong == []


@pytest.mark.parametrize(
    ("artist", "title"),
    [
        ("paper lighthouse", "low tide"),
        ("Paper_Lighthouse", "Low Tide (Deluxe Edition)"),
        ("Velvet Quarry", "Slate"),
        ("Moss and Ember", "Fire and Fern"),
    ],
)
def test_spellings_are_found(matcher: Matcher, artist: str, title: str) -> None:
    match = matcher.match([Query(artist, title)])[0]
    assert match.status in ASSERTED
    assert match.release_group_mbid is not None


def test_a_name_that_two_artists_share_is_ambiguous_without_more(matcher: Matcher) -> None:
    shared = {artist["name"] for artist in make.catalogue() if artist.get("homonym")}
    assert shared
    for name in shared:
        match = matcher.match([Query(name, None, subcategory=Subcategory.COLLECTION)])[0]
        assert match.status is LinkStatus.AMBIGUOUS, name
        assert match.artist_mbid is None


@pytest.mark.parametrize(
    "query",
    [
        Query(None, "Low Tide"),
        Query("", ""),
        Query("Nobody Of This Name", "Nothing"),
        Query("Various Artists", None),
        Query("\x00", "x" * 500),
    ],
)
def test_what_is_not_there_is_not_asserted(matcher: Matcher, query: Query) -> None:
    assert matcher.match([query])[0].status in (LinkStatus.NONE, LinkStatus.AMBIGUOUS)


def test_the_same_dumps_are_the_same_version_and_a_new_one_is_noticed(tmp_path: Path) -> None:
    first = import_index(tmp_path, sample())
    opened = Matcher.open(tmp_path)
    assert not import_index(tmp_path, sample()).is_new
    assert not opened.is_stale()
    second = import_index(tmp_path, sample(date(2027, 1, 1)))
    assert second.is_new
    assert second.meta.version != first.meta.version
    assert opened.is_stale()
    assert opened.match([Query("Paper Lighthouse", "Low Tide")])[0].status is LinkStatus.EXACT, (
        "the old one still answers"
    )


def test_the_committed_dumps_are_what_the_catalogue_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tarfile

    with tarfile.open(SAMPLE / "artist.tar.xz") as tar:
        member = tar.extractfile("mbdump/artist")
        assert member is not None
        assert member.read().decode() == "\n".join(make.artist_lines()) + "\n"


def test_bad_lines_are_counted_and_told_and_never_fatal(tmp_path: Path) -> None:
    path = tmp_path / "artist"
    path.write_text(
        "\n".join([make.artist_lines()[1], "not json", '{"id": "x", "name": "y"}', "[]"]) + "\n"
    )
    dump = Dump(path, Kind.ARTIST)
    assert len(list(dump.entities())) == 1
    assert dump.bad == 3
    assert [line.number for line in dump.bad_lines] == [2, 3, 4]


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"streams\.musicbrainz import"):
        Matcher.open(tmp_path)
    with pytest.raises(DumpUnreadable):
        Dump(tmp_path / "nothing", Kind.ARTIST)
