"""Where the name of a game ends: before editions behind a dash, additions and Russian tails."""

import pytest

from models.extract.extractor import Extractor, ExtractSubject
from schemas import SoftwareMetadata, Subcategory

EXTRACTOR = Extractor.load(tagger=False)


def game(name: str) -> tuple[str | None, str | None, str | None]:
    """Title, edition and release group of a game's name."""
    (read,) = EXTRACTOR.extract([ExtractSubject(name, None, Subcategory.GAME)])
    assert isinstance(read.metadata, SoftwareMetadata)
    return read.metadata.title, read.metadata.edition, read.technical.release_group


@pytest.mark.parametrize(
    ("name", "title", "edition"),
    [
        ("Tin Harbour - The Brass Lantern Edition", "Tin Harbour", "The Brass Lantern Edition"),
        ("Tin Harbour: Winter Quay Edition (2031)", "Tin Harbour", "Winter Quay Edition"),
        ("Tin Harbour Deluxe Edition", "Tin Harbour", "Deluxe Edition"),
        ("Tin.Harbour.Language.Pack.v1.2-GRP", "Tin Harbour", None),
        ("Tin Harbour + Bonus Content", "Tin Harbour", None),
        ("Tin Harbour играть по сети и интернету", "Tin Harbour", None),
        ("《锡港》完美版 win10", "锡港", None),
        ("Tin Harbour - Winter Quay", "Tin Harbour - Winter Quay", None),
        ("Rat Pack Stories", "Rat Pack Stories", None),
    ],
)
def test_the_title_of_a_game_ends_before_what_was_added(
    name: str, title: str, edition: str | None
) -> None:
    assert game(name)[:2] == (title, edition)


def test_a_build_behind_a_dash_is_no_group() -> None:
    assert game("Tin Harbour - b8359960") == ("Tin Harbour", None, None)
    assert game("Tin Harbour - b9")[2] is None


@pytest.mark.parametrize(
    "name",
    [
        "Tin Harbour 3DS [CIA]",
        "Tin Harbour PS2 NTSC",
        "Tin Harbour PS2-ISO",
        "Tin.Harbour.v12.1-amd64-netinst",
        "Tin.Harbour.23H2.x64.en-US",
    ],
)
def test_forms_of_discs_and_regions_are_no_groups(name: str) -> None:
    assert game(name)[2] is None


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Tin.Harbour.v1.2-USKIT", "USKIT"),
        ("Tin Harbour 3DS [CIAGRP]", "CIAGRP"),
        ("Tin.Harbour.PS2.NTSC-ISOTEAM", "ISOTEAM"),
    ],
)
def test_groups_that_begin_like_them_stay(name: str, group: str) -> None:
    assert game(name)[2] == group
