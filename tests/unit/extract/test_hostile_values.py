"""Whatever a name or a file list says, a record comes of it that its schema takes."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import extract
from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.listing import episodes, tracks
from models.extract.subject import Extracted
from schemas import MEDIUM_OF, Medium, Subcategory, Technical, TorrentFile, metadata_for

RULES = Extractor.load(tagger=False)
CLASSES = [kind for kind in Subcategory if MEDIUM_OF[kind] is not Medium.OTHER]


def extracted(
    name: str, kind: Subcategory = Subcategory.SEASON, paths: tuple[str, ...] = ()
) -> Extracted:
    files = tuple(TorrentFile(path=path, size=1) for path in paths) or None
    return RULES.extract([ExtractSubject(name, files, kind)])[0]


def assert_fits(answer: Extracted) -> None:
    """The record is one that its schema reads back, and evidence is only of what it has."""
    dumped = answer.metadata.model_dump()
    assert metadata_for(Subcategory(answer.metadata.subcategory), dumped) == answer.metadata
    assert Technical.model_validate(answer.technical.model_dump()) == answer.technical
    assert all(dumped[field] not in (None, ()) for field in answer.evidence)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Lantern Bay S02P00", "part"),
        ("Lantern Bay Season 02 Part 00", "part"),
        ("Lantern Bay Season 2 0 episodes", "episode_count"),
        ("Маяк сезон 1 (0 серий)", "episode_count"),
        ("Lantern Bay S9999E01", "season_number"),
        ("Lantern Bay E20001", "episode_number"),
    ],
)
def test_number_that_no_series_has_is_dropped_with_its_evidence(name: str, field: str) -> None:
    answer = extracted(name)
    assert getattr(answer.metadata, field, None) is None
    assert field not in answer.evidence
    assert answer.metadata.model_dump()["series_title"]


def test_episodes_of_files_have_numbers_that_series_have() -> None:
    paths = ("S2101E01.mkv", "S01E20001.mkv", "S01E02.mkv", "S01E20000.mkv")
    files = [TorrentFile(path=path) for path in paths]
    numbers = [(file.season_number, file.episode_number) for file in episodes(files)]
    assert numbers == [(1, 2), (1, 20_000)]


def test_track_whose_file_has_only_an_ending_is_named_by_it() -> None:
    assert [track.name for track in tracks([TorrentFile(path="Low Tide/ .mp3")])] == [".mp3"]


def test_long_lists_are_cut_and_keep_their_evidence() -> None:
    consoles = (
        "NES, SNES, Game Boy, GBC, GBA, NDS, 3DS, N64, GameCube, Wii, Wii U, Master System, "
        "Mega Drive, Game Gear, Saturn, Dreamcast, PS1"
    )
    answer = extracted(f"Lantern Set ({consoles})", Subcategory.GAME)
    assert len(answer.metadata.model_dump()["platforms"]) == 16
    assert "platforms" in answer.evidence
    crowd = ",".join(f"{letter}{other}" for letter in "ABCDEF" for other in "abcdef")
    answer = extracted(f"Paper Lighthouse - Low Tide (feat. {crowd}) [FLAC]", Subcategory.ALBUM)
    assert len(answer.metadata.model_dump()["featured"]) == 32
    assert "featured" in answer.evidence


def test_mark_between_dashes_is_no_series() -> None:
    answer = extracted("Ann Reed - + - #3 - Low Tide", Subcategory.EBOOK)
    assert answer.metadata.model_dump()["series"] is None
    assert "series" not in answer.evidence


SHAPES = (
    """
S{}E{}|S{}P{}|S{}E{}-E{}|{}x{}|E{}|Season {}|Season {} Part {}|Season {} {} episodes|сезон {}
сезон {} ({} серий)|{} серии из {}|Episode {}|Part {}|Vol. {}|v{}|#{}|#{} (of {})|Issue {}|c{}
Book {}|(Saga, Book {})|Chapter {}|Act {}|Disc {}|CD{}|No. {}|{} kbps|{}bit|{}kHz|{}p|{}fps
Build {}|Update {}|v{}.{}|({})|[{}]|{}-{}|{}.{}|{}-{}-{}|March {}|Live at {}|第{}巻|第{}話|Cap.{}
feat. A, B & C|by {}|S{} - {}|{} of {}|{}th Edition|ISBN {}|OVA {}|- + -|- _ -|() []|-|–|²|½|٣
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
"""How rules expect numbers."""

WORDS = "Ann Reed|Paper Lighthouse|Low Tide|The|and|Beethoven|Symphony|Karajan|read by|-GRP|[GRP]"
PLAIN = re.compile(r"[\w. &-]{1,24}")


def texts(value: object) -> Iterator[str]:
    """All texts of a table, its keys too, that are no expressions."""
    if isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, str) and PLAIN.fullmatch(value):
        yield value


@cache
def vocabulary() -> list[str]:
    """The words of the tables of all rules."""
    folder = Path(extract.__file__).parent
    tables = [tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.rglob("*.toml"))]
    return list(dict.fromkeys([*WORDS.split("|"), *texts(tables)]))


NUMBERS = st.one_of(
    st.sampled_from([0, 0, 1, 2, 99, 100, 2_101, 9_999, 20_000, 20_001, 2**31, 2**63, 10**40]),
    st.integers(0, 130),
    st.integers(1_800, 2_200),
    st.integers(0, 10**12),
)


def filled(shape: str, numbers: list[int]) -> str:
    """A shape with numbers in it."""
    return shape.format(*numbers)


def names() -> st.SearchStrategy[str]:
    """Words of rules and numbers of every size, with and without what parts them."""
    shaped = st.builds(filled, st.sampled_from(SHAPES), st.lists(NUMBERS, min_size=3, max_size=3))
    part = shaped | shaped | st.sampled_from(vocabulary())
    few = st.lists(part, min_size=1, max_size=8)
    parts = few | few | few | st.lists(part, min_size=18, max_size=24)
    mark = st.sampled_from([" ", " ", " ", ".", "_", "-", " - ", ", ", ""])
    named = st.builds(lambda words, mark: mark.join(words)[:1_024], parts, mark)
    return named.filter(str.strip)


def paths() -> st.SearchStrategy[tuple[str, ...]]:
    """Paths of files in folders, of all media."""
    endings = st.sampled_from([".mkv", ".mp3", ".flac", ".epub", ".iso", ".nes", ""])
    folder = st.one_of(st.just(""), names().map(lambda name: f"{name}/"))
    path = st.builds(lambda top, name, end: (top + name + end)[-512:], folder, names(), endings)
    return st.lists(path.filter(str.strip), max_size=3).map(tuple)


@settings(max_examples=500, deadline=None)
@given(names(), paths(), st.sampled_from(CLASSES))
def test_every_name_with_any_files_gives_a_record_that_fits(
    name: str, files: tuple[str, ...], kind: Subcategory
) -> None:
    assert_fits(extracted(name, kind, files))


def test_scene_name_has_parts_of_the_length_of_names() -> None:
    scene = "Paper_Lighthouse-Low_Tide-CD-FLAC-2011-GRP"
    assert extracted(scene, Subcategory.ALBUM).metadata.model_dump()["artist"] == "Paper Lighthouse"
    answer = extracted("_-" * 200 + scene, Subcategory.ALBUM)
    assert "rules:scene-artist-title" not in {proof.source for proof in answer.evidence.values()}
