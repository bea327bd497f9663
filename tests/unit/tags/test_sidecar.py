"""Files of tags: written whole, and moved from older names without losing anything."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tags import tags_of
from models.tags.sidecar import BadSidecar, migrated, read_tags, replace, write_sidecar
from schemas.tag_legacy import Origin
from schemas.tags import TorrentTags
from tests.unit.tags.test_emitted import album, class_of

EFFNET = Origin("essentia", "effnet", "20220825", "discogs519")
OLD = {
    "essentia:happy": 0.7,
    "nom:sad_essentia21b6dev1389_effnet20220825_sad20220825": [0.1, 0.2],
    "nom:mood-strict": ["happy", "calm"],
    "ARTIST": "Aurora Vale",
}


def test_a_file_is_called_after_the_infohash_and_holds_what_the_topic_does(tmp_path: Path) -> None:
    told = [tags_of(class_of()), tags_of(album())]
    path = write_sidecar(tmp_path / "tags", told[0].infohash.upper(), told)
    assert path.name == f"{told[0].infohash}.tags.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert [TorrentTags.model_validate(tags) for tags in kept["results"]] == told
    assert [file.name for file in path.parent.iterdir()] == [path.name], "nothing half written"


def test_what_is_no_infohash_names_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="non-hexadecimal"):
        write_sidecar(tmp_path, "../../etc/passwd", [tags_of(class_of())])
    assert list(tmp_path.iterdir()) == []


def test_older_names_are_moved_where_they_say_enough_and_all_else_is_kept() -> None:
    entries = migrated(OLD, {})
    assert {entry.name: entry.value for entry in entries} == {
        "essentia:happy": 0.7,
        "nom:essentia_effnet_20220825_sad_20220825_sad": [0.1, 0.2],
        "nom:mood-strict": ["happy", "calm"],
        "ARTIST": "Aurora Vale",
    }
    assert all(entry.flag for entry in entries)
    (happy, *_) = migrated(OLD, {"": EFFNET})
    assert happy.name == "nom:essentia_effnet_20220825_happy_discogs519_happy"


def test_two_names_that_would_become_one_lose_nothing() -> None:
    new = "nom:essentia_effnet_20220825_happy_discogs519_happy"
    entries = migrated({"essentia:happy": 0.7, new: 0.9}, {"": EFFNET})
    assert {entry.name: entry.value for entry in entries} == {"essentia:happy": 0.7, new: 0.9}
    assert entries[0].flag == f"there is a {new} already"


@given(
    st.dictionaries(
        st.text(max_size=60) | st.text(max_size=30).map("essentia:".__add__), st.integers()
    )
)
def test_every_tag_of_a_file_is_there_afterwards(tags: dict[str, int]) -> None:
    entries = migrated(tags, {"": EFFNET})
    assert len({entry.name for entry in entries}) == len(tags)
    assert [entry.value for entry in entries] == list(tags.values())


def test_a_file_is_replaced_whole_and_stays_what_it_was_beside_its_words(tmp_path: Path) -> None:
    target, link = tmp_path / "a.json", tmp_path / "link.json"
    target.write_text("{}")
    target.chmod(0o640)
    link.symlink_to(target)
    replace(link, {"título": "\ud800"})
    assert link.is_symlink()
    assert read_tags(target) == {"título": "\ud800"}
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[1]", "no object of tags"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("\xff\xfe", "is no JSON"),
        ('{"essentia:happy": 1, "essentia:happy": 2}', "stands there twice"),
    ],
)
def test_what_holds_no_tags_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "tags.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(BadSidecar, match=why):
        read_tags(path)
    with pytest.raises(BadSidecar, match="cannot be read"):
        read_tags(tmp_path / "missing.json")
