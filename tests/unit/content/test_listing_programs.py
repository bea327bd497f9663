"""What real programs print of a real folder, and what people paste, reads back as its files."""

import subprocess
from pathlib import Path

import pytest

from models.content.content import Unreadable
from models.content.listing import from_listing

FILES = {
    "CD 1/01 - Slate.flac": 30_000,
    "CD 1/02 - Dust Hymn.flac": 40_000,
    "CD 2/01 - Ночь (live).flac": 50_001,
    "cover [front].jpg": 12,
}


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder with the files."""
    root = tmp_path / "Low Tide (2006)"
    for path, size in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x" * size)
    return root


@pytest.mark.parametrize(
    ("command", "is_sized"),
    [
        ("find 'Low Tide (2006)'", False),
        ("find 'Low Tide (2006)' -type f", False),
        ('find "$PWD/Low Tide (2006)"', False),
        ("find 'Low Tide (2006)' -print0", False),
        ("find 'Low Tide (2006)' -ls", True),
        ("ls -R 'Low Tide (2006)'", False),
        ("ls -RF --color=always 'Low Tide (2006)'", False),
        ("ls -lR 'Low Tide (2006)'", True),
        ("ls -laR --time-style=long-iso 'Low Tide (2006)'", True),
        ("du -ab 'Low Tide (2006)'", True),
        ("tar -c 'Low Tide (2006)' | tar -tv", True),
        ("tar -c 'Low Tide (2006)' | tar -t", False),
    ],
)
def test_what_a_program_prints_of_a_folder_is_its_files(
    album: Path, command: str, is_sized: bool
) -> None:
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    printed = subprocess.run(
        ["sh", "-c", command], cwd=album.parent, env=environment, capture_output=True, check=True
    )
    content = from_listing(printed.stdout.decode())
    assert content.name == "Low Tide (2006)"
    sizes = {file.path: file.size for file in content.files or ()}
    assert sizes == (FILES if is_sized else dict.fromkeys(FILES))


def test_sizes_in_blocks_are_bytes_again(album: Path) -> None:
    printed = subprocess.run(
        ["du", "-a", "--apparent-size", album.name],
        cwd=album.parent,
        capture_output=True,
        check=True,
    )
    content = from_listing(printed.stdout.decode())
    for file in content.files or ():
        assert file.size is not None
        assert 0 <= file.size - FILES[file.path] < 1024


@pytest.mark.parametrize(
    ("text", "name", "files"),
    [
        (
            "01 - Slate.mp3\n02 - Salt.mp3",
            "listing",
            {"01 - Slate.mp3": None, "02 - Salt.mp3": None},
        ),
        ("Slate.mp3", "Slate.mp3", {"Slate.mp3": None}),
        (".\n./a.mp3\n./b/c.mp3", "listing", {"a.mp3": None, "b/c.mp3": None}),
        ("- Slate.mp3\n- Salt.mp3", "listing", {"Slate.mp3": None, "Salt.mp3": None}),
        (
            "Tide/Slate.mp3 (5.5 MB)\nTide/Salt.mp3 (1 GiB)",
            "Tide",
            {"Slate.mp3": 5_767_168, "Salt.mp3": 2**30},
        ),
        ("4\tTide/a.mp3\n8\tTide/b.mp3\n16\tTide", "Tide", {"a.mp3": 4096, "b.mp3": 8192}),
        (
            "4.0K\tTide/a.mp3\n1.5M\tTide/b.mp3\n1.6M\tTide",
            "Tide",
            {"a.mp3": 4096, "b.mp3": 1_572_864},
        ),
        ("$ ls -R\n.:\nCD1\n\n./CD1:\na.mp3\nb.mp3", "CD1", {"a.mp3": None, "b.mp3": None}),
        (
            "CD1:\n01 Slate\n02 Salt\n\nCD2:\n01 Home",
            "listing",
            {"CD1/01 Slate": None, "CD1/02 Salt": None, "CD2/01 Home": None},
        ),
        (
            "C:\\Music\\Tide\\a.mp3\r\nC:\\Music\\Tide\\b.mp3\r\n",
            "Tide",
            {"a.mp3": None, "b.mp3": None},
        ),
        (
            "Archive:  Low Tide.zip\n  Length      Date    Time    Name\n---------  ----------\n"
            "     1234  2021-06-03 10:20   a.mp3\n        0  2021-06-03 10:20   x/\n"
            "      567  2021-06-03 10:20   x/b.mp3\n---------\n     1801             3 files",
            "Low Tide",
            {"a.mp3": 1234, "x/b.mp3": 567},
        ),
        (
            "   Date      Time    Attr         Size   Compressed  Name\n"
            "------------------- ----- ------------ ------------  ----------\n"
            "2021-06-03 10:20:30 D....            0            0  Tide\n"
            "2021-06-03 10:20:30 ....A      3000000      2900000  Tide/01 Slate.mp3\n"
            "2021-06-03 10:20:30 ....A         1200               Tide/2 Salt.mp3",
            "Tide",
            {"01 Slate.mp3": 3_000_000, "2 Salt.mp3": 1200},
        ),
        (
            "[Group] Robots\n"
            "├── [Group] Robots - 01 [720p].mkv\n└── [Group] Robots - 02 [720p].mkv",
            "[Group] Robots",
            {"[Group] Robots - 01 [720p].mkv": None, "[Group] Robots - 02 [720p].mkv": None},
        ),
        (
            "[4.0K]  Tide\n├── [3.5M]  a.mp3\n└── [ 12K]  cover.jpg\n\n0 directories, 2 files",
            "Tide",
            {"a.mp3": 3_670_016, "cover.jpg": 12_288},
        ),
        (
            " Volume in drive C is Data\n\n Directory of C:\\Tide\n\n"
            "06/03/2021  10:20 AM    <DIR>          .\n06/03/2021  10:20 AM         1,234 a.mp3\n"
            "06/03/2021  10:21 AM       567,890 b.mp3\n               2 File(s)   569,124 bytes",
            "Tide",
            {"a.mp3": 1234, "b.mp3": 567_890},
        ),
        ("../../etc/passwd\n/etc/../shadow", "etc", {"passwd": None, "shadow": None}),
    ],
)
def test_what_people_paste_is_read(text: str, name: str, files: dict[str, int | None]) -> None:
    content = from_listing(text)
    assert content.name == name
    assert {file.path: file.size for file in content.files or ()} == files


@pytest.mark.parametrize("text", ["", " \n\n", ".", "./\n../", "```\n```", "total 0"])
def test_what_lists_no_file_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="no file"):
        from_listing(text)
