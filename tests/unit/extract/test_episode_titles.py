"""The title of an episode, and what stands behind its number and is none."""

import pytest

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.episode_titles import episode_title, may_be_title
from models.extract.rules.numbering import numbering
from schemas import Subcategory


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Lantern Bay S03E14-15.by.Grp.mkv", "by Grp", False),
        ("Lantern Bay S03E14-15.by.Grp.mkv", "S03E14-15 by Grp", False),
        ("Lantern Bay S03E14 by.mkv", "by", False),
        ("Lantern Bay S03E14 серия", "серия", False),
        ("Lantern Bay S03E14 Bystanders", "Bystanders", True),
        ("Lantern Bay S03E14 The Fog 720p", "The Fog", True),
        ("The Fog - Lantern Bay S03E14", "The Fog", True),
        ("[Free] Hoshi no Umi - 26 END [1080p]", "END", False),
        ("[Free] Hoshi no Umi - 26 The End [1080p]", "The End", True),
    ],
)
def test_a_text_beside_a_number_may_be_a_title(name: str, text: str, expected: bool) -> None:
    assert may_be_title(text, name, numbering(name)) is expected


def test_without_a_number_any_long_text_may_be_a_title() -> None:
    assert may_be_title("The Fog", "Lantern Bay The Fog", None)


@pytest.mark.parametrize("number", ["S03E14", "S03.Special", "2021.03.09", "3x14"])
def test_a_title_stands_between_number_and_description(number: str) -> None:
    name = f"Lantern.Bay.{number}.The.Low.Lamp.720p.HDTV-GRP"
    place = numbering(name)
    assert place is not None
    title = episode_title(name, place)
    assert title is not None
    assert (title.text, name[title.start : title.end]) == ("The Low Lamp", "The.Low.Lamp")


def test_a_special_of_a_season_has_a_title_too() -> None:
    name = "Lantern.Bay.S10.Special.Where.Are.The.Lamps.HDTV.XviD-GRP"
    subject = ExtractSubject(name, None, Subcategory.EPISODE, 1.0)
    answer = Extractor.load(tagger=False).extract([subject])[0]
    assert getattr(answer.metadata, "episode_title", None) == "Where Are The Lamps"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("[Free] Hoshi no Umi - 26 END [1080p].mkv", None),
        ("[Free] Hoshi no Umi S02E13 FIN [1080p].mkv", None),
        ("1969.S01E01.1883.1080p.WEB", "1883"),
        ("Lantern.Bay.S01E02.1742.720p", "1742"),
        ("Lantern.Bay.S01E02.1969.720p", None),
        ("Lantern.Bay.S01E02.2019.720p", None),
        ("Lantern.Bay.S01E02.4711.720p", None),
        ("Lantern.Bay.S01E02.The.End.720p", "The End"),
        ("Lantern.Bay.S01E02.Low.Tide", None),
    ],
)
def test_marks_and_years_of_the_work_are_no_titles(name: str, title: str | None) -> None:
    place = numbering(name)
    assert place is not None
    said = episode_title(name, place)
    assert (said.text if said is not None else None) == title
