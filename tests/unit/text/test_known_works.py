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
from models.training.classifier.known import known_works
from schemas import Medium, Subcategory, TorrentFile

ENTRIES = {
    work_key("Harbour Tycoon", 2016): int(Known.GAME),
    work_key("Seven Rivers of Ink", 1996): int(Known.BOOK),
    work_key("Low Tide", 1969): int(Known.ALBUM),
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
    assert works.named(name) == known


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
    assert known.named("Harbour Tycoon (2016)") is Known.GAME
    assert known.named("Low Tide (1969)") is Known.ALBUM
    assert known.named("Glass Rivers (2010)") is None
    assert known.named("Cold Orchard (2001)") is None


def test_the_cascade_believes_what_is_known_of_a_bare_name(works: KnownWorks) -> None:
    manifest = load("classify")

    def path(role: str) -> Path:
        return sized_path(manifest, role)

    classifier = Classifier(Ensemble(load_bert(path), load_ngrams(path), manifest, works), manifest)
    game, film, packed = classifier.classify(
        [
            NamedSubject("Harbour Tycoon (2016)"),
            NamedSubject("Harbour Tycoon (2016) 1080p"),
            NamedSubject("Low Tide (1969)", 1, (TorrentFile(path="tide.mkv", size=1),)),
        ]
    )
    assert (game.medium, game.subcategory) == (Medium.SOFTWARE, Subcategory.GAME)
    assert game.rule == "catalogue"
    assert film.medium is packed.medium is Medium.VIDEO
