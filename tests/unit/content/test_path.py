"""Folders and single files as subjects."""

import os
import tempfile
from pathlib import Path

import pytest

from models.content.bounds import Bounds
from models.content.content import SourceKind, Unreadable, from_text
from models.content.path import read_path


def written(root: Path, *paths: str) -> Path:
    """A folder with files of two bytes."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"xy")
    return root


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    root = written(
        tmp_path / "Low Tide", "b.flac", "CD1/02.flac", "CD1/01.flac", "a/z.txt", "a.jpg"
    )
    content = read_path(root)
    assert (content.name, content.source) == ("Low Tide", SourceKind.FOLDER)
    listed = [file.path for file in content.files or ()]
    assert listed == ["CD1/01.flac", "CD1/02.flac", "a/z.txt", "a.jpg", "b.flac"]
    assert content.size == 10
    assert content.notes == ()


def test_a_path_with_a_slash_or_a_dot_at_its_end_has_the_name_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = written(tmp_path / "Low Tide", "CD1/01.flac")
    assert read_path(f"{root}/").name == "Low Tide"
    monkeypatch.chdir(root / "CD1")
    assert read_path("..").name == "Low Tide"
    assert read_path(".").name == "CD1"


def test_links_are_not_followed_but_the_path_itself_may_be_one(tmp_path: Path) -> None:
    root = written(tmp_path / "Low Tide", "01.flac")
    (root / "out").symlink_to(tmp_path)
    (root / "other.flac").symlink_to(root / "01.flac")
    (tmp_path / "Link").symlink_to(root)
    content = read_path(tmp_path / "Link")
    assert content.name == "Link"
    assert [file.path for file in content.files or ()] == ["01.flac"]
    assert content.notes == ("links that were not followed: 2",)


def test_an_unreadable_folder_in_a_folder_is_a_note() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        root = written(Path(name) / "Low Tide", "01.flac", "secret/02.flac", "more/03.flac")
        (root / "secret").chmod(0)
        user = os.geteuid()
        if user == 0:  # root may read every folder, so it is somebody else for a while
            os.seteuid(65_534)
        try:
            content = read_path(root)
        finally:
            os.seteuid(user)
            (root / "secret").chmod(0o755)
    assert [file.path for file in content.files or ()] == ["01.flac", "more/03.flac"]
    assert content.notes == ("secret could not be read",)


def test_of_too_many_files_some_are_read_and_the_size_is_unknown(tmp_path: Path) -> None:
    root = written(tmp_path / "Many", *(f"{number:03}.jpg" for number in range(50)))
    content = read_path(root, Bounds(entries=40))
    assert content.size is None
    assert content.notes == ("only the first 40 entries were read",)


def test_an_empty_folder_is_known_to_be_empty(tmp_path: Path) -> None:
    content = read_path(tmp_path)
    assert content.files == ()
    assert content.size == 0


def test_names_in_an_old_encoding_are_decoded_together(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path / "tracks")
    os.mkdir(root)  # noqa: PTH102 (bytes)
    for name in ("Ночная улица.mp3", "Тихий прилив.mp3"):
        with open(os.path.join(root, name.encode("cp1251")), "wb"):  # noqa: PTH118, PTH123
            pass
    content = read_path(tmp_path / "tracks")
    assert {file.path for file in content.files or ()} == {"Ночная улица.mp3", "Тихий прилив.mp3"}


def test_any_other_file_is_its_name_and_size(tmp_path: Path) -> None:
    path = tmp_path / "The Paper Harbour (2014).mkv"
    with path.open("wb") as stream:
        stream.truncate(8 * 2**30)
    content = read_path(path)
    assert (content.name, content.size) == ("The Paper Harbour (2014).mkv", 8 * 2**30)
    assert content.source is SourceKind.FILE
    assert [file.path for file in content.files or ()] == ["The Paper Harbour (2014).mkv"]


@pytest.mark.parametrize("path", ["missing.torrent", "a\0b", "x" * 300, "/dev/null"])
def test_what_is_no_file_and_no_folder_is_refused_in_a_line(path: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_path(path)
    assert str(refused.value).isprintable()


def test_a_text_is_a_name_and_an_empty_one_is_refused() -> None:
    content = from_text("  Low Tide\x00 (2006) ")
    assert (content.name, content.source) == ("Low Tide  (2006)", SourceKind.TEXT)
    assert content.files is None
    with pytest.raises(Unreadable, match="empty"):
        from_text(" \x00 ")
    assert from_text("x" * 5000).notes == ("the name was cut",)
