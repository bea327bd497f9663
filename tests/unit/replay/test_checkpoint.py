"""Going on where a replay ended: a checkpoint is never ahead of what was acknowledged."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings
from streams.kafka.publisher import KafkaStalled, Message
from streams.replay.checkpoint import Checkpoint, DumpChanged, Progress
from streams.replay.replay import BATCH, Hooks, Options, replay
from tests.support import ROOT
from tests.unit.replay.dumps import KeptSink, csv, infohash, jsonl, replayed


def checkpoint(dump: Path, home: Path, form: str = "torrents.csv") -> Checkpoint:
    """The checkpoint of a dump."""
    return Checkpoint(home / "replay", dump, form)


def test_a_checkpoint_knows_its_dump(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text("one")
    point = checkpoint(path, tmp_path)
    assert point.read() == Progress()
    point.write(Progress(41))
    assert checkpoint(path, tmp_path).read().records == 41
    path.write_text("two")
    with pytest.raises(DumpChanged, match="has changed"):
        checkpoint(path, tmp_path).read()


def test_a_dump_that_was_read_as_another_format_starts_over(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text("one")
    checkpoint(path, tmp_path, "jsonl").write(Progress(41))
    with pytest.raises(DumpChanged, match="another format"):
        checkpoint(path, tmp_path).read()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"records": 5}', '{"identity": 5}'])
def test_a_damaged_checkpoint_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "dump"
    path.write_text("one")
    point = checkpoint(path, tmp_path)
    point.write(Progress(1))
    point.file.write_text(content)
    with pytest.raises(DumpChanged, match="is damaged; run without --resume"):
        point.read()


def test_a_checkpoint_of_before_there_was_a_format_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_text("one")
    point = checkpoint(path, tmp_path)
    point.write(Progress(41))
    saved = json.loads(point.file.read_text())
    del saved["identity"]["format"]
    point.file.write_text(json.dumps(saved))
    assert point.read().records == 41


@pytest.mark.parametrize("place", [{}, {"line": "x", "offset": 5}, {"row": 7}, {"line": None}])
async def test_a_place_that_its_reader_does_not_know_is_said(tmp_path: Path, place: Any) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(5))
    checkpoint(path, tmp_path).write(Progress(3, place))
    with pytest.raises(DumpChanged, match="is damaged; run without --resume"):
        await replayed(path, tmp_path, resume=True)


async def test_a_checkpoint_of_before_there_were_places_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(5))
    checkpoint(path, tmp_path).write(Progress(3))
    assert (await replayed(path, tmp_path, resume=True)).names == ["Name 3", "Name 4"]


async def test_resume_goes_on_after_the_last_record(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(50))
    first = await replayed(path, tmp_path, limit=20)
    second = await replayed(path, tmp_path, resume=True, limit=20)
    third = await replayed(path, tmp_path, resume=True)
    fourth = await replayed(path, tmp_path, resume=True)
    names = first.names + second.names + third.names
    assert names == [f"Name {number}" for number in range(50)]
    assert (third.summary.resumed_at, len(third.names)) == (40, 10)
    assert (fourth.summary.read, fourth.summary.exit_code) == (0, 0)


async def test_a_resumed_rest_of_bad_rows_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_text(jsonl([{"infohash": infohash(1), "name": "x"}, {"bad": "row"}]))
    await replayed(path, tmp_path, limit=1)
    assert (await replayed(path, tmp_path, resume=True)).summary.exit_code == 0


class FailingSink(KeptSink):
    """Acknowledges so many batches and then fails, as a Kafka that went away."""

    def __init__(self, batches: int, saved: Checkpoint) -> None:
        super().__init__()
        self.batches = batches
        self.saved = saved

    async def publish(self, messages: Iterable[Message]) -> None:
        """Keep the torrents, or fail."""
        acknowledged = len(self.torrents)
        assert self.saved.read().records == acknowledged, "never ahead of what was acknowledged"
        if self.batches == 0:
            raise KafkaStalled("Kafka acknowledged nothing")
        self.batches -= 1
        await super().publish(messages)


async def test_a_checkpoint_is_what_was_acknowledged_when_kafka_goes_away(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(4 * BATCH))
    sink = FailingSink(2, checkpoint(path, tmp_path))
    with pytest.raises(KafkaStalled):
        await replay(Options(str(path)), Settings(home=tmp_path), sink=sink)
    assert checkpoint(path, tmp_path).read().records == len(sink.torrents) == 2 * BATCH
    rest = await replayed(path, tmp_path, resume=True)
    assert [torrent.name for torrent in sink.torrents] + rest.names == [
        f"Name {number}" for number in range(4 * BATCH)
    ]


async def test_a_stop_ends_after_the_batch_in_hand(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(5 * BATCH))
    stop = asyncio.Event()
    sink = KeptSink()
    hooks = Hooks(on_progress=lambda summary: stop.set(), stop=stop)
    summary = await replay(Options(str(path)), Settings(home=tmp_path), hooks=hooks, sink=sink)
    assert (summary.interrupted, summary.exit_code) == (True, 130)
    assert (
        summary.published
        == len(sink.torrents)
        == checkpoint(path, tmp_path).read().records
        == BATCH
    )


async def test_a_stop_is_heard_while_records_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "torrents.csv"
    path.write_text(csv(5 * BATCH))
    checkpoint(path, tmp_path).write(Progress(5 * BATCH - 1))
    stop = asyncio.Event()
    hooks = Hooks(on_progress=lambda summary: stop.set(), stop=stop)
    options = Options(str(path), resume=True)
    summary = await replay(options, Settings(home=tmp_path), hooks=hooks, sink=KeptSink())
    assert (summary.interrupted, summary.read) == (True, 0)
    assert checkpoint(path, tmp_path).read().records == 5 * BATCH - 1


PROGRAM = """
import asyncio, os, sys
from infra.settings import Settings
from streams.replay.replay import Options, replay

class FileSink:
    async def publish(self, messages):
        with open(sys.argv[2], "ab") as kept:
            kept.write(b"".join(message.key + b"\\n" for message in messages))
            kept.flush()
            os.fsync(kept.fileno())

asyncio.run(replay(Options(sys.argv[1], resume=True, rate=4000), Settings(), sink=FileSink()))
"""


def test_kills_lose_nothing(tmp_path: Path) -> None:
    count = 8 * BATCH
    dump, kept = tmp_path / "torrents.csv", tmp_path / "kept"
    dump.write_text(csv(count))
    saved = checkpoint(dump, tmp_path)
    environment = {**os.environ, "STREAMS_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, str(dump), str(kept)]
    pauses = random.Random(7)
    for kill in range(3):
        process = subprocess.Popen(command, env=environment)
        if kill < 2:
            end = time.monotonic() + 30
            before = saved.read()
            while saved.read() == before and process.poll() is None and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(pauses.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
        process.wait(60)
        lines = kept.read_bytes().splitlines()
        assert saved.read().records <= len(set(lines)), "never ahead of what was acknowledged"
    assert process.returncode == 0
    assert set(lines) == {infohash(number).encode() for number in range(count)}
