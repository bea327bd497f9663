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
