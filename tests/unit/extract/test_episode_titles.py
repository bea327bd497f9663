"""The title of an episode, and what stands behind its number and is none."""

import pytest

from models.extract.rules.episode_titles import episode_title, may_be_title
from models.extract.rules.numbering import numbering


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
    ],
)
def test_a_text_beside_a_number_may_be_a_title(name: str, text: str, expected: bool) -> None:
    assert may_be_title(text, name, numbering(name)) is expected


def test_without_a_number_any_long_text_may_be_a_title() -> None:
    assert may_be_title("The Fog", "Lantern Bay The Fog", None)


def test_a_title_stands_between_number_and_description() -> None:
    name = "Lantern.Bay.S03E14.The.Low.Lamp.720p.HDTV-GRP"
    place = numbering(name)
    assert place is not None
    title = episode_title(name, place)
    assert title is not None
    assert (title.text, name[title.start : title.end]) == ("The Low Lamp", "The.Low.Lamp")
