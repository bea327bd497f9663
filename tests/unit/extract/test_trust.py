"""Whom to believe about a field: the figures of `trust.toml`, and what they settle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.evidence.claims import Claim, rule_claim, settle
from models.extract.evidence.trust import FILE, RuleTrust, Trust, trust
from models.extract.rules import audio, episode_titles
from models.extract.rules.recordings import audiobook, classical, compilation, live
from models.training.tagger.trust_file import with_figures

TEXT = """
unmeasured = 0.5
numbered = 0.98
described = 0.95
disputed = 0.75
from_a_file = 0.7
lone_author = 0.65
gate = 0.4
most_changed = 0.05

[changed]
counted = 0.01

[rules.counted]
title = { precision = 0.9, agreed = 0.95, yields = 0.6 }
"""


def settled(rule: str, said: str, tagged: str, confidence: float) -> Claim:
    claim = settle(
        "title", rule_claim(said, rule, 0.8), Claim(tagged, "tagger", confidence), Trust.of(TEXT)
    )
    assert claim is not None
    return claim


def test_both_that_say_the_same_are_believed_as_often_as_they_were_right() -> None:
    claim = settled("counted", "Quiet Harbour", "quiet.harbour", 0.7)
    assert (claim.value, claim.source) == ("Quiet Harbour", "rules:counted+tagger")
    assert claim.confidence == 0.95


@pytest.mark.parametrize(
    ("rule", "confidence", "believed"),
    [
        ("counted", 0.6, "Harbour"),
        ("counted", 0.59, "Quiet"),
        ("unknown", 0.5, "Harbour"),
        ("unknown", 0.49, "Quiet"),
    ],
)
def test_a_dispute_is_settled_by_the_figure_of_the_rule(
    rule: str, confidence: float, believed: str
) -> None:
    claim = settled(rule, "Quiet", "Harbour", confidence)
    said = 0.8 if believed == "Quiet" else confidence
    assert (claim.value, claim.confidence) == (believed, said * 0.75)


def test_who_speaks_alone_is_believed() -> None:
    claim = rule_claim("Quiet", "counted", 0.8)
    assert settle("title", claim, None, trust()) == claim
    assert settle("title", None, claim, trust()) == claim
    assert settle("title", None, None, trust()) is None


def test_the_rules_of_the_file_are_rules_that_there_are() -> None:
    cuts = {f"before-{end}" for end in ("numbering", "year", "technical")} | {"whole-name"}
    known = {
        *cuts,
        *(f"{cut}-dashed" for cut in cuts),
        audio.SOUNDTRACK,
        episode_titles.RULE,
        "artist-title",
        "artist-year-title",
        "artist-collection",
        "artist-album-track",
        "scene-artist-title",
        "author-title",
        "year-brackets",
        "year-bare",
        classical.COMPOSER_WORK,
        compilation.VARIOUS_TITLE,
        live.ARTIST_DAY,
        audiobook.TITLE_AUTHOR,
        audiobook.AUTHOR_SERIES_TITLE,
        "number-artist-title",
        *(f"software-{end}" for end in ("before-version", "before-words", "before-bracket")),
        *("software-before-number", "software-whole-name"),
        *("title-by-author", "author-first", "author-last", "author-beside-known-title"),
        "author-in-brackets",
        *("book-before-number", "book-before-words", "book-dashed", "whole-book-name"),
        "issue-date",
    }
    assert trust().rules.keys() == known


def test_measuring_the_same_again_changes_nothing() -> None:
    text = FILE.read_text(encoding="utf-8")
    measured = {
        (rule, role): figures
        for rule, roles in trust().rules.items()
        for role, figures in roles.items()
    }
    assert with_figures(text, measured) == text


shares = st.none() | st.floats(0, 1).map(lambda share: round(share, 3))


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["counted", "new-rule"]), st.sampled_from(["title", "year"])),
        st.builds(RuleTrust, shares, shares),
    )
)
def test_measured_figures_are_written_and_what_was_set_by_hand_stays(
    measured: dict[tuple[str, str], RuleTrust],
) -> None:
    written = Trust.of(with_figures(TEXT, measured))
    for (rule, role), figures in measured.items():
        assert written.in_rule(rule, role).precision == figures.precision
        assert written.in_rule(rule, role).agreed == figures.agreed
    assert written.in_rule("counted", "title").yields == 0.6
    assert written.gate == 0.4
