"""What is asserted of a query and what is not, on the sample catalogue with its track lists."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.match.matcher import Matcher
from models.match.query import Query
from schemas import LinkStatus, Match, Subcategory
from streams.lab.sample.musicbrainz import make

ASSERTED = {LinkStatus.EXACT, LinkStatus.HIGH, LinkStatus.MEDIUM}
Ask = Callable[[Query], Match]


@pytest.fixture(scope="module")
def ask(sample_index: Path) -> Ask:
    matcher = Matcher.open(sample_index)
    return lambda query: matcher.match([query])[0]


def album(key: str, title: str) -> str:
    artist = next(entry for entry in make.catalogue() if entry["key"] == key)
    return make.group_mbid(
        artist, next(entry for entry in artist["albums"] if entry["title"] == title)
    )


def tracks(key: str, title: str) -> tuple[str, ...]:
    artist = next(entry for entry in make.catalogue() if entry["key"] == key)
    return tuple(next(entry for entry in artist["albums"] if entry["title"] == title)["tracks"])


LOW_TIDE = album("paper-lighthouse", "Low Tide")


@pytest.mark.parametrize(
    ("artist", "title"),
    [
        ("Paper Lighthouse", "Low Tide (2006)"),
        ("Paper Lighthouse", "Low Tide [FLAC]"),
        ("Paper Lighthouse", "Low Tide - Remastered"),
        ("Paper Lighthouse", "Paper Lighthouse - Low Tide"),
        ("Paper Lighthause", "Low Tide"),
        ("Paper Lighthouse", "Low Tdie"),
        ("PAPER LIGHTHOUSE feat. Mira Holt", "Low Tide"),
        ("Lighthouse, Paper", "Low Tide"),
    ],
)
def test_a_spelling_of_an_album_is_the_album(ask: Ask, artist: str, title: str) -> None:
    match = ask(Query(artist, title))
    assert match.release_group_mbid == LOW_TIDE, match


def test_name_and_title_as_they_are_are_exact_and_less_is_less(ask: Ask) -> None:
    exact, slipped = (
        ask(Query("Paper Lighthouse", "Low Tide")),
        ask(Query("Paper Lighthause", "Low Tide")),
    )
    assert exact.status is LinkStatus.EXACT
    assert slipped.status in (LinkStatus.HIGH, LinkStatus.MEDIUM)
    assert exact.score >= slipped.score
    assert exact.margin > 0.9
    assert exact.why == ("artist name equal", "title equal")


def test_an_album_separates_artists_of_one_name_and_nothing_else_does(ask: Ask) -> None:
    first, second = (
        make.artist_mbid(artist) for artist in make.catalogue() if artist["name"] == "Halcyon"
    )
    assert ask(Query("Halcyon", "Kingfisher Days")).artist_mbid == first
    assert ask(Query("Halcyon", "Iron Fjord")).artist_mbid == second
    for query in (
        Query("Halcyon", "Halcyon"),
        Query("Halcyon", "Unheard"),
        Query("Halcyon", None, subcategory=Subcategory.COLLECTION),
    ):
        match = ask(query)
        assert match.status is LinkStatus.AMBIGUOUS, query
        assert {candidate.artist_mbid for candidate in match.candidates} >= {first, second}
        assert match.artist_mbid is None


def test_a_year_separates_self_titled_albums_of_one_name(ask: Ask) -> None:
    assert ask(Query("Halcyon", "Halcyon", 1994)).release_group_mbid == album(
        "halcyon-no", "Halcyon"
    )
    assert ask(Query("Halcyon", "Self Titled", 2001)).release_group_mbid == album(
        "halcyon-us", "Halcyon"
    )


def test_tracks_separate_what_names_do_not(ask: Ask) -> None:
    for key in ("halcyon-us", "halcyon-no"):
        match = ask(Query("Halcyon", "Halcyon", tracks=tracks(key, "Halcyon")))
        assert match.release_group_mbid == album(key, "Halcyon"), match


def test_tracks_find_an_album_that_its_name_does_not(ask: Ask) -> None:
    garbled = Query("Papr Lihgthouse", "Lwo Tdie", tracks=tracks("paper-lighthouse", "Low Tide"))
    assert ask(garbled).release_group_mbid == LOW_TIDE
    assert ask(Query("Papr Lihgthouse", "Lwo Tdie")).release_group_mbid is None


def test_a_self_titled_album_is_found_by_either_name(ask: Ask) -> None:
    wanted = album("velvet-quarry", "The Velvet Quarry")
    for title in ("The Velvet Quarry", "Velvet Quarry", "Self-Titled", "S/T"):
        assert ask(Query("The Velvet Quarry", title)).release_group_mbid == wanted, title


def test_a_live_album_is_another_album(ask: Ask) -> None:
    studio, live = album("amber-circuit", "Phosphor"), album("amber-circuit", "Phosphor (Live)")
    assert ask(Query("Amber Circuit", "Phosphor")).release_group_mbid == studio
    assert ask(Query("Amber Circuit", "Phosphor Live")).release_group_mbid == live
    assert ask(Query("Amber Circuit", "Phosphor (Live)", 1984)).release_group_mbid == live, (
        "the year of the concert"
    )


def test_a_sequel_is_another_album(ask: Ask) -> None:
    assert ask(Query("Tin Cartographers", "Meridian")).release_group_mbid == album(
        "tin-cartographers", "Meridian"
    )
    assert ask(Query("Tin Cartographers", "Meridian 2")).release_group_mbid == album(
        "tin-cartographers", "Meridian II"
    )
    assert ask(Query("Tin Cartographers", "Meridian III")).status is not LinkStatus.EXACT


@pytest.mark.parametrize("name", ["Various Artists", "VA", "V.A.", "various"])
def test_various_artists_are_a_known_entity(ask: Ask, name: str) -> None:
    assert ask(Query(name, "Open Circuits Vol. 2")).release_group_mbid == album(
        "various-artists", "Open Circuits Vol. 2"
    )
    assert ask(Query(name, "Open Circuits Volume 1")).release_group_mbid == album(
        "various-artists", "Open Circuits Vol. 1"
    )
    assert ask(Query(name, "Nothing That Was Sampled")).status is LinkStatus.NONE
    assert ask(Query(name, None)).status is LinkStatus.NONE


@pytest.mark.parametrize(
    "name", ["Frédéric Chopin", "Chopin", "Klara Weissdorn; Chopin", "Фредерик Шопен"]
)
def test_a_classical_album_is_found_by_its_composer(ask: Ask, name: str) -> None:
    match = ask(Query(name, "Chopin: Préludes, Op. 28"))
    assert match.release_group_mbid == album("piano-lessons", "Chopin: Préludes, Op. 28"), match


@pytest.mark.parametrize(
    ("artist", "title"),
    [
        ("Severny Mayak", "Белые ночи"),
        ("Severny Mayak", "Belye Nochi"),
        ("Северный Маяк", "Белые ночи"),
        ("Seoul Tramway", "막차"),
        ("夜の喫茶室", "雨上がり"),
    ],
)
def test_other_scripts_and_their_romanisations_meet(ask: Ask, artist: str, title: str) -> None:
    wanted = next(
        entry for entry in make.catalogue() if artist in (entry["name"], *entry.get("aliases", []))
    )
    match = ask(Query(artist, title))
    assert (match.artist_mbid, match.release_group_mbid) == (
        make.artist_mbid(wanted),
        make.group_mbid(wanted, wanted["albums"][0]),
    )


def test_a_joint_credit_is_found_by_all_and_by_one(ask: Ask) -> None:
    wanted = album("jonas-averill", "Two Rivers")
    for name in (
        "Jonas Averill & Ruth Calloway",
        "Jonas Averill and Ruth Calloway",
        "Jonas Averill",
        "Ruth Calloway",
    ):
        assert ask(Query(name, "Two Rivers")).release_group_mbid == wanted, name


def test_a_collection_is_linked_to_its_artist_alone(ask: Ask) -> None:
    match = ask(
        Query("Paper Lighthouse", "Discography 2006-2013", subcategory=Subcategory.COLLECTION)
    )
    assert match.artist is not None
    assert match.release_group_mbid is None
    slipped = ask(Query("Paper Lighthause", None, subcategory=Subcategory.COLLECTION))
    assert slipped.status not in ASSERTED, "an artist of another spelling needs a title"
    assert slipped.candidates, "but it is told"


def test_a_track_without_album_is_a_single_or_only_its_artist(ask: Ask) -> None:
    single = Query("Paper Lighthouse", "Storm Glass", subcategory=Subcategory.TRACK)
    assert ask(single).release_group_mbid == album("paper-lighthouse", "Storm Glass")
    assert (
        ask(Query("Paper Lighthouse", "Low Tide", subcategory=Subcategory.TRACK)).release_group_mbid
        is None
    )
    on_album = Query(
        "Paper Lighthouse", "The Fog Signal", subcategory=Subcategory.TRACK, album="Low Tide"
    )
    assert ask(on_album).release_group_mbid == LOW_TIDE


def test_an_answer_is_the_same_in_any_company(sample_index: Path) -> None:
    queries = [
        Query("Halcyon", "Halcyon"),
        Query("Paper Lighthause", "Low Tide"),
        Query("VA", "Open Circuits Vol. 1"),
    ]
    together = Matcher.open(sample_index).match(queries)
    assert together == [Matcher.open(sample_index).match([query])[0] for query in queries]
    assert together == list(reversed(Matcher.open(sample_index).match(queries[::-1])))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "((((",
        "feat.",
        "&",
        "🎵",
        "a" * 5000,
        "' OR 1=1 --",
        "{}",
        "%s%n",
        "../..",
        "- -",
    ],
)
def test_hostile_text_is_answered_and_asserts_nothing_that_it_does_not_name(
    ask: Ask, text: str
) -> None:
    nobody = ask(Query(text, text))
    assert nobody.artist_mbid is None
    assert nobody.status in (LinkStatus.NONE, LinkStatus.AMBIGUOUS)
    assert ask(Query(text, "Low Tide")).artist_mbid is None
    assert ask(Query("VA", text, tracks=(text,) * 9)).release_group_mbid is None
    untitled = ask(Query("Paper Lighthouse", text))
    assert untitled.release_group_mbid is None
    assert untitled.artist in (None, "Paper Lighthouse")
