"""Whether two names are of one artist, one album or one title."""

import doctest
import json
from pathlib import Path
from types import ModuleType

import pytest

from models.__main__ import main
from models.match.compare import NameKind, acronyms, compare, pair, tails, words
from models.match.compare.comparison import RULES, SAME_FROM, Rule
from models.match.index import Index


def why(kind: str, name: str, other: str) -> str:
    """The rule that decides, the same one whichever name comes first."""
    comparison = compare(kind, name, other)
    assert comparison == compare(kind, other, name)
    rule = Rule(comparison.why)
    assert comparison.confidence == RULES[NameKind(kind)][rule]
    assert comparison.same is (comparison.confidence >= SAME_FROM)
    return comparison.why


@pytest.mark.parametrize(
    ("name", "other", "rule"),
    [
        ("Paper Lighthouse", "paper_lighthouse", Rule.EQUAL),
        ("The Velvet Quarry", "Velvet Quarry, The", Rule.EQUAL),
        ("T.M.O.A.", "TMOA", Rule.EQUAL),
        ("M!ra Ho$t", "Mira Host", Rule.EQUAL),
        ("Thirty Ships to Shore", "30 Ships to Shore", Rule.EQUAL),
        ("Paper%20Lighthouse", "Paper Lighthouse", Rule.EQUAL),
        ("07 - Paper Lighthouse", "Paper Lighthouse", Rule.EQUAL),
        ("VA", "Various Artists", Rule.EQUAL),
        ("Holt, Mira", "Mira Holt", Rule.ORDER),
        ("Los Faroles", "Faroles", Rule.ARTICLES),
        ("Averill und Calloway", "Averill & Calloway", Rule.ARTICLES),
        ("M. Holt", "Mira Holt", Rule.FIRST_INITIALS),
        ("Paper Lighthouse (UK)", "Paper Lighthouse", Rule.BRACKETED),
        ("Paper L1ghth0use", "Paper Lighthouse", Rule.LETTERS),
        ("Вера Марин", "Vera Marin", Rule.EQUAL),
        ("Джонас Аверилл", "Jonas Averill", Rule.ROMANISED),
        ("Paper Lighthause", "Paper Lighthouse", Rule.ALIKE),
        ("Mira Holt feat. DJ Solstice", "Mira Holt", Rule.GUEST),
        ("Mira Holt f. DJ Solstice", "Mira Holt", Rule.GUEST),
        ("Jonas Averill & Ruth Calloway", "Jonas Averill", Rule.CREDIT),
        ("Averill", "Jonas Averill", Rule.PART),
        ("Apartment 47", "Apartment 48", Rule.NUMBER),
        ("Paper Lighthouse Tribute Band", "Paper Lighthouse", Rule.TRIBUTE),
        ("Karaoke Mira Holt", "Mira Holt", Rule.TRIBUTE),
        ("Fern", "Fens", Rule.DIFFER),
        ("Paper Lighthouse", "Tin Cartographers", Rule.DIFFER),
        ("", "Paper Lighthouse", Rule.DIFFER),
    ],
)
def test_artists(name: str, other: str, rule: Rule) -> None:
    assert why("artist", name, other) == rule.value


@pytest.mark.parametrize(
    ("name", "other", "rule"),
    [
        ("Low Tide (Deluxe Edition)", "Low Tide", Rule.EDITIONS),
        ("Low Tide [2011 Remaster]", "Low Tide", Rule.EDITIONS),
        ("Low Tide - 25th Anniversary Edition", "Low Tide", Rule.EDITIONS),
        ("Low Tide Super Deluxe Edition", "Low Tide", Rule.EDITIONS),
        ("Low Tide (Remastered) Reissue 1998", "Low Tide", Rule.EDITIONS),
        ("Low Tide Disc 2", "Low Tide (CD 1)", Rule.EDITIONS),
        ("Low Tide OST", "Low Tide (Original Motion Picture Soundtrack)", Rule.EDITIONS),
        ("Low Tide EP", "Low Tide", Rule.EDITIONS),
        ("Low.Tide.Deluxe.Edition", "Low_Tide_(2011_Remaster)", Rule.EDITIONS),
        ("Mira Holt - The Final Cut", "The Final Cut", Rule.SUBTITLE),
        ("Low Tide (UK Version)", "Low Tide (Explicit)", Rule.EDITIONS),
        ("Low Tide [w/Bonus Tracks & Map]", "Low Tide", Rule.EDITIONS),
        ("Ferry Songs, Pt. 1", "Ferry Songs Part One", Rule.EQUAL),
        ("Ferry Songs Part I", "Ferry Songs Part 1", Rule.EQUAL),
        ("Ferry Songs Vol. 02", "Ferry Songs: Volume Two", Rule.EQUAL),
        ("Salt + Sand", "Salt and Sand", Rule.EQUAL),
        ("Mira Holt - Low Tide", "Low Tide", Rule.SUBTITLE),
        ("Mira Holt - TLMOA", "The Last Moths of August", Rule.ACRONYM),
        ("Low Tide (Live)", "Low Tide", Rule.NUMBER),
        ("Low Tide (Remixes)", "Low Tide (Deluxe Edition)", Rule.NUMBER),
        ("Low Tide (Mira's Version)", "Low Tide", Rule.NUMBER),
        ("Low Tide Karaoke", "Low Tide", Rule.NUMBER),
        ("Ferry Songs Vol. 2", "Ferry Songs Vol. 3", Rule.NUMBER),
        ("Greatest Hits", "Greatest Hits II", Rule.NUMBER),
        ("The Low Tide", "A Low Tide", Rule.ARTICLES),
        ("Low Tides", "Low Tide", Rule.DIFFER),
        ("Deluxe", "Deluxe Edition", Rule.EDITIONS),
    ],
)
def test_albums(name: str, other: str, rule: Rule) -> None:
    assert why("album", name, other) == rule.value


@pytest.mark.parametrize(
    ("name", "other", "rule"),
    [
        ("Nineteen Eighty-Four", "1984", Rule.EQUAL),
        ("One Hundred and One Gulls", "101 Gulls", Rule.EQUAL),
        ("Twenty Thousand Leagues Under the Sea", "20,000 Leagues Under the Sea", Rule.EQUAL),
        ("The Ferry V", "The Ferry 5", Rule.EQUAL),
        ("The Ferry: Episode IV", "The Ferry Episode Four", Rule.EQUAL),
        ("The Ferry S02", "The Ferry Season 2", Rule.EQUAL),
        ("The Second Ferry", "The 2nd Ferry", Rule.EQUAL),
        ("F3rry", "Ferry", Rule.LETTERS),
        ("The Ferry (1998)", "The Ferry", Rule.WITH_YEAR),
        ("The Ferry (1998)", "The Ferry (1999)", Rule.WITH_YEAR),
        ("The Ferry (1998)", "The Ferry (2021)", Rule.YEARS),
        ("The Ferry (US)", "The Ferry (UK)", Rule.COUNTRIES),
        ("The Ferry (U.S.)", "The Ferry", Rule.WITH_COUNTRY),
        ("The Ferry (Director's Cut)", "The Ferry", Rule.EDITIONS),
        ("Salt (The Ferry, #2)", "Salt", Rule.EDITIONS),
        ("Salt: The Final Cut", "Salt Directors Cut", Rule.EDITIONS),
        ("The Ferry (TV Series)", "The Ferry", Rule.EDITIONS),
        ("The Ferry: The Movie", "The Ferry", Rule.TITLE_ALONE),
        ("Doctor Salt versus Mister Sand", "Dr. Salt vs. Mr. Sand", Rule.EQUAL),
        ("Tidal Wars: Episode IV - A Low Tide", "A Low Tide", Rule.SUBTITLE),
        ("Gull", "Gull: Landfall", Rule.TITLE_ALONE),
        ("Gull", "Gulls", Rule.DIFFER),
        ("The Ferry II", "The Ferry III", Rule.NUMBER),
        ("The Ferry 2", "The Ferry", Rule.NUMBER),
        ("Ferry, The", "The Ferry", Rule.EQUAL),
        ("Le Bac et la Marée", "Le Bac & la Maree", Rule.ARTICLES),
    ],
)
def test_titles(name: str, other: str, rule: Rule) -> None:
    assert why("title", name, other) == rule.value


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("GNR", "Guns N' Roses"),
        ("G&R", "Guns and Roses"),
        ("DSOTM", "The Dark Side of the Moon"),
        ("TDSOTM", "The Dark Side of the Moon"),
        ("dsm", "Dark Side of the Moon, The"),
        ("T.M.O.A.", "The Moths of August"),
        ("T M O A", "Three Moths of August"),
        ("3MOA", "Three Moths of August"),
        ("30STS", "Thirty Ships to Shore"),
        ("TVOTL", "TV on the Lighthouse"),
        ("XSM", "Extra Salty Moths"),
        ("PLHs", "Paper Lantern Heads"),
        ("MMN", "Mira McNulty"),
        ("TMOA 5", "The Moths of August V"),
        ("TMOA: Low Tide", "Three Moths of August: Low Tide"),
        ("TMOA S02", "Three Moths of August Season Two"),
        ("TMOA LTS", "Three Moths of August: Low Tide Songs"),
        ("Ferry Wars NTS", "Ferry Wars: No Tide Since"),
    ],
)
def test_an_acronym_is_known(short: str, long: str) -> None:
    for kind in NameKind:
        assert why(kind, short, long).startswith("acronym")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("P", "Paper Lighthouse"),
        ("GNR", "Guns N' Petals"),
        ("TMOA", "The Moths of April Showers"),
        ("MOT", "The Moths of August"),
        ("TMOA 5", "The Moths of August VI"),
        ("TMOA: Low Tide", "Three Moths of August: High Tide"),
        ("ABCDEFGHIJ", "a b c d e f g h i j"),
        ("Main St", "Main St. (A Tribute)"),
        ("on it", "on in time"),
    ],
)
def test_what_is_no_acronym(short: str, long: str) -> None:
    assert not why("album", short, long).startswith("acronym")


def test_the_index_knows_aliases_and_neighbours(sample_index: Path) -> None:
    index = Index.open(sample_index)
    assert not compare("artist", "Severny", "Northern Lighthouse").same
    known = compare("artist", "Северный Маяк", "Northern Lighthouse", index)
    assert known.why == Rule.ALIASES.value
    assert compare("artist", "Night Post", "Night Poet").same
    assert compare("artist", "Night Post", "Night Poet", index).why == Rule.OTHER_ENTITIES.value
    acronym = compare("artist", "BRO", "Brass Republic Orchestra", index)
    assert acronym.why == Rule.ALIASES.value
    assert compare("artist", "BRO", "Tin Cartographers", index).why == Rule.OTHER_ACRONYM.value


def test_the_index_knows_other_titles_of_an_album_and_other_albums_of_an_artist(
    sample_index: Path,
) -> None:
    index = Index.open(sample_index)
    assert not compare("album", "막차", "Last Tram").same
    assert compare("album", "막차", "Last Tram (Live)", index).why == Rule.NUMBER.value
    assert compare("album", "막차", "Last Tram", index).why == Rule.ONE_GROUP.value
    others = compare("album", "Storm Glass", "A Map of Small Islands", index)
    assert others.why == Rule.OTHER_ENTITIES.value
    assert compare("title", "막차", "Last Tram", index) == compare("title", "막차", "Last Tram")


@pytest.mark.parametrize("module", [acronyms, pair, tails, words])
def test_the_examples_in_the_documentation_run(module: ModuleType) -> None:
    examples = doctest.testmod(module)
    assert examples.attempted
    assert not examples.failed


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="label"):
        compare("label", "a", "b")


def test_the_command_answers_as_json(
    sample_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "artist", "GNR", "Guns N' Roses"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "same": True,
        "confidence": RULES[NameKind.ARTIST][Rule.THREE_INITIALS],
        "why": "acronym of three letters",
    }
    assert main(["compare", "artist", "a", "b", "--index", str(sample_index / "no")]) == 1
    assert "no MusicBrainz index" in capsys.readouterr().err
