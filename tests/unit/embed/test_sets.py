"""Published data sets are read in their own layout; each fixture is a few lines of that layout."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.embed.__main__ import main
from models.embed.clips import BadClips, read_clips
from models.embed.datasets import audioset, fma, jamendo, magnatagatune, musiccaps, song_describer
from models.embed.datasets.checking import count, verify
from models.embed.datasets.cleaning import cleaned, tidy
from models.embed.datasets.reading import list_in
from models.embed.datasets.sets import SETS

FOLDERS = Path(__file__).parent / "sets"

READ = {
    "musiccaps": [
        (
            "AAAAAAAAA_1",
            "AAAAAAAAA_1",
            (
                'A sad piano plays a slow waltz. It is "quiet", with a choir & strings.',
                "slow tempo, sad piano, children's choir",
            ),
            "audio/AAAAAAAAA_1.wav",
        ),
        ("-AAAAAAAA-2", "-AAAAAAAA-2", ("A banjo",), "audio/-AAAAAAAA-2.wav"),
    ],
    "audioset": [
        ("--AAAAAAAA1", "--AAAAAAAA1", ("Guitar",), "audio/--AAAAAAAA1.wav"),
        (
            "DAAAAAAAAA4",
            "DAAAAAAAAA4",
            ("Pop music, Acoustic guitar",),
            "audio/DAAAAAAAAA4.wav",
        ),
    ],
    "jamendo": [
        (
            "track_0000948",
            "artist_000087",
            (
                "rock, pop, electricguitar, happy",
                "genre rock, pop; instrument electricguitar; mood/theme happy",
            ),
            "audio/48/948.mp3",
        ),
        (
            "track_0021983",
            "artist_003241",
            ("melancholic", "mood/theme melancholic"),
            "audio/83/21983.mp3",
        ),
    ],
    "fma": [
        ("2", "artist 1", ("Hip-Hop",), "fma_small/000/000002.mp3"),
        (
            "10",
            "artist 6",
            ("Pop, Experimental Pop", "Pop, Experimental Pop, lullaby, slow song"),
            "fma_small/000/000010.mp3",
        ),
    ],
    "musicbench": [
        (
            "data/AAAAAAAAA_1.wav",
            "AAAAAAAAA_1",
            ("A sad piano plays. The key is D major.", "Sad piano, in D major."),
            "data/AAAAAAAAA_1.wav",
        ),
        (
            "data_aug2_4/AAAAAAAAA_1_2.wav",
            "AAAAAAAAA_1",
            ("A sad piano plays quickly.",),
            "data_aug2_4/AAAAAAAAA_1_2.wav",
        ),
        ("data/BAAAAAAAAA2.wav", "BAAAAAAAAA2", ("A banjo.",), "data/BAAAAAAAAA2.wav"),
    ],
    "magnatagatune": [
        (
            "2",
            "Paper Lighthouse",
            ("piano, slow",),
            "f/paper_lighthouse-low_tide-01-harbour-30-59.mp3",
        ),
        ("10", "Mill Wheel", ("no voice",), "c/mill_wheel-constant-02-freeway-0-29.mp3"),
    ],
    "song-describer": [
        (
            "1100",
            "artist 87",
            ("A slow song, with a violin.", "Calm strings"),
            "audio/00/1100.2min.mp3",
        ),
        ("948", "artist 12", ("Drums",), "audio/48/948.2min.mp3"),
    ],
}


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_read_as_it_is_published(name: str) -> None:
    folder = FOLDERS / name
    clips = list(SETS[name](folder))
    told = [
        (clip.id, clip.work, clip.texts, clip.audio.relative_to(folder).as_posix())
        for clip in clips
    ]
    assert told == READ[name]
    assert all(clip.licence for clip in clips)


def test_where_a_clip_comes_from_and_its_own_licence_are_kept() -> None:
    (first, _) = SETS["musiccaps"](FOLDERS / "musiccaps")
    assert first.url == "https://www.youtube.com/watch?v=AAAAAAAAA_1&t=30s"
    licences = [clip.licence for clip in SETS["fma"](FOLDERS / "fma")]
    assert licences[0] == "Attribution-NonCommercial-ShareAlike 3.0 International"
    assert licences[1] == "Attribution"


@pytest.mark.parametrize("name", SETS)
def test_a_folder_without_the_files_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadClips, match=str(tmp_path)):
        list(SETS[name](tmp_path))


def test_tables_with_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / jamendo.TABLES[0]).write_text("TRACK_ID\tTAGS\n", encoding="utf-8")
    with pytest.raises(BadClips, match="columns are not"):
        list(jamendo.read(tmp_path))
    (tmp_path / "fma_metadata").mkdir()
    (tmp_path / fma.TRACKS).write_text(",track\n,title\ntrack_id,\n", encoding="utf-8")
    (tmp_path / fma.GENRES).write_text("genre_id,title\n", encoding="utf-8")
    with pytest.raises(BadClips, match=r"no column artist\.id"):
        list(fma.read(tmp_path))
    (tmp_path / audioset.NAMES).write_text("index,mid,display_name\n", encoding="utf-8")
    (tmp_path / audioset.ONTOLOGY).write_text("{", encoding="utf-8")
    with pytest.raises(BadClips, match="no ontology"):
        list(audioset.read(tmp_path))


ROWS = {
    "musiccaps": (musiccaps.TABLE, "../../AAAAAAAA,30,40,/m/1,\"['slow']\",A waltz,1,False,True"),
    "audioset": (audioset.TABLES[0], 'AAAAAAAAAAA, abc, 40.0, "/m/0342h"'),
    "jamendo": (jamendo.TABLES[0], "x\tartist_1\talbum_1\t48/948.mp3\t1.0\tgenre---rock"),
    "fma": (fma.TRACKS, "20,1"),
    "musicbench": ("MusicBench_train.json", '{"location": "/a.wav", "main_caption": "A waltz"}'),
    "magnatagatune": (magnatagatune.TAGS, "77"),
    "song-describer": (song_describer.TABLE, "1,2"),
}
"""A row that makes no sense or leaves the folder: set -> table and row."""


@pytest.mark.parametrize("name", SETS)
def test_a_row_that_makes_no_sense_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    shutil.copytree(FOLDERS / name, folder)
    table, row = ROWS[name]
    path = folder / table
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    path.write_text(f"{before}{row}\n", encoding="utf-8")
    last = before.count("\n") + 1
    with pytest.raises(BadClips, match=rf"{path.name}, line {last}: "):
        list(SETS[name](folder))


def test_the_sounds_that_are_there_are_taken_whatever_their_ending(tmp_path: Path) -> None:
    for path in (FOLDERS / "song-describer").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    whole = tmp_path / "audio" / "48" / "948.mp3"
    whole.parent.mkdir(parents=True)
    whole.touch()
    paths = {clip.id: clip.audio for clip in SETS["song-describer"](tmp_path)}
    assert paths["948"] == whole


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("  two\tspaces \n", "two spaces"),
        ("<p>Rock &amp; roll</p>", "Rock & roll"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("see http://example.org/x?y=1 , there", "see, there"),
        ("ＦＵＬＬ ﬁeld", "FULL field"),
        ("a\x1b[2Jb\u202ec", "a [2Jb c"),
        ("x" * 5000, "x" * 4000),
    ],
)
def test_texts_are_tidied(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


def test_texts_that_say_nothing_or_the_same_are_left_out() -> None:
    assert cleaned(["", "nan", "A waltz", "a  WALTZ", "[]", "A march"]) == ("A waltz", "A march")


@pytest.mark.parametrize("cell", ["[", "{'a': 1}", "__import__('os')", "[" * 9999, "nan"])
def test_a_cell_that_holds_no_list_is_none(cell: str) -> None:
    assert list_in(cell) == []


def test_a_set_is_counted_and_its_sounds_are_verified(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    for path in (FOLDERS / "musicbench").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    clips = list(SETS["musicbench"](tmp_path))
    told = count(clips)
    assert (told.clips, told.works, told.texts) == (3, 2, 4)
    assert (told.words_a_text, told.same_text) == (5.2, 0)  # 9 + 5 + 5 + 2 words
    clips[0].audio.parent.mkdir()
    soundfile.write(clips[0].audio, np.zeros(800), 8000)
    clips[2].audio.write_text("no sound", encoding="utf-8")
    sounds = verify(clips)
    assert sounds.present == 1
    assert sounds.missing == (clips[1].audio,)
    assert sounds.unreadable == (clips[2].audio,)


def test_the_command_writes_clips_that_fill_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for path in (FOLDERS / "musicbench").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    out = tmp_path / "clips.jsonl"
    assert main(["dataset", "musicbench", str(folder), "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["clips"] == 3
    assert "3 clips" in told.err
    assert '"audio": "set/data/AAAAAAAAA_1.wav"' in out.read_text(encoding="utf-8")
    assert read_clips(out)[0].audio == folder / "data" / "AAAAAAAAA_1.wav"
    assert main(["dataset", "musicbench", str(folder), "--check"]) == 1
    assert "3 are missing" in capsys.readouterr().err
    assert main(["dataset", "fma", str(folder)]) == 1
