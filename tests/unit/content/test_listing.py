"""Listings of files: whatever program wrote them, they read back as the files they are of."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.content import SourceKind, Unreadable
from models.content.listing import from_listing
from tests.unit.content.listings import SIZED, UNSIZED, Folder, folder_of

WORDS = st.text("abcXYZ019 éßжあ-_.,'!&()[]+#", min_size=1, max_size=14)
NAMES = WORDS.map(lambda name: name.strip(". -*")).filter(
    lambda name: name != "" and not name.isdigit()
)
FILES = st.tuples(NAMES, st.sampled_from(["mp3", "mkv", "nfo", "7z"])).map(".".join)
PATHS = st.tuples(st.lists(NAMES, max_size=3), FILES).map(
    lambda parts: "/".join([*parts[0], parts[1]])
)


def is_a_tree(files: dict[str, int]) -> bool:
    """Whether no file is a folder as well."""
    return not any(other.startswith(f"{path}/") for path in files for other in files)


TREES = st.dictionaries(PATHS, st.integers(1000, 2**42), min_size=2, max_size=8).filter(is_a_tree)


@pytest.mark.parametrize("printed", [*SIZED, *UNSIZED], ids=lambda printed: printed.__name__)
@given(files=TREES)
def test_a_listing_reads_back_as_the_files_it_is_of(
    printed: Callable[[str, Folder], str], files: dict[str, int]
) -> None:
    content = from_listing(printed("The Velvet Quarry", folder_of(files)))
    assert content.source is SourceKind.LISTING
    assert content.name == "The Velvet Quarry"
    sizes = {file.path: file.size for file in content.files or ()}
    wanted = files if printed in SIZED else dict.fromkeys(files)
    assert sizes == wanted
    assert content.size == (sum(files.values()) if printed in SIZED else None)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        content = from_listing(text)
    except Unreadable as error:
        assert "\n" not in str(error)
    else:
        assert content.files


ROWS = st.sampled_from(
    [
        "├── a.mp3",
        "│   └── b",
        "    c",
        ".:",
        "d:",
        "",
        "total 8",
        "12\tx",
        "4.0K\ty/z",
        "./q",
        "a/",
        "-rw-r--r-- 1 a b 12 Jun  3 10:20 x",
        "drwxr-xr-x 1 a b 12 Jun  3 10:20 y",
        "Archive:  x.zip",
        "        5  2021-06-03 10:20   p/q",
        "\\---w",
        "x (3 MB)",
        "\0",
        "..",
        "/",
        "[4.0K]  k",
    ]
)


@given(st.lists(ROWS, max_size=12))
def test_lines_of_several_programs_in_one_text_are_read_or_refused(rows: list[str]) -> None:
    try:
        from_listing("\n".join(rows))
    except Unreadable as error:
        assert "\n" not in str(error)
