"""`python -m streams.inference` as others see it: a process with real weights, over loopback.

Neither Kafka nor Postgres is there.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest

from models.match.dump import Dump
from models.match.entities import Kind
from schemas.export import EXPORTED
from streams.musicbrainz.catalogue import Sources, import_index
from tests.support import ROOT, running

pytestmark = [pytest.mark.slow]

SAMPLE = ROOT / "streams" / "lab" / "sample" / "musicbrainz"
DOCUMENT = json.loads((EXPORTED / "openapi.json").read_text(encoding="utf-8"))

NAMES: list[Any] = [
    "Big.Buck.Bunny.2008.1080p.BluRay.x264",
    "Paper Lighthouse - Low Tide (2006) [FLAC]",
    {"name": "Low Tide", "files": [{"path": "01 - Low Tide.flac", "size": 9_000_000}]},
    {"name": "The.Saltmarsh.Files.S02E01.720p.WEB.h264-INV", "size": 900_000_000},
    {"name": "Jane Austen - Emma (1815) [epub]"},
    {"name": 4},
    {"name": "Quiet Harbour", "files": "none"},
]
QUERIES: list[Any] = [
    {"artist": "The Velvet Quarry", "title": "Slate", "year": 1997},
    {"artist": "Paper Lighthouse", "title": "Low Tide"},
    {"artist": "Nobody Whom Anybody Knows", "title": "Nothing"},
    {"artist": 4},
]
HOSTILE: list[Any] = [
    "",
    " \x00\x1b[31m\u202e",
    "\ud800 half a character",
    "x" * 1_000_000,
    '{"name": "a name',
    "'; DROP TABLE torrents; --",
    {},
    {"name": None},
    {"name": "deep", "files": [[[[[[]]]]]]},
    {"name": "many", "files": [{"path": "a", "size": 1}] * 5_000},
    {"name": "large", "size": 10**40},
    {"artist": "x" * 100_000, "title": "\u202e", "year": -1, "tracks": [{"name": None}, 4]},
]


@contextmanager
def inference(home: Path, **more: str) -> Iterator[SimpleNamespace]:
    """A running process: `.client`, `.process`, `.home`."""
    environment = {
        "STREAMS_HOME": str(home),
        "STREAMS_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "STREAMS_POSTGRES_DSN": "postgresql://nobody@127.0.0.1:9/nothing",
        **more,
    }
    log = home / "inference.log"
    with running(["streams.inference", "--port", "0"], environment, log) as process:
        deadline = time.monotonic() + 180
        while not (targets := list((home / "targets").glob("inference-*.json"))):
            assert process.popen.poll() is None, process.output[-3000:]
            assert time.monotonic() < deadline, process.output[-3000:]
            time.sleep(0.1)
        place = json.loads(targets[0].read_text())[0]["targets"][0]
        with httpx.Client(base_url=f"http://{place}", timeout=120) as client:
            yield SimpleNamespace(client=client, process=process, home=home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample of MusicBrainz."""
    folder = tmp_path_factory.mktemp("inference")
    dumps = (
        Dump(SAMPLE / "artist.tar.xz", Kind.ARTIST),
        Dump(SAMPLE / "release-group.tar.xz", Kind.RELEASE_GROUP),
    )
    import_index(folder / "musicbrainz", Sources(*dumps))
    return folder


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[SimpleNamespace]:
    with inference(home) as process:
        yield process


def asked(served: SimpleNamespace, stage: str, items: list[Any]) -> dict[str, Any]:
    """The answers, which are as the document says."""
    answer = served.client.post(f"/v1/{stage}", content=json.dumps({"items": items}))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    promised(told, f"/v1/{stage}", "post")
    assert len(told["results"]) == len(items)
    return told


def promised(told: dict[str, Any], path: str, method: str, status: str = "200") -> None:
    """Holds an answer against the exported document."""
    content = DOCUMENT["paths"][path][method]["responses"][status]["content"]
    (schema,) = (kind["schema"] for kind in content.values())
    jsonschema.validate(told, {**schema, "components": DOCUMENT["components"]})


def commanded(home: Path, stage: str, items: list[Any], *options: str) -> list[dict[str, Any]]:
    """What the command says of the same items, a line each."""
    lines = [item if isinstance(item, str) else json.dumps(item) for item in items]
    done = subprocess.run(
        [sys.executable, "-m", "models", stage, *options],
        cwd=ROOT,
        env={**os.environ, "STREAMS_HOME": str(home)},
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("stage", "items", "options"),
    [
        ("classify", NAMES, ()),
        ("extract", [*NAMES, {"name": "Low Tide", "subcategory": "album"}], ("--lines",)),
        ("match", QUERIES, ("--json",)),
    ],
)
def test_the_answers_are_those_of_the_command(
    served: SimpleNamespace, home: Path, stage: str, items: list[Any], options: tuple[str, ...]
) -> None:
    if stage == "match":
        options = ("--index", str(home / "musicbrainz"))
    told = asked(served, stage, items)
    assert told["results"] == commanded(home, stage, items, *options)
    assert any("error" in result for result in told["results"])


@pytest.mark.parametrize("stage", ["classify", "extract", "match"])
def test_hostile_items_are_answered_each_in_its_place(served: SimpleNamespace, stage: str) -> None:
    asked(served, stage, HOSTILE)


def test_a_process_says_what_it_can_do(served: SimpleNamespace) -> None:
    asked(served, "extract", NAMES[:1])
    asked(served, "match", QUERIES[:1])
    told = served.client.get("/v1/capabilities").json()
    promised(told, "/v1/capabilities", "get")
    assert {offer["stage"] for offer in told["offers"]} == {"classify", "extract", "match"}
    assert told["missing"] == []
    health = served.client.get("/health").json()
    promised(health, "/health", "get")
    assert (health["ok"], health["ready"], health["missing"]) == (True, True, [])
    assert "# HELP mimmo_" in served.client.get("/metrics").text


def test_the_examples_of_the_page_are_answered(served: SimpleNamespace) -> None:
    page = (ROOT / "docs" / "inference.md").read_text(encoding="utf-8")
    examples = re.findall(
        r"^curl -s http://127.0.0.1:8378(/\S+)(?: -d '(.+)')?$", page, re.MULTILINE
    )
    assert {path for path, _ in examples} == set(DOCUMENT["paths"])
    for path, body in examples:
        method = "POST" if body else "GET"
        answer = served.client.request(method, path, content=body or None)
        assert answer.status_code == 200, path
        promised(answer.json(), path, method.lower())
        assert "error" not in answer.json().get("results", [{}])[0]


def test_it_stops_in_order(tmp_path: Path) -> None:
    with inference(tmp_path) as served:
        assert served.client.get("/health").status_code == 200
        assert served.process.terminate() == 0, served.process.output[-3000:]
        assert not list((tmp_path / "targets").glob("*.json"))
        told = [line for line in served.process.output.splitlines() if "not told" in line]
        assert len(told) == 1, "that Kafka is away is said once"


_WITHOUT = """
import atexit, sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "onnxruntime":
            raise ModuleNotFoundError("No module named 'onnxruntime'", name=name)

sys.meta_path.insert(0, Refuses())
atexit.register(lambda: open({log!r}, "a").write("\\n".join(sys.modules)))
"""


def test_a_process_without_onnx_runtime_says_so_without_loading_anything(
    home: Path, tmp_path: Path
) -> None:
    """It is as in the image of the base: the import fails. What needs no model is answered."""
    modules = tmp_path / "modules.txt"
    (tmp_path / "sitecustomize.py").write_text(_WITHOUT.format(log=str(modules)))
    (tmp_path / "musicbrainz").symlink_to(home / "musicbrainz")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with inference(tmp_path, PYTHONPATH=path) as served:
        for stage in ("classify", "extract"):
            refused = served.client.post(f"/v1/{stage}", json={"items": ["Quiet Harbour"]})
            assert refused.status_code == 503
            promised(refused.json(), f"/v1/{stage}", "post", "503")
            assert refused.json()["missing"]["runtime"] == "onnxruntime"
            assert "mimmo-streams[onnx]" in refused.json()["missing"]["do"]
            assert "no runtime offers" in refused.json()["detail"]
        assert asked(served, "match", QUERIES)["results"][0]["status"] != "none"
        health = served.client.get("/health")
        assert health.status_code == 200, "what is missing is no fault of it"
        assert health.json()["stages"]["classify"] == "missing"
        assert served.process.terminate() == 0, served.process.output[-3000:]
    loaded = set(modules.read_text().splitlines())
    assert "streams.web.inference.app" in loaded
    brains = {"models.classify.ensemble", "models.classify.cascade", "models.extract.extractor"}
    assert not loaded & brains, "what answers at once has read no model"


def test_an_index_that_comes_later_is_used(home: Path, tmp_path: Path) -> None:
    with inference(tmp_path) as served:
        refused = served.client.post("/v1/match", json={"items": QUERIES})
        assert refused.status_code == 503
        assert refused.json()["missing"]["runtime"] == "the MusicBrainz index"
        (tmp_path / "musicbrainz").symlink_to(home / "musicbrainz")
        assert asked(served, "match", QUERIES)["results"][0]["status"] == "exact"
