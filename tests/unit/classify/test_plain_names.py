"""Forms of names that adult works seldom have. The names are invented."""

import pytest

from models.classify.cascade import Classifier
from models.classify.draft import Draft, FlagThresholds
from models.classify.ensemble import Answer
from models.classify.plain_names import flagged_from, runs_for_years
from models.classify.subcategory import subcategory_of
from schemas import DecidedBy, Medium, Subcategory

THRESHOLDS = FlagThresholds(usual=0.2, unlikely=0.9)


def answer(nsfw: float) -> Answer:
    media = {medium: 0.9 if medium is Medium.VIDEO else 0.025 for medium in Medium}
    return Answer(media, dict.fromkeys(Subcategory, 0.05), nsfw, "bert")


@pytest.mark.parametrize(
    "name",
    [
        "Lanternpaint 2.10",
        "Lantern Paint 3.0.1",
        "Lantern Paint v11.02 Pro",
        "Lanternstat 18 MP",
        "Lanternstat 29",
        "Paper Harbour (2016)",
        "Girl at the Paper Harbour [1966]",
        "Бумажная гавань (1975)",
        "灯台物語 第1巻.zip",
        "灯台物語 全34巻",
        "500 Lantern Textures pack",
        "Lantern Posters Scans",
        "Paper Car Photos JPG",
    ],
)
def test_a_plain_name_needs_more_to_be_flagged(name: str) -> None:
    assert not Draft(name, []).is_adult(answer(0.55), THRESHOLDS)
    assert Draft(name, []).is_adult(answer(0.95), THRESHOLDS)


@pytest.mark.parametrize(
    "name",
    [
        "LNTR-422",
        "Jane Lantern",
        "LanternSite.21.01.08.Jane.Harbour",
        "LanternSite 21.01.08",
        "[Lantern] Jane Harbour (31.05.2019)",
        "Jane Lantern 142",
        "Lanternettes 8",
        "Lantern x Harbour - 18 Evenings...and all that (2011)",
        "[Circle] 灯台物語 第1巻",
        "",
    ],
)
def test_other_forms_keep_the_usual_probability(name: str) -> None:
    assert flagged_from(name) == 0.0


def test_a_hostile_name_says_nothing() -> None:
    assert flagged_from("a 1.1" * 10_000) == 0.0


def test_a_work_that_the_catalogue_knows_is_not_flagged() -> None:
    draft = Draft("Lantern Street Evenings", [], is_known_work=True)
    assert not draft.is_adult(answer(0.99), THRESHOLDS)


def test_a_torrent_of_which_nothing_is_known_is_not_flagged(classifier: Classifier) -> None:
    media = dict.fromkeys(Medium, 0.2)
    unsure = Answer(media, dict.fromkeys(Subcategory, 0.05), 0.99, "bert")
    verdict = classifier._verdict(Draft("Lantern Street Evenings", []), unsure)
    assert verdict.source is DecidedBy.NONE
    assert not verdict.nsfw


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("Lantern Street (1994-2004)", True),
        ("Lantern Street (1994–2004)", True),
        ("The Lanterns (1999 - 2007)", True),
        ("Фонарная улица (1994-2004)", True),
        ("Harbour 7 (1960-1961)", True),
        ("Lantern Street Trilogy (1994-2004)", False),
        ("Lantern Street Collection (1994-2004)", False),
        ("Lantern Street (2004-1994)", False),
        ("Lantern Street (1994)", False),
        ("Lantern Street 1994-2004", False),
        ("Lantern Street (1994-2004) [1080p]", False),
    ],
)
def test_years_from_to_are_those_of_a_series(name: str, runs: bool) -> None:
    assert runs_for_years(name) is runs


@pytest.mark.parametrize(
    ("name", "subcategory"),
    [
        ("Lantern Street (1994-2004)", Subcategory.SERIES),
        ("Lantern Street (1994)", Subcategory.MOVIE),
    ],
)
def test_a_title_with_the_years_of_its_broadcast_is_a_series(
    name: str, subcategory: Subcategory
) -> None:
    draft = Draft(name, [], medium=Medium.VIDEO, hint=Subcategory.MOVIE)
    assert subcategory_of(draft, Medium.VIDEO, None, is_adult=False)[0] is subcategory
