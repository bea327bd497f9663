"""A store grows row by row, is read from the disk, and goes on after a kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.embed.store import INDEX, About, BadStore, Entry, Store, Writer, fill
from tests.support import ROOT

ABOUT = About(target="musicnn", dimensions=6, rows=40, embedder="noise 1", is_stub=True)
ENTRIES = [Entry(id=f"t{n}", work=f"w{n // 2}", texts=(f"tune {n}", "a tune")) for n in range(40)]


def vector(entry: Entry) -> NDArray[np.float32]:
    return np.full(6, int(entry.id[1:]), np.float32)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert list(fill(tmp_path / "s", ABOUT, ENTRIES, vector)) == list(range(1, 41))
    store = Store(tmp_path / "s")
    assert store.entries == ENTRIES
    assert store.rows([39, 3])[:, 0].tolist() == [39.0, 3.0]
    assert isinstance(store.vectors, np.memmap)


def test_a_store_of_16_bits_is_half_as_large(tmp_path: Path) -> None:
    half = ABOUT.model_copy(update={"floats": "float16"})
    list(fill(tmp_path / "half", half, ENTRIES, vector))
    store = Store(tmp_path / "half")
    assert store.vectors.dtype == np.float16
    assert store.rows([7]).dtype == np.float32
    assert store.rows([7])[0, 0] == 7.0


def test_a_line_that_a_kill_cut_off_is_written_again(tmp_path: Path) -> None:
    heard = []

    def hear(entry: Entry) -> NDArray[np.float32]:
        heard.append(entry.id)
        return vector(entry)

    for done in fill(tmp_path / "s", ABOUT, ENTRIES, hear):
        if done == 10:
            break
    index = tmp_path / "s" / INDEX
    index.write_bytes(index.read_bytes()[:-5])
    assert list(fill(tmp_path / "s", ABOUT, ENTRIES, hear))[-1] == 40
    assert heard == [f"t{n}" for n in (*range(10), *range(9, 40))]
    assert np.array_equal(Store(tmp_path / "s").vectors[:, 0], np.arange(40))


SLOW = """
import sys, time
from pathlib import Path
from tests.unit.embed.test_store import ABOUT, ENTRIES, vector
from models.embed.store import fill
for done in fill(Path(sys.argv[1]), ABOUT, ENTRIES, vector):
    print(done, flush=True)
    time.sleep(0.02)
"""


def test_a_killed_store_goes_on_and_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(5):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    rest = list(fill(folder, ABOUT, ENTRIES, vector))
    assert 0 < len(rest) <= 35
    store = Store(folder)
    assert store.entries == ENTRIES
    assert np.array_equal(store.vectors[:, 5], np.arange(40))


def test_another_store_and_other_rows_are_refused(tmp_path: Path) -> None:
    list(fill(tmp_path / "s", ABOUT, ENTRIES, vector))
    with pytest.raises(BadStore, match="holds another store"):
        Writer(tmp_path / "s", ABOUT.model_copy(update={"embedder": "noise 2"}))
    with pytest.raises(BadStore, match="row 0 is t0, which is not asked for"):
        list(fill(tmp_path / "s", ABOUT, ENTRIES[1:], vector))
    with pytest.raises(BadStore, match=r"store\.json"):
        Store(tmp_path)


def test_what_cannot_be_heard_is_left_out_also_when_filling_goes_on(tmp_path: Path) -> None:
    heard = []

    def hear(entry: Entry) -> NDArray[np.float32] | None:
        heard.append(entry.id)
        return None if entry.id in ("t3", "t20") else vector(entry)

    for count in fill(tmp_path / "s", ABOUT, ENTRIES, hear):
        if count == 10:
            break
    list(fill(tmp_path / "s", ABOUT, ENTRIES, hear))
    assert heard == [f"t{n}" for n in range(40)]
    numbers = [n for n in range(40) if n not in (3, 20)]
    store = Store(tmp_path / "s")
    assert [entry.id for entry in store.entries] == [f"t{n}" for n in numbers]
    assert store.rows(range(len(store)))[:, 0].tolist() == numbers


def test_a_vector_that_does_not_fit_or_is_no_number_is_refused(tmp_path: Path) -> None:
    with Writer(tmp_path / "s", ABOUT) as writer:
        for wrong in (np.zeros(5), np.full(6, np.nan)):
            with pytest.raises(BadStore, match="t0"):
                writer.add(ENTRIES[0], wrong)
        for entry in ENTRIES:
            writer.add(entry, vector(entry))
        with pytest.raises(BadStore, match="room for 40"):
            writer.add(ENTRIES[0], vector(ENTRIES[0]))
