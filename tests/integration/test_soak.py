"""What a soak counts, against a real Postgres; and a short soak of the whole pipeline."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from infra.postgres.writes import Ids, write_dead_letters, write_results, write_torrents
from schemas import DeadLetter, Medium, Subcategory, Verdict
from tests.benchmarks.live.rows import account
from tests.support import ROOT, SEEN, classified, torrent

pytestmark = pytest.mark.stack

VERDICT = Verdict(
    medium=Medium.AUDIO, subcategory=Subcategory.ALBUM, nsfw=False, confidence=0.9, source="bert"
)


def letter(offset: int) -> DeadLetter:
    return DeadLetter(
        stage="classify",
        reason="not_json",
        error="it is none",
        topic="torrents.discovered.v1",
        partition=0,
        offset=offset,
        at=SEEN,
        value=b"{",
    )


async def test_lost_strange_and_unclassified_torrents_are_counted_exactly(
    database: SimpleNamespace,
) -> None:
    names = ("Aurora Vale - Low Tide", "Paper Lighthouse - North", "Stray Harbour - Nine")
    stored = [torrent(name) for name in names]
    lost = torrent("Quiet Meadow - Ten")
    ids = Ids()
    results = [classified(known, VERDICT) for known in stored[:1]]
    async with database.db.transaction():
        await ids.learn(database.db, results)
        await write_torrents(database.db, stored, ids)
        await write_results(database.db, results, ids)
        await write_dead_letters(database.db, [letter(7), letter(8)])
    published = [stored[0], stored[1], stored[1], lost]
    counted = await account(database.db, [known.infohash for known in published], 6, 2)
    assert (counted.torrents, counted.lost, counted.unclassified) == (3, 1, 1)
    assert (counted.strange, counted.duplicates) == (1, 0)
    assert (counted.published, counted.dirty, counted.dead_letters) == (6, 2, 2)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_short_soak_loses_nothing_and_leaves_no_process(tmp_path: Path) -> None:
    samples = tmp_path / "soak.jsonl"
    options = "--minutes 0.4 --rate 20 --restart-every 0.15 --sample-every 2 --settle 0.05"
    command = [sys.executable, "-m", "tests.benchmarks.soak", *options.split()]
    process = subprocess.run(
        [*command, "--samples", str(samples)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    # 1: on a busy machine lag and memory may be over their bars; what counts here is in the file.
    assert process.returncode in (0, 1), process.stderr
    lines = [json.loads(line) for line in samples.read_text().splitlines()]
    assert lines, process.stderr
    report = lines[-1]
    assert report["kind"] == "report", process.stdout + process.stderr
    told = report["account"]
    assert told["published"] > 300
    assert told["lost"] == told["unclassified"] == told["strange"] == told["duplicates"] == 0
    assert told["dead_letters"] == told["dirty"] > 0
    assert {line["by"] for line in lines if line["kind"] == "restart"} == {"SIGTERM", "SIGKILL"}
    assert report["latencies"]["classifications"]["p50"] > 0
    assert "NOT held" not in process.stdout.partition("0 lost")[2].partition("\n")[0]
    running = [
        member.pid
        for member in psutil.process_iter(["cmdline"])
        if str(tmp_path) in " ".join(member.info["cmdline"] or ())
    ]
    assert not running
