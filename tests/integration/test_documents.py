"""What the documents tell people to type is typed here."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.settings import Settings
from schemas.topics import CLASSIFIED
from streams.kafka.publisher import Publisher, message
from tests.integration.test_store import classification
from tests.support import ROOT, torrent

pytestmark = [pytest.mark.stack, pytest.mark.slow]

BLOCK = re.compile(r"<!-- tested -->\n```(\w+)\n(.*?)```", re.DOTALL)
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)


def blocks(language: str) -> list[str]:
    """The blocks of a language that are marked as tested, in all documents."""
    return [text for name, text in BLOCK.findall(TEXT) if name == language]


def run(command: list[str], pipeline: SimpleNamespace, text: str | None = None) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **pipeline.environment, "PATH": path},
        input=text,
        text=True,
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_the_shell_commands_work(pipeline: SimpleNamespace) -> None:
    assert len(blocks("bash")) >= 3
    for block in blocks("bash"):
        # The session's stack is up already; starting a second one in the test's home is another
        # test's matter.
        lines = [line for line in block.splitlines() if "infra.local up" not in line]
        run(["bash", "-euo", "pipefail", "-c", "\n".join(lines)], pipeline)


async def test_the_queries_work(pipeline: SimpleNamespace) -> None:
    queries = [query for block in blocks("sql") for query in block.split(";") if query.strip()]
    assert len(queries) >= 5
    for query in queries:
        await pipeline.db.fetch(query)


async def test_the_consumer_example_reads_an_event(pipeline: SimpleNamespace) -> None:
    (block,) = blocks("python")
    album = torrent()
    async with Publisher(pipeline.settings) as publisher:
        await publisher.publish(
            [message(CLASSIFIED, album.infohash, classification(album, "album"), source="test")]
        )
    assert run([sys.executable, "-c", block], pipeline).strip()


def test_every_setting_that_a_document_names_exists() -> None:
    named = set(re.findall(r"STREAMS_([A-Z_]+)", TEXT))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_module_that_a_document_names_exists() -> None:
    for module in set(re.findall(r"python -m ([a-z_.]+[a-z])", TEXT)) - {"pytest"}:
        assert importlib.util.find_spec(module) is not None, module
