"""Recordings of packages: titles in words, each work once, and nothing that is no music."""

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.music_text import recordings
from tests.training.conftest import require_training


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("03-harbour_at_dawn2.ogg", "harbour at dawn"),
        ("LowTideTheme.ogg", "Low Tide Theme"),
        ("slow.march.old.flac", "slow march old"),
        ("07.ogg", ""),
        ("b2.ogg", ""),
    ],
)
def test_a_title_is_what_the_file_is_called(name: str, title: str) -> None:
    assert recordings.title_of(Path(name)) == title


def test_a_folder_a_package_each_title_once_and_no_short_sounds(tmp_path: Path) -> None:
    require_training("soundfile")
    import soundfile

    written = {
        "quiet-harbour/usr/share/harbour_at_dawn.wav": 20,
        "quiet-harbour/usr/share/old/harbour-at-dawn2.wav": 20,
        "quiet-harbour/usr/share/splash.wav": 2,
        "paper-boats/slow-march.wav": 20,
        "paper-boats/03.wav": 20,
        "of-no-package.wav": 20,
    }
    for name, seconds in written.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.zeros(seconds * 1000, np.float32), 1000)
    (tmp_path / "paper-boats/broken-oar.ogg").write_bytes(b"no sound")
    (tmp_path / "paper-boats/readme-of-it.txt").write_text("no sound", encoding="utf-8")
    clips = recordings.clips(tmp_path)
    assert [(clip.work, clip.texts) for clip in clips] == [
        ("paper-boats", ("music called slow march",)),
        ("quiet-harbour", ("music called harbour at dawn",)),
    ]
    assert len({clip.id for clip in clips}) == 2


def test_an_empty_folder_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(recordings.NoRecordings, match="dpkg -x"):
        recordings.clips(tmp_path)
