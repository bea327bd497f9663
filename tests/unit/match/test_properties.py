"""What holds of any text: folding, splitting, and what a stranger's words may assert."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.match.candidates import TRACKED_FLOOR
from models.match.keys import deletions, shingles
from models.match.likeness import artist_likeness, names_alike
from models.match.matcher import Matcher
from models.match.normalise import compact, fold, split_edition, split_featuring
from models.match.query import Query
from schemas import LinkStatus
from streams.lab.sample.musicbrainz import make

NAMES = [artist["name"] for artist in make.catalogue()]
TITLES = [album["title"] for artist in make.catalogue() for album in artist.get("albums", [])]
NOISE = st.sampled_from(["", " ", "_", ".", "!", "  - ", "\t", "\u200b", "´"])
WORDS = st.text(max_size=40)
LETTERS = st.text("abcde fghij", max_size=40)
ASSERTED = {LinkStatus.EXACT, LinkStatus.HIGH, LinkStatus.MEDIUM}


@pytest.fixture(scope="module")
def matcher(sample_index: Path) -> Matcher:
    return Matcher.open(sample_index)


@given(st.text(max_size=60))
def test_folding_is_idempotent_and_keeps_what_has_letters(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    if any(letter.isascii() and letter.isalnum() for letter in text):
        assert folded


@given(st.sampled_from(NAMES), NOISE, NOISE)
def test_case_and_punctuation_around_a_name_change_nothing(
    name: str, before: str, after: str
) -> None:
    assert compact(f"{before}{name.upper()}{after}") == compact(name)


@given(LETTERS, st.sampled_from(["(Deluxe Edition)", "[Remastered]", "CD 2", "(2006)", "- EP"]))
def test_an_edition_comes_off_a_title_and_nothing_comes_off_the_rest(
    title: str, edition: str
) -> None:
    bare, tails = split_edition(f"{title} {edition}")
    if compact(title):
        assert len(tails) == 1
        assert compact(bare) == compact(title)
        assert split_edition(bare) == (bare, ())
    else:
        assert (bare, tails) == (edition, ()), "a title that is nothing else stays"


@given(WORDS, WORDS)
def test_a_guest_comes_off_a_name(name: str, guest: str) -> None:
    main, split_off = split_featuring(name)
    if split_off is None:
        assert main == name
    else:
        assert len(main) + len(split_off) < len(name)


@given(st.text("abcdefgh", min_size=5, max_size=20), st.integers(0, 19), st.sampled_from("xyz"))
def test_names_one_letter_off_share_a_neighbour(name: str, place: int, letter: str) -> None:
    at = place % len(name)
    replaced = name[:at] + letter + name[at + 1 :]
    assert set(deletions(name)) & set(deletions(replaced))
    assert name[:at] + name[at + 1 :] in deletions(name)


@given(st.lists(WORDS, max_size=20), st.randoms())
def test_tracks_say_the_same_in_any_order(tracks: list[str], random: object) -> None:
    hashes = shingles(tracks)
    assert hashes == shingles(tracks[::-1])
    assert hashes == sorted(set(hashes))
    assert all(0 <= track < 2**32 for track in hashes)


@given(WORDS, WORDS)
def test_likeness_is_the_same_from_both_sides_and_full_only_of_equals(
    name: str, other: str
) -> None:
    mine, theirs = fold(name), fold(other)
    likeness = names_alike(mine, theirs)
    assert 0.0 <= likeness <= 1.0
    assert likeness == pytest.approx(names_alike(theirs, mine))
    assert names_alike(mine, mine) == 1.0
    if sorted(mine.replace(" ", "")) != sorted(theirs.replace(" ", "")):
        assert likeness < 1.0


@given(WORDS, st.one_of(WORDS, st.sampled_from(TITLES)))
def test_no_artist_is_asserted_whose_name_is_not_at_all_like_what_is_asked(
    matcher: Matcher, artist: str, title: str
) -> None:
    match = matcher.match([Query(artist, title)])[0]
    assert (match.artist_mbid is not None) is (match.status in ASSERTED)
    if match.artist_mbid is not None:
        number = matcher.index.artist_of(match.artist_mbid)
        assert number is not None
        assert artist_likeness(artist, matcher.index.artist(number)) >= TRACKED_FLOOR
        assert match.score >= 0.75


@given(st.sampled_from(TITLES), st.sampled_from(NAMES), NOISE)
def test_noise_in_a_query_changes_no_link(
    matcher: Matcher, title: str, artist: str, noise: str
) -> None:
    plain, noisy = matcher.match(
        [Query(artist, title), Query(f"{noise}{artist.upper()}", f"{title.upper()}{noise}")]
    )
    assert noisy.artist_mbid == plain.artist_mbid
    assert noisy.release_group_mbid == plain.release_group_mbid
