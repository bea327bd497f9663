"""The pages of models on a real database: catalogue, telemetry, activation and the way back."""

import asyncio
import getpass
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from rich.console import Console

from infra.settings import Settings
from models import registry
from streams.operate.aggregate import aggregate
from streams.operate.status import counted, drawn
from streams.web.app import create_app
from streams.web.context import opened
from tests.integration.telemetry_rows import DAYS, FIRST, correct, results, write
from tests.support import eventually, running

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture
async def site(database: SimpleNamespace, tmp_path: Path) -> AsyncIterator[SimpleNamespace]:
    """The console over a filled database: `.client`, `.db`, `.settings`."""
    current = Settings(postgres_dsn=database.dsn, home=tmp_path, kafka_bootstrap="localhost:1")
    await write(database.db, results(400))
    await correct(database.db, 40)
    await aggregate(current, now=FIRST + timedelta(days=DAYS))
    async with opened(current) as context:
        transport = httpx.ASGITransport(create_app(context))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield SimpleNamespace(client=client, db=database.db, settings=current)


async def posted(site: SimpleNamespace, page: str, to: str, **fields: str) -> httpx.Response:
    """Send a form as the page has it."""
    text = (await site.client.get(page)).text
    token = re.search(r'name="csrf" value="([^"]+)"', text)
    assert token, text
    answer: httpx.Response = await site.client.post(to, data={"csrf": token[1], **fields})
    return answer


async def test_the_catalogue_says_what_each_model_is_and_never_waits_for_a_hash(
    site: SimpleNamespace,
) -> None:
    first = (await site.client.get("/models")).text
    assert "being checked" in first
    for text in ("smollm2", "llama.cpp", "Apache-2.0", "missing", "https://www.apache.org"):
        assert text in first

    async def verified() -> bool:
        told = (await site.client.get("/api/v1/models/classify")).json()
        return bool(told["state"] == "ok")

    await eventually(verified, within=30, what="the hashes of the files that ship")
    assert (site.settings.home / "console" / "hashes.json").is_file()


async def test_a_model_shows_its_telemetry_in_plots_and_in_tables(site: SimpleNamespace) -> None:
    text = (await site.client.get("/models/classify?days=730")).text
    assert text.count('<svg class="plot"') == 6
    assert text.count("As a table") == 6
    told = (await site.client.get("/api/v1/models/classify?days=730")).json()["telemetry"]
    counted = await site.db.fetchval("SELECT count(*) FROM history WHERE stage = 'classify'")
    assert told["results"] == counted
    assert f"{counted:,}" in text
    bars = told["plots"]["confidence"]["rows"]
    assert sum(int(row[1].replace(",", "")) for row in bars) == counted
    for name in ("extract", "tagger", "match", "smollm2"):
        assert (await site.client.get(f"/models/{name}")).status_code == 200
    assert (await site.client.get("/models/nothing")).status_code == 404
    assert (await site.client.get("/models/classify?days=0")).status_code == 422


async def test_the_pipeline_is_shown_without_kafka(site: SimpleNamespace) -> None:
    text = (await site.client.get("/pipeline")).text
    assert "Kafka does not answer" in text
    assert "None is open." in text


async def shown(site: SimpleNamespace) -> dict[int, int]:
    rows = await site.db.fetch("SELECT revision, count(*) AS n FROM classifications GROUP BY 1")
    return {row["revision"]: row["n"] for row in rows}


async def test_a_revision_is_compared_activated_and_rolled_back(site: SimpleNamespace) -> None:
    before = await shown(site)
    compare = "/models/compare?stage=classify&revision=1&method=rules"
    text = (await site.client.get(compare)).text
    assert "Would change" in text
    assert "<del>" in text
    answer = await posted(
        site, compare, "/models/activations", stage="classify", revision="1", method="rules"
    )
    assert answer.status_code == 303
    now = await shown(site)
    assert now[1] > before[1]
    row = await site.db.fetchrow("SELECT * FROM activations")
    assert (row["who"], row["revision"], row["before"]) == ("local", 1, '{"rules": null}')
    answer = await posted(site, "/models/activations", f"/models/activations/{row['id']}/roll-back")
    assert answer.status_code == 303
    assert await shown(site) == before
    assert await site.db.fetchval("SELECT count(*) FROM active_revision") == 0
    text = (await site.client.get("/models/activations")).text
    assert "took back" in text
    # It is not the last one any more.
    again = await posted(site, "/models/activations", f"/models/activations/{row['id']}/roll-back")
    assert again.status_code == 409


@pytest.mark.parametrize(
    "fields",
    [
        {"stage": "classify", "revision": "7"},
        {"stage": "classify", "revision": "2", "method": "llm"},
    ],
)
async def test_a_revision_without_results_is_refused(
    site: SimpleNamespace, fields: dict[str, str]
) -> None:
    page = "/models/compare?stage=classify&revision=1"
    answer = await posted(site, page, "/models/activations", **fields)
    assert answer.status_code == 409
    assert await site.db.fetchval("SELECT count(*) FROM activations") == 0


async def test_nobody_activates_without_a_form_of_ours(site: SimpleNamespace) -> None:
    fields = {"stage": "classify", "revision": "1"}
    assert (await site.client.post("/models/activations", data=fields)).status_code == 403
    headers = {"x-api-key": "guessed"}
    answer = await site.client.post("/models/activations", data=fields, headers=headers)
    assert answer.status_code in (401, 403)
    for bad in ("stage=x&revision=1", "stage=classify&revision=0", "stage=classify&revision=99999"):
        assert (await site.client.get(f"/models/compare?{bad}")).status_code == 422


async def test_a_changed_file_is_told_with_both_hashes(
    site: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "model.onnx"
    other.write_bytes(b"another")
    monkeypatch.setattr(registry, "location", lambda *arguments: other)

    async def told() -> bool:
        text = (await site.client.get("/models/tagger")).text
        return "another file" in text and f"is {registry.sha256_of(other)}" in text

    await eventually(told, within=30, what="the hash")


async def test_metrics_and_status_say_what_the_pages_say(site: SimpleNamespace) -> None:
    # As if the days were the last ones.
    moved = datetime.now(UTC).date() - (FIRST + timedelta(days=DAYS - 1)).date()
    for table in ("model_day", "feedback_day", "agreement_day", "adoption_day", "rule_day"):
        await site.db.execute(f"UPDATE {table} SET day = day + $1::integer", moved.days)
    text = (await site.client.get("/metrics")).text
    results = re.findall(r'mimmo_model_results\{[^}]*stage="classify"[^}]*\} (\S+)', text)
    told = (await site.client.get("/api/v1/models/classify?days=7")).json()["telemetry"]
    assert sum(map(float, results)) == told["results"] > 0
    seen = await counted(site.db)
    assert (
        sum(row["results"] for row in seen.models if row["stage"] == "classify") == told["results"]
    )
    wrong = re.findall(r'mimmo_model_corrections\{[^}]*verdict="wrong"\} (\S+)', text)
    assert sum(map(float, wrong)) == sum(row["corrected"] for row in seen.models)
    assert "mimmo_model_drift_psi{" in text
    assert "process_cpu_seconds_total" in text
    console = Console(width=200)
    with console.capture() as captured:
        console.print(drawn(seen))
    assert "classify@2" in captured.get()


async def test_the_command_notes_who_activates_as_well(
    site: SimpleNamespace, tmp_path: Path
) -> None:
    environment = {"STREAMS_POSTGRES_DSN": site.settings.postgres_dsn.get_secret_value()}
    command = ["infra.postgres", "activate", "classify", "1"]
    with running(command, environment, tmp_path / "log") as process:
        assert await asyncio.to_thread(process.wait) == 0, process.output
    row = await site.db.fetchrow("SELECT who, revision FROM activations")
    assert (row["who"], row["revision"]) == (getpass.getuser(), 1)
