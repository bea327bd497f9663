"""The generated dump: the same for a seed, in the shares it promises, dirty where it should be."""

import gzip
import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

from models.ban.ban_list import BanList
from schemas import Provenance, Source, Torrent
from tests.benchmarks.generate import MENDED, REFUSED, Recipe, main, rows, write_file
from tests.benchmarks.invented import KINDS, Torrents

CLEAN = Recipe(4_000, dirty=0.0)
ORIGIN = Provenance(source=Source.REPLAY, origin="jsonl", dataset="generated.jsonl")


@pytest.fixture(scope="module")
def clean() -> list[dict]:
    return [orjson.loads(line) for line in rows(CLEAN)]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    digests = set()
    for name, seed in (("a.jsonl.gz", 7), ("b.jsonl.gz", 7), ("c.jsonl.gz", 8)):
        write_file(Recipe(500, seed), tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 2


def test_a_longer_dump_begins_as_a_shorter_one() -> None:
    long, short = list(rows(Recipe(400))), list(rows(Recipe(300)))
    assert long[:300] == short


def test_half_list_files_twelve_on_average_and_every_tenth_was_there_before(
    clean: list[dict],
) -> None:
    listed = [len(row["files"]) for row in clean if row.get("files")]
    assert len(listed) / len(clean) == pytest.approx(0.5, abs=0.04)
    assert sum(listed) / len(listed) == pytest.approx(12, abs=1)
    again = len(clean) - len({row["infohash"] for row in clean})
    assert again / len(clean) == pytest.approx(0.10, abs=0.02)


def test_what_is_seen_again_is_the_same_torrent(clean: list[dict]) -> None:
    changing = {"observed_at", "seeders"}
    first: dict[str, dict] = {}
    for row in clean:
        kept = {key: value for key, value in row.items() if key not in changing}
        assert first.setdefault(row["infohash"], kept) == kept


def test_what_is_clean_keeps_the_contract_and_is_not_banned(clean: list[dict]) -> None:
    bans = BanList.load()
    for row in clean[:1_000]:
        torrent = Torrent.repaired(
            infohash=row["infohash"],
            name=row["name"],
            size=row["size"],
            files=[(file["path"], file["size"]) for file in row.get("files", ())] or None,
            observed_at=row["observed_at"],
            provenance=ORIGIN,
        )
        assert torrent.name == row["name"]
        assert bans.check_torrent(torrent) is None


def test_three_in_a_hundred_are_dirty_in_every_way() -> None:
    dirty, clean = list(rows(Recipe(20_000))), list(rows(Recipe(20_000, dirty=0.0)))
    lines = set(clean)
    share = sum(line not in lines for line in dirty) / len(dirty)
    assert share == pytest.approx(0.03, abs=0.005)


def replayed(line: bytes, folder: Path) -> str:
    dump = folder / "dirty.jsonl"
    dump.write_bytes(next(rows(CLEAN)) + b"\n" + line + b"\n")
    command = [sys.executable, "-m", "streams.replay", str(dump), "--dry-run", "--verbose"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("way", REFUSED)
def test_what_is_refused_makes_no_torrent(way: str, tmp_path: Path) -> None:
    assert "line 2: " in replayed(REFUSED[way](next(rows(CLEAN))), tmp_path)


@pytest.mark.parametrize("way", MENDED)
def test_what_is_mended_makes_a_torrent(way: str, tmp_path: Path) -> None:
    assert "line 2: " not in replayed(MENDED[way](next(rows(CLEAN))), tmp_path)


def test_every_kind_of_torrent_comes() -> None:
    torrents = Torrents(seed=7, files_share=0.0)
    endings = Counter(torrents.row(number, number)["name"][-4:] for number in range(500))
    assert len(KINDS) == 8
    assert len(endings) > 50


def test_the_command_writes_so_many_rows(tmp_path: Path) -> None:
    out = tmp_path / "dump.jsonl.gz"
    assert main(["--rows", "2500", "-o", str(out)]) == 0
    with gzip.open(out, "rb") as lines:
        assert len(lines.readlines()) == 2500
