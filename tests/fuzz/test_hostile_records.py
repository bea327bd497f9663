"""Hostile records straight into every topic: each ends as it must, and no stage stops.

`HOSTILE_RECORDS=10000 python -m pytest tests/fuzz/test_hostile_records.py -s` is the long run:
so many to every topic. `HOSTILE_SEED` draws others.
"""

import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from infra.local import stack as local
from schemas import topics as t
from schemas.topics import MAX_VALUE_BYTES
from streams.operate.redrive import Choice, redrive
from streams.operate.status import look
from tests.conftest import stack_at
from tests.fuzz.hostile.documents import INVENTED, SHAPES, Shape
from tests.fuzz.hostile.kinds import Fate
from tests.fuzz.hostile.plan import honest, planned, planned_letters
from tests.fuzz.hostile.sending import Place, Sent, send
from tests.support import WORKER, Process, eventually, running

COUNT = int(os.environ.get("HOSTILE_RECORDS", "150"))
SEED = int(os.environ.get("HOSTILE_SEED", "21"))

STAGES = [shape for shape in SHAPES if shape.topic is not t.LLM_REQUESTS]
(ASKED,) = (shape for shape in SHAPES if shape.topic is t.LLM_REQUESTS)

WITHIN = 400 + COUNT * 0.5
"""Seconds for a stage to be done: what an idle machine needs, several times over."""

HEADROOM = 1024**3
"""Bytes that no process may have at its peak."""

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(600 + COUNT)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Stack]:
    """A broker of these tests' own: redrive sends every letter back, those of other tests too."""
    yield from stack_at(tmp_path_factory.mktemp("hostile"))


async def test_hostile_records_stop_no_stage_and_all_are_accounted_for(
    pipeline: SimpleNamespace, music_index: None
) -> None:
    await pipeline.db.execute("ALTER TABLE torrents ADD CONSTRAINT fault CHECK (name !~ 'later')")
    agents = {**pipeline.environment, "STREAMS_ROLES": "classify,extract,match"}
    began = time.monotonic()
    with (
        running(WORKER, agents, pipeline.logs / "worker.log") as worker,
        running(["streams.store"], pipeline.environment, pipeline.logs / "store.log") as store,
    ):
        records = [item for shape in STAGES for item in planned(shape, COUNT, SEED)]
        records += planned_letters(COUNT, SEED)
        faulty = [honest(t.CLASSIFIED, f"later {number}") for number in range(10)]
        sent = await send(pipeline.stack.kafka_bootstrap, [*records, *faulty])
        said(f"{len(sent):,} records sent after {time.monotonic() - began:.0f} s")
        await drained(pipeline, worker, store)
        said(f"drained after {time.monotonic() - began:.0f} s")
        refused = {item.row: {"store": "refused"} for item in faulty}
        letters = await checked(pipeline, sent, refused)
        said(f"{sum(map(len, letters.values())):,} dead letters")

        await pipeline.db.execute("ALTER TABLE torrents DROP CONSTRAINT fault")
        expected = await refused_again(pipeline)
        rows = await counted(pipeline)
        counts = await redrive(pipeline.settings, Choice())
        said(f"{counts.total():,} letters sent back after {time.monotonic() - began:.0f} s")
        await drained(pipeline, worker, store)
        open_again = await open_letters(pipeline)
        assert open_again == expected
        mended = {name: rows[name] + len(faulty) for name in ("torrents", "classifications")}
        assert await counted(pipeline) == {**rows, **mended}
        for process in (worker, store):
            said(f"{process.popen.args[2]}: {peak(process) / 1024**2:.0f} MiB at its peak")
            assert peak(process) < HEADROOM
        assert worker.terminate() == 0, worker.output[-3000:]
        assert store.terminate() == 0, store.output[-3000:]
    said(f"{time.monotonic() - began:.0f} s in all")


async def test_hostile_questions_do_not_stop_a_gguf_worker(
    pipeline: SimpleNamespace, weights: Path
) -> None:
    pipeline.home.mkdir(exist_ok=True)
    (pipeline.home / "weights").symlink_to(weights.parent, target_is_directory=True)
    environment = {**pipeline.environment, "STREAMS_LLM_MODE": "always"}
    with (
        running(["streams.llm"], environment, pipeline.logs / "llm.log") as worker,
        running(["streams.store"], environment, pipeline.logs / "store.log") as store,
    ):
        sent = await send(pipeline.stack.kafka_bootstrap, planned(ASKED, COUNT, SEED))
        await drained(pipeline, worker, store, llm=True)
        await checked(pipeline, sent, {}, shapes=[ASKED])
        assert worker.terminate() == 0, worker.output[-3000:]


async def drained(pipeline: SimpleNamespace, *processes: Process, llm: bool = False) -> None:
    """Waits until nothing waits anywhere, twice in a row; no process may end meanwhile."""
    calm = 0

    async def check() -> bool:
        nonlocal calm
        for process in processes:
            assert process.popen.poll() is None, process.output[-5000:]
        lag = dict((await look(pipeline.settings)).lag)
        if not llm:
            del lag["llm"]
        else:
            lag = {name: lag[name] for name in ("llm", "store")}
        calm = calm + 1 if not any(lag.values()) else 0
        return calm > 1

    await eventually(check, within=WITHIN, every=0.5, what="draining")
    await asyncio.sleep(0.5)


async def letters_by_place(pipeline: SimpleNamespace) -> dict[Place, dict[str, str]]:
    """What each stage says of each record that it refused."""
    by_place: dict[Place, dict[str, str]] = defaultdict(dict)
    for row in await pipeline.db.fetch(
        'SELECT topic, partition, "offset", stage, reason FROM dead_letters'
    ):
        by_place[row["topic"], row["partition"], row["offset"]][row["stage"]] = row["reason"]
    return by_place


async def checked(
    pipeline: SimpleNamespace,
    sent: Sequence[Sent],
    refused: dict[str, dict[str, str]],
    shapes: Sequence[Shape] = STAGES,
) -> dict[Place, dict[str, str]]:
    """Every record became what it must; the faults are told by kind.

    `refused` has what is expected of rows whose fault is not in the record.
    """
    letters = await letters_by_place(pipeline)
    rows = {shape.topic.name: await rows_of(pipeline, shape.rows) for shape in shapes}
    rows[t.DEAD_LETTER.name] = {
        row["id"].hex() for row in await pipeline.db.fetch("SELECT id FROM dead_letters")
    }
    readers = {shape.topic.name: shape.readers for shape in SHAPES}
    readers[t.DEAD_LETTER.name] = ("store",)
    faults: Counter[str] = Counter()
    for item in sent:
        kind, name = item.planned, item.planned.topic.name
        if (item.place is None) is not (kind.fate is Fate.UNSENT):
            faults[f"{name}: {kind.kind}: the broker said {item.error}"] += 1
        if item.place is None:
            continue
        wanted = refused.get(kind.row, {})
        if kind.fate is Fate.REFUSED:
            wanted = dict.fromkeys(readers[name], kind.reason)
        if (told := letters.get(item.place, {})) != wanted:
            faults[f"{name}: {kind.kind}: letters {told}, not {wanted}"] += 1
        if kind.fate is Fate.THROUGH and not wanted and kind.row not in rows[name]:
            faults[f"{name}: {kind.kind}: no row"] += 1
        if kind.fate is not Fate.THROUGH and kind.row in rows[name]:
            faults[f"{name}: {kind.kind}: a row"] += 1
    assert not faults, "\n".join(f"{count} x {text}" for text, count in sorted(faults.items()))
    return letters


async def rows_of(pipeline: SimpleNamespace, source: str) -> set[str]:
    """Infohashes of a table."""
    return {
        row["infohash"].hex() for row in await pipeline.db.fetch(f"SELECT infohash FROM {source}")
    }


SENDABLE = f"""
redriven_at IS NULL AND topic LIKE 'torrents.%' AND topic <> '{t.DEAD_LETTER.name}'
AND (key IS NOT NULL OR value IS NOT NULL)
AND coalesce(octet_length(value), 0) + coalesce(octet_length(key), 0) <= {MAX_VALUE_BYTES}
AND (key IS NOT NULL OR topic IN ('{t.DISCOVERED.name}', '{t.CORRECTIONS.name}'))
"""


async def open_letters(pipeline: SimpleNamespace) -> Counter[tuple[str, ...]]:
    """Letters that could be sent back, by topic, stage and reason."""
    rows = await pipeline.db.fetch(
        f"SELECT topic, stage, reason FROM dead_letters WHERE {SENDABLE}"
    )
    return Counter(tuple(row) for row in rows)


async def refused_again(pipeline: SimpleNamespace) -> Counter[tuple[str, ...]]:
    """The letters that there must be when all are sent back and the fault of the table is mended.

    What a stage refused it refuses again, once, and what a foreign letter holds for the first time.
    """
    letters = await open_letters(pipeline)
    (mended,) = (kind for kind in letters if kind[-1] == "refused")
    del letters[mended]
    invented = f'{SENDABLE} AND "offset" >= {INVENTED}'
    del letters[t.DISCOVERED.name, "classify", "invalid"]
    real = await pipeline.db.fetchval(
        f"SELECT count(*) FROM dead_letters WHERE {SENDABLE} AND NOT ({invented})"
        " AND (topic, reason) = ($1, 'invalid')",
        t.DISCOVERED.name,
    )
    bytes_of_none = await pipeline.db.fetchval(
        f"SELECT count(*) FROM dead_letters WHERE {invented} AND value IS NOT NULL"
    )
    letters[t.DISCOVERED.name, "classify", "invalid"] = real
    letters[t.DISCOVERED.name, "classify", "not_json"] += bytes_of_none
    return letters


async def counted(pipeline: SimpleNamespace) -> dict[str, int]:
    """Rows by table."""
    tables = ("torrents", "classifications", "extractions", "links", "corrections")
    return {table: await pipeline.db.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


def peak(process: Process) -> int:
    """The most memory that a process had, in bytes."""
    status = Path(f"/proc/{process.popen.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    assert psutil.pid_exists(process.popen.pid)
    return int(line.split()[1]) * 1024


def said(text: str) -> None:
    """Shown by `pytest -s`."""
    print(text, flush=True)  # noqa: T201
