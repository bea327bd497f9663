"""What the tagger sees in the midst of a phrase is not believed against a rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.evidence.claims import Claim, rule_claim
from models.extract.evidence.pieces import doubted, is_piece
from models.extract.rules.books.claims import is_doubtful_author


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Lantern", "The Quiet Lantern 1080p"),
        ("of the Quay", "Songs of the Quay (2011)"),
        ("гавани", "Огни гавани.fb2"),
        ("Cover", "Aurora Vale - Quay (Harbour Cover).mp3"),
        ("Long Version", "Aurora Vale - Harbour (The Long Version) [FLAC]"),
    ],
)
def test_a_title_behind_a_word_is_a_piece(title: str, name: str) -> None:
    assert is_piece(title, name)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The Quiet Lantern", "The Quiet Lantern 1080p"),
        ("Lanterns", "Aurora Vale - Lanterns (2011)"),
        ("Quiet Harbour", "[GRP] Quiet Harbour - 02 [720p]"),
        ("Harbour", "(2011) Harbour"),
        ("Harbour", "BBC.Harbour.2of3.Tides.mkv"),
        ("Harbour Lights", "06 Harbour Lights.mp3"),
        ("Lanterns", "[Lanterns] 720p"),
        ("The Long Version", "Aurora Vale - Harbour (The Long Version) [FLAC]"),
        ("The Tempest", "Quay_The Tempest"),
        ("Nowhere", "Another Name"),
    ],
)
def test_a_title_that_begins_a_part_of_the_name_is_whole(title: str, name: str) -> None:
    assert not is_piece(title, name)


def claims(title: str, confidence: float = 0.9) -> dict[str, Claim]:
    return {"title": Claim(title, "tagger", confidence)}


def test_a_piece_has_no_confidence_beside_the_title_of_a_rule() -> None:
    name = "The Quiet Lantern 1080p"
    ruled = {"title": rule_claim("The Quiet Lantern", "whole-name", 0.8)}
    assert doubted(claims("Lantern"), ruled, name)["title"].confidence == 0.0
    assert doubted(claims("The Quiet Lantern"), ruled, name) == claims("The Quiet Lantern")
    assert doubted(claims("Lantern"), {}, name) == claims("Lantern")


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_hostile_names_are_read(title: str, other: str, name: str) -> None:
    ruled = {"title": rule_claim(other, "whole-name", 0.8)}
    assert doubted(claims(title), ruled, f"{name} {title}").keys() == {"title"}


@pytest.mark.parametrize(
    ("author", "ruled", "confidence", "is_doubtful"),
    [
        ("Quay", [], 0.64, True),
        ("Гавань", [], 0.64, True),
        ("Quay", ["title"], 0.1, True),
        ("Quay", [], 0.65, False),
        ("Quay", ["creator"], 0.1, False),
        ("Jane Quay", [], 0.1, False),
        ("Quay, Jane", [], 0.1, False),
        ("港歌子", [], 0.1, False),
    ],
)
def test_an_author_of_one_word_whom_the_tagger_alone_sees_must_be_likely(
    author: str, ruled: list[str], confidence: float, is_doubtful: bool
) -> None:
    said = {role: rule_claim(author, "author-first", 0.9) for role in ruled}
    tagged = {"creator": Claim(author, "tagger", confidence)}
    assert is_doubtful_author(said, tagged, 0.65) is is_doubtful
    assert not is_doubtful_author(said, {}, 0.65)
