"""A real voter: llama-cpp-python's own server with the base that ships."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from streams.training.labels.command import run
from streams.training.labels.reading import Class, read
from streams.training.labels.tasks import CONTENT
from tests.training.labels.samples import texts, write_sample, write_voters

pytestmark = pytest.mark.slow

NAMES = ("Aurora Vale - Low Tide (2011) [FLAC]", "Lantern.Street.S01E05.720p.HDTV")
SHORT = 'Class of a torrent.\n[json]\nJSON: {"class": "album", "adult": false}\n'
PROMPT = SHORT + "[word]\nOne word.\n[question]\nName: {name}\nFiles: {files}\nClass:\n"


@pytest.fixture(scope="module")
def server(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its URL. It knows `json_object` with a schema, and answers 500 to `json_schema`."""
    pytest.importorskip("sse_starlette")
    folder = tmp_path_factory.mktemp("llama")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    model = {"model": str(weights), "model_alias": "smol", "n_ctx": 1024, "n_threads": 2}
    model |= {"logits_all": False, "verbose": False}
    settings = folder / "server.json"
    settings.write_text(json.dumps({"host": "127.0.0.1", "port": port, "models": [model]}))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", "--config_file", str(settings)],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while True:
            assert process.poll() is None, (folder / "log").read_text()[-2000:]
            assert time.monotonic() < deadline
            try:
                httpx.get(f"{url}/v1/models", timeout=5)
                break
            except httpx.HTTPError:
                time.sleep(0.3)
        yield url
    finally:
        process.kill()
        process.wait()


def test_three_voters_label_and_export(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES)
    (tmp_path / "short.txt").write_text(PROMPT)
    common = {"url": server, "model": "smol", "workers": 1, "timeout": 120}
    voters = write_voters(
        tmp_path / "voters.toml",
        short=common | {"kind": "openai", "prompt": "short.txt"},
        shipped=common | {"kind": "openai", "seed": 2},
        word=common | {"kind": "openai-completions", "prompt": "short.txt"},
    )
    out = tmp_path / "out"
    assert run([str(folder), "--endpoints", str(voters), "--stats", "--export", str(out)]) == 0
    told = texts(folder)
    assert set(told) == {"short", "shipped", "word"}
    for name in ("short", "shipped"):  # held to the schema, a small model says a class
        for sample, text in told[name].items():
            assert isinstance(read(CONTENT, text, NAMES[int(sample)]), Class), text
    assert (out / "names" / "p2p_labelled.jsonl.gz").is_file()
    assert "names on which voters differ" in capsys.readouterr().out


def test_fields_are_held_to_their_schema(server: str, tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample", NAMES[:1])
    options = ["--model", f"smol={server}/v1", "--task", "music", "--workers", "1"]
    assert run([str(folder), *options]) == 0
    (text,) = texts(folder, "music")["smol"].values()
    assert set(json.loads(text)) == {"artist", "album", "track", "year"}
