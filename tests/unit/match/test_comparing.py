"""Whether two names are of one artist."""

import json
from pathlib import Path

import pytest

from models.__main__ import main
from models.match.compare import RULES, compare, is_acronym
from models.match.index import Index


@pytest.mark.parametrize(
    ("name", "other", "why"),
    [
        ("Paper Lighthouse", "paper_lighthouse", "names equal"),
        ("The Velvet Quarry", "Velvet Quarry, The", "names equal"),
        ("Holt, Mira", "Mira Holt", "same words in another order"),
        ("GNR", "Guns N' Roses", "acronym"),
        ("T.M.O.A.", "The Moths of August", "acronym"),
        ("Paper Lighthause", "Paper Lighthouse", "spelled alike"),
        ("Mira Holt feat. DJ Solstice", "Mira Holt", "one is joined by a guest"),
        ("Jonas Averill & Ruth Calloway", "Jonas Averill", "one leads a joint credit"),
        ("Averill", "Jonas Averill", "one name is part of the other"),
        ("Apartment 47", "Apartment 48", "a number or kind differs"),
        ("Paper Lighthouse", "Tin Cartographers", "names differ"),
        ("", "Paper Lighthouse", "names differ"),
    ],
)
def test_the_rule_that_holds_is_told_whichever_name_comes_first(
    name: str, other: str, why: str
) -> None:
    for comparison in (compare(name, other), compare(other, name)):
        assert (comparison.why, comparison.confidence) == (why, RULES[why])
        assert comparison.same is (comparison.confidence >= 0.5)


def test_the_index_knows_aliases_and_neighbours(sample_index: Path) -> None:
    index = Index.open(sample_index)
    assert not compare("Северный Маяк", "Northern Lighthouse").same
    assert compare("Северный Маяк", "Northern Lighthouse", index).why == "aliases of one artist"
    assert compare("Night Post", "Night Poet").same
    assert compare("Night Post", "Night Poet", index).why == "other artists in the index"


@pytest.mark.parametrize(
    ("short", "long"),
    [("p", "paper lighthouse"), ("gnr", "gnr"), ("abcdefg", "a b c d e f g"), ("", "x y")],
)
def test_what_is_no_acronym(short: str, long: str) -> None:
    assert not is_acronym(short, long)


def test_the_command_answers_as_json(
    sample_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "artist", "GNR", "Guns N' Roses"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "same": True,
        "confidence": 0.9,
        "why": "acronym",
    }
    assert main(["compare", "artist", "a", "b", "--index", str(sample_index / "no")]) == 1
    assert "no MusicBrainz index" in capsys.readouterr().err
