"""Extraction of whole records: each field stands in the input, in whatever company."""

import time
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.listing import albums, episodes, tracks
from schemas import MEDIUM_OF, Medium, Subcategory, TorrentFile

ALL = [subcategory for subcategory in Subcategory if MEDIUM_OF[subcategory] is not Medium.OTHER]


@cache
def extractor() -> Extractor:
    """Loaded once for the file."""
    return Extractor.load()


def files(*paths: str) -> tuple[TorrentFile, ...]:
    return tuple(TorrentFile(path=path, size=1) for path in paths)


def extracted(name: str, subcategory: Subcategory, *paths: str) -> dict[str, object]:
    subject = ExtractSubject(name, files(*paths) if paths else None, subcategory)
    metadata = extractor().extract([subject])[0].metadata
    return metadata.model_dump(exclude_none=True, exclude_defaults=True, exclude={"subcategory"})


@pytest.mark.parametrize(
    ("name", "subcategory", "expected"),
    [
        (
            "Big.Buck.Bunny.2008.1080p.BluRay.x264",
            Subcategory.MOVIE,
            {"title": "Big Buck Bunny", "year": 2008},
        ),
        (
            "[ www.site.org ] Quiet Harbour (2014) DVDRip",
            Subcategory.MOVIE,
            {"title": "Quiet Harbour", "year": 2014},
        ),
        (
            "Harbour.Street.S01E02.720p.WEB",
            Subcategory.EPISODE,
            {"series_title": "Harbour Street", "season_number": 1, "episode_number": 2},
        ),
        (
            "Quiet Orbit S02 720p",
            Subcategory.SEASON,
            {"series_title": "Quiet Orbit", "season_number": 2},
        ),
        (
            "Aurora Vale - Paper Lanterns (2011) [FLAC]",
            Subcategory.ALBUM,
            {"artist": "Aurora Vale", "album_name": "Paper Lanterns", "year": 2011},
        ),
        (
            "Aurora_Vale-Paper_Lanterns-CD-FLAC-2011-GRP",
            Subcategory.ALBUM,
            {"artist": "Aurora Vale", "album_name": "Paper Lanterns", "year": 2011},
        ),
        (
            "Brass Harbour - Discography 1971-1984 [FLAC]",
            Subcategory.COLLECTION,
            {"artists": ("Brass Harbour",)},
        ),
        (
            "Evening Talk 2024.05.17 720p",
            Subcategory.EPISODE,
            {"series_title": "Evening Talk", "air_date": "2024-05-17"},
        ),
    ],
)
def test_names_are_read(name: str, subcategory: Subcategory, expected: dict[str, object]) -> None:
    fields = extracted(name, subcategory)
    assert {key: fields.get(key) for key in expected} == expected


def test_tracks_have_numbers_names_and_discs() -> None:
    listed = tracks(
        files(
            "A/CD1/01 - Tide.flac",
            "A/CD1/02 - Fog.flac",
            "A/CD2/01 - Lamp.flac",
            "A/cover.jpg",
            "A/Sample/sample.flac",
        )
    )
    assert [(track.disc, track.num, track.name) for track in listed] == [
        (1, 1, "Tide"),
        (1, 2, "Fog"),
        (2, 1, "Lamp"),
    ]


def test_an_artist_that_every_track_repeats_is_no_part_of_its_name() -> None:
    listed = tracks(files("01 - Aurora Vale - Tide.mp3", "02 - Aurora Vale - Fog.mp3"))
    assert [track.name for track in listed] == ["Tide", "Fog"]


def test_vinyl_sides_are_discs() -> None:
    assert [(track.disc, track.num) for track in tracks(files("A1 Tide.flac", "B2 Fog.flac"))] == [
        (1, 1),
        (2, 2),
    ]


def test_episodes_of_a_pack_are_listed_once_and_in_order() -> None:
    listed = episodes(
        files("S/X.S01E02.mkv", "S/X.S01E01.mkv", "S/X.S01E03-E04.mkv", "S/X.S01E01.nfo")
    )
    assert [(episode.season_number, episode.episode_number) for episode in listed] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
    ]


def test_albums_of_a_collection_are_its_folders() -> None:
    assert albums(files("X/2001 - A/CD1/1.mp3", "X/2001 - A/CD2/1.mp3", "X/2003 - B/1.mp3")) == (
        "2001 - A",
        "2003 - B",
    )


@settings(deadline=None)
@example("\ud800 - The Tide 2001", Subcategory.ALBUM)
@given(st.text(st.characters(codec=None), max_size=200), st.sampled_from(ALL))
def test_whatever_the_name_every_published_field_stands_where_its_evidence_says(
    name: str, subcategory: Subcategory
) -> None:
    extracted = extractor().extract([ExtractSubject(name, None, subcategory)])[0]
    for field, proof in extracted.evidence.items():
        assert proof.span is not None
        start, end = proof.span
        assert 0 <= start < end <= len(name), field


@pytest.mark.parametrize(
    "name", ["a.-_[(" * 170, "1 - " * 256, "s01e" * 256, "((((" * 256, "2008." * 200, "- " * 500]
)
@pytest.mark.parametrize(
    "subcategory",
    [Subcategory.ALBUM, Subcategory.MOVIE, Subcategory.COLLECTION, Subcategory.EPISODE],
)
def test_a_hostile_name_costs_no_time(name: str, subcategory: Subcategory) -> None:
    loaded = extractor()
    began = time.perf_counter()
    loaded.extract([ExtractSubject(name[:1024], None, subcategory)])
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("extract", [extractor, cache(lambda: Extractor.load(tagger=False))])
def test_the_same_name_gives_the_same_record_in_any_company(
    extract: Callable[[], Extractor],
) -> None:
    subjects = [
        ExtractSubject(name, None, subcategory, 0.9)
        for subcategory in (
            Subcategory.ALBUM,
            Subcategory.MOVIE,
            Subcategory.EPISODE,
            Subcategory.EBOOK,
        )
        for name in (
            "Aurora Vale - Paper Lanterns",
            "Harbour.Street.S01E02.720p",
            "тихая гавань 2014",
            "x",
            "Paper Lanterns by Vale.epub",
        )
    ]
    together = extract().extract(subjects)
    assert together == [extract().extract([subject])[0] for subject in subjects]
    assert together[::-1] == extract().extract(subjects[::-1])


def test_a_clear_number_stands_against_the_class() -> None:
    assert extracted("Harbour.Street.S01E02.720p", Subcategory.MOVIE)["episode_number"] == 2
    pack = (
        extractor()
        .extract([ExtractSubject("Harbour Street E01-E12 1080p", None, Subcategory.MOVIE)])[0]
        .metadata
    )
    assert (pack.subcategory, pack.first_episode, pack.last_episode) == ("season", 1, 12)
    assert (
        extractor()
        .extract([ExtractSubject("Apollo 11", None, Subcategory.MOVIE)])[0]
        .metadata.subcategory
        == "movie"
    )


def test_evidence_is_of_fields_that_the_record_has() -> None:
    for name, subcategory in (
        ("Harbour.Street.S01E02.The.Lamp.720p.WEB", Subcategory.MOVIE),
        ("Aurora Vale - Tide", Subcategory.EBOOK),
    ):
        [record] = extractor().extract([ExtractSubject(name, None, subcategory, 1.0)])
        assert set(record.evidence) <= set(type(record.metadata).model_fields) | set(
            type(record.technical).model_fields
        )


def test_a_discography_has_its_years_and_no_year() -> None:
    record = extracted("Brass Harbour - Discography (1971-1984) [FLAC]", Subcategory.COLLECTION)
    assert (record["first_year"], record["last_year"], record.get("year")) == (1971, 1984, None)


def test_books_and_programs_have_titles_too() -> None:
    book = extracted("The Time Machine by H. G. Wells.epub", Subcategory.EBOOK)
    assert (book["title"], book["author"]) == ("The Time Machine", "H. G. Wells")
    assert (
        extracted("Tide Painter 3.1 (x64) Multilingual", Subcategory.APPLICATION)["title"]
        == "Tide Painter"
    )


def test_what_the_name_does_not_say_a_file_may() -> None:
    subject = ExtractSubject(
        "84321", files("84321/Aurora Vale - Paper Lanterns - 01 - Tide.flac"), Subcategory.ALBUM
    )
    record = extractor().extract([subject])[0]
    assert (record.metadata.artist, record.evidence["artist"].path) == (
        "Aurora Vale",
        subject.files[0].path if subject.files else "",
    )


def test_who_says_the_same_is_believed_more() -> None:
    record = extractor().extract(
        [ExtractSubject("Aurora Vale - Paper Lanterns [FLAC]", None, Subcategory.ALBUM)]
    )[0]
    assert record.evidence["artist"].source == "rules:artist-title+tagger"
    assert record.confidence > 0.8


@pytest.mark.parametrize(
    ("name", "subcategory", "field", "value", "evidence"),
    [
        (
            "Aurora Vale - Harbour&#39;s Lamp (1995) [FLAC]",
            Subcategory.ALBUM,
            "album_name",
            "Harbour's Lamp",
            "Harbour&#39;s Lamp",
        ),
        (
            "Vale &amp; Daughter - Lanterns (1995) [FLAC]",
            Subcategory.ALBUM,
            "artist",
            "Vale & Daughter",
            "Vale &amp; Daughter",
        ),
        (
            "Quiet &quot;Harbour&quot; Lamp 2015 1080p BluRay",
            Subcategory.MOVIE,
            "title",
            'Quiet "Harbour" Lamp',
            "Quiet &quot;Harbour&quot; Lamp",
        ),
        (
            "Quiet Harbour&#33; Lamp *2015* [1080p]",
            Subcategory.MOVIE,
            "year",
            2015,
            "2015",
        ),
    ],
)
def test_fields_are_clean_and_evidence_points_into_the_name_as_it_came(
    name: str, subcategory: Subcategory, field: str, value: object, evidence: str
) -> None:
    [answer] = extractor().extract([ExtractSubject(name, None, subcategory)])
    assert getattr(answer.metadata, field) == value
    span = answer.evidence[field].span
    assert span is not None
    assert name[slice(*span)] == evidence


def test_tracks_are_clean_and_paths_stand_as_they_came() -> None:
    paths = ("Lamps/01 - Don&#39;t Wake Her.flac", "Lamps/02 - Tide &amp; Lamp.flac")
    subject = ExtractSubject("01", files(*paths), Subcategory.ALBUM)
    [answer] = extractor().extract([subject])
    listed = answer.metadata.model_dump()["tracks"]
    assert [track["name"] for track in listed] == ["Don't Wake Her", "Tide & Lamp"]
    assert all(proof.path in {None, *paths} for proof in answer.evidence.values())
