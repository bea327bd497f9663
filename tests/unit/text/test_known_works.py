"""Works that a title and a year name. They are invented."""

import gzip
import json
from pathlib import Path

import pytest

from models.classify.cascade import Classifier
from models.classify.ensemble import Ensemble, load_bert, load_ngrams
from models.content.subject import NamedSubject
from models.registry import load, sized_path
from models.text.known_names import Known, KnownNames
from models.text.known_works import KnownWorks, work_key
from models.training.classifier.works import known_works
from schemas import Medium, Subcategory, TorrentFile

ENTRIES = {
    work_key("Harbour Tycoon", 2016): int(Known.GAME),
    work_key("Seven Rivers of Ink", 1996): int(Known.BOOK),
    work_key("Low Tide", 1969): int(Known.ALBUM),
    work_key("Lantern Street", 1994): int(Known.TV),
    work_key("Orchard Keeper"): int(Known.GAME),
}


@pytest.fixture(scope="module")
def works() -> KnownWorks:
    return KnownWorks(lambda: KnownNames.of({key: kind for key, kind in ENTRIES.items() if key}))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Harbour Tycoon (2016)", Known.GAME),
        ("harbour.tycoon.2016", Known.GAME),
        ("Harbour_Tycoon_[2016]", Known.GAME),
        ("Seven Rivers of Ink (1996)", Known.BOOK),
        ("Low Tide 1969", Known.ALBUM),
        ("Lantern Street (1994)", Known.TV),
        ("Lantern Street (1996)", None),
        ("Orchard Keeper (2021)", Known.GAME),
        ("Orchard.Keeper.2009", Known.GAME),
        ("Orchard Keeper", None),
        ("The Orchard Keeper (2021)", None),
        ("Orchard Keeper (2021) DVDRip", None),
        ("Harbour Tycoon (2017)", None),
        ("Harbour Tycoon", None),
        ("The Harbour Tycoon (2016)", None),
        ("Harbour Tycoon (2016) 1080p BluRay", None),
        ("Tin Lanterns - Low Tide (1969)", None),
        ("(2016)", None),
        ("", None),
        ("a " * 40 + "(2016)", None),
    ],
)
def test_a_work_is_known_by_its_whole_title_and_its_year(
    works: KnownWorks, name: str, known: Known | None
) -> None:
    work = works.named(name)
    assert (work.kind if work else None) == known


def written(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    path = folder / "catalogue" / name
    path.parent.mkdir(exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def test_a_title_that_a_film_of_that_time_has_is_not_kept(tmp_path: Path) -> None:
    titles = [
        {"kind": "game", "title": "Harbour Tycoon", "year": 2016},
        {"kind": "game", "title": "Glass Rivers", "year": 2010},
        {"kind": "movie", "title": "Glass Rivers", "year": 2011},
        {"kind": "book", "title": "Cold Orchard", "year": 2001},
        {"kind": "game", "title": "Cold Orchard", "year": 2001},
        {"kind": "book", "title": "Salt and Iron"},
    ]
    written(tmp_path, "titles.jsonl.gz", titles)
    albums = [{"artist": "Tin Lanterns", "title": "Low Tide", "year": 1969}]
    written(tmp_path, "albums.jsonl.gz", albums)
    written(tmp_path, "release_groups.jsonl.gz", albums)
    known = KnownWorks(lambda: known_works(tmp_path))
    assert told(known, "Harbour Tycoon (2016)") is Known.GAME
    assert told(known, "Low Tide (1969)") is Known.ALBUM
    assert told(known, "Glass Rivers (2010)") is None
    assert told(known, "Cold Orchard (2001)") is None


def told(works: KnownWorks, name: str) -> Known | None:
    work = works.named(name)
    return work.kind if work else None


def test_a_title_that_one_kind_of_work_has_is_known_with_any_year(tmp_path: Path) -> None:
    titles = [
        {"kind": "game", "title": "Harbour Tycoon", "year": 2016},
        {"kind": "game", "title": "Glass Rivers", "year": 2010},
        {"kind": "movie", "title": "Glass Rivers", "year": 1961},
        {"kind": "game", "title": "Orchard", "year": 2001},
        {"kind": "book", "title": "Salt and Iron"},
        {"kind": "software", "title": "Paper Desk"},
        *({"kind": "game", "title": "Harbour League", "year": year} for year in (1999, 2000, 2001)),
    ]
    written(tmp_path, "titles.jsonl.gz", titles)
    albums = [{"artist": "Tin Lanterns", "title": "Tin Lanterns"}]
    written(tmp_path, "albums.jsonl.gz", albums)
    written(tmp_path, "artists.jsonl.gz", [{"name": "Tin Lanterns"}])
    known = KnownWorks(lambda: known_works(tmp_path))
    assert told(known, "Harbour Tycoon (2019)") is Known.GAME
    assert told(known, "Salt and Iron (1988)") is Known.BOOK
    assert told(known, "Glass Rivers (2019)") is None
    assert told(known, "Orchard (2019)") is None
    assert told(known, "Paper Desk (2019)") is None
    assert told(known, "Tin Lanterns (2019)") is None
    assert told(known, "Harbour League (2000)") is Known.GAME
    assert told(known, "Harbour League (2019)") is None


def test_a_series_is_known_by_its_first_year_unless_a_film_has_its_title_then(
    tmp_path: Path,
) -> None:
    titles = [
        {"kind": "tv", "title": "Lantern Street", "year": 1994},
        {"kind": "tv", "title": "Salt Harbour", "year": 2001},
        {"kind": "movie", "title": "Salt Harbour", "year": 2002},
        {"kind": "movie", "title": "Lantern Street", "year": 1961},
    ]
    written(tmp_path, "titles.jsonl.gz", titles)
    known = KnownWorks(lambda: known_works(tmp_path))
    assert told(known, "Lantern Street (1994)") is Known.TV
    assert told(known, "Lantern Street (1995)") is None
    assert told(known, "Lantern Street (1961)") is None
    assert told(known, "Salt Harbour (2001)") is None


def test_a_film_is_known_if_a_word_of_its_title_counts_parts(tmp_path: Path) -> None:
    titles = [
        {"kind": "movie", "title": "Harbour Season", "year": 2006},
        {"kind": "game", "title": "Harbour Season", "year": 2006},
        {"kind": "movie", "title": "The Last Episode", "year": 1988},
        {"kind": "movie", "title": "Low Tide", "year": 2006},
        {"kind": "movie", "title": "Salt Series", "year": 2010},
        {"kind": "tv", "title": "Salt Series", "year": 2011},
    ]
    written(tmp_path, "titles.jsonl.gz", titles)
    known = KnownWorks(lambda: known_works(tmp_path))
    assert told(known, "Harbour Season 2006") is Known.MOVIE
    assert told(known, "The.Last.Episode.1988") is Known.MOVIE
    assert told(known, "Harbour Season 2") is None
    assert told(known, "Harbour Season 2007") is None
    assert told(known, "Low Tide (2006)") is None
    assert told(known, "Salt Series (2010)") is None


def test_trackers_that_list_games_alone_know_titles_and_years(tmp_path: Path) -> None:
    written(tmp_path, "titles.jsonl.gz", [])
    rows = [
        {"name": "Harbour.Tycoon.(2024)", "source": "jc141_games"},
        {"name": "Paper Orchard: Deluxe Edition - v1.2 + Bonus", "source": "games_hydra_fitgirl"},
        {"name": "Salt and Iron (2024)", "source": "another"},
    ]
    path = tmp_path / "names" / "p2p_by_category.jsonl.gz"
    path.parent.mkdir()
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    known = KnownWorks(lambda: known_works(tmp_path))
    assert told(known, "Harbour Tycoon (2024)") is Known.GAME
    assert told(known, "Paper Orchard Deluxe Edition (2023)") is Known.GAME
    assert told(known, "Salt and Iron (2024)") is None


def test_the_cascade_believes_what_is_known_of_a_bare_name(works: KnownWorks) -> None:
    manifest = load("classify")

    def path(role: str) -> Path:
        return sized_path(manifest, role)

    classifier = Classifier(Ensemble(load_bert(path), load_ngrams(path), manifest, works), manifest)
    game, series, film, packed = classifier.classify(
        [
            NamedSubject("Harbour Tycoon (2016)"),
            NamedSubject("Lantern Street (1994)"),
            NamedSubject("Harbour Tycoon (2016) 1080p"),
            NamedSubject("Low Tide (1969)", 1, (TorrentFile(path="tide.mkv", size=1),)),
        ]
    )
    assert (game.medium, game.subcategory) == (Medium.SOFTWARE, Subcategory.GAME)
    assert game.rule == "catalogue"
    assert (series.medium, series.subcategory) == (Medium.VIDEO, Subcategory.SERIES)
    assert film.medium is packed.medium is Medium.VIDEO
