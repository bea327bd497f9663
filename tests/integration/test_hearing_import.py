"""The guided import of a network that hears: tried on sounds, installed, or refused."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from models import added, registry
from tests import tiny_hearing
from tests.integration import test_model_import as importing
from tests.support import eventually

pytestmark = [pytest.mark.stack, pytest.mark.slow]

site = importing.site
"""The fixture: the console over a filled database."""


async def copied_and_tried(site: SimpleNamespace, folder: Path) -> tuple[str, str]:
    """Go through the import of a folder as far as its dry run; returns its address and its page."""
    place = await importing.begun(site, kind="folder", folder=folder.name)
    assert (await importing.send(site, f"{place}/path")).status_code == 303

    async def copied() -> bool:
        return "Dry run</h2>" in (await site.client.get(place)).text

    await eventually(copied, within=30, what="the copy")
    assert (await importing.send(site, f"{place}/trial")).status_code == 303
    return place, (await site.client.get(place)).text


async def test_a_network_that_hears_is_tried_on_sounds_and_installed(
    site: SimpleNamespace,
) -> None:
    folder = tiny_hearing.write(site.folder / "hearing", name="hearing")
    place, text = await copied_and_tried(site, folder)
    assert "The model answered." in text, text
    assert "a struck chord" in text
    assert "Hip-Hop: 0." in text
    assert "stored torrents" not in text
    (line,) = (site.home / "console" / "licences.jsonl").read_text().splitlines()
    assert json.loads(line)["licence"] == "CC0-1.0"
    assert (await importing.send(site, f"{place}/install")).status_code == 303
    weights = site.settings.weights_dir
    manifest = added.load("hearing", weights)
    assert manifest.revision == 100
    assert registry.state(manifest, "model", weights) is registry.FileState.OK
    text = (await site.client.get(place)).text
    assert "mimmo hear --model hearing FILE" in text
    assert "/models/hearing/activate" not in text
    page = await site.client.get("/models/hearing")
    assert page.status_code == 200
    assert "guitar, Hip-Hop, female vocalists" in page.text
    assert "hearing</a>" in (await site.client.get("/models")).text
    assert (await site.client.get("/api/v1/models/hearing")).json()["telemetry"] is None
    assert (await site.client.get("/models/hearing/activate")).status_code == 200


async def test_a_network_that_hears_nothing_is_refused_with_the_reason(
    site: SimpleNamespace,
) -> None:
    shape = ("batch", "frames", tiny_hearing.BANDS)
    deaf = tiny_hearing.network(0 * tiny_hearing.mel_weights(), shape, [1])
    folder = tiny_hearing.write(site.folder / "deaf", deaf, name="deaf")
    place, text = await copied_and_tried(site, folder)
    assert "it hears nothing" in text, text
    assert (await importing.send(site, f"{place}/install")).status_code == 303
    assert added.names(site.settings.weights_dir) == []


async def test_a_folder_whose_manifest_does_not_describe_its_network_is_refused(
    site: SimpleNamespace,
) -> None:
    adapter = tiny_hearing.settings(activation="loud")
    tiny_hearing.write(site.folder / "odd", adapter=adapter, name="odd")
    answer = await importing.send(site, "/models/import", kind="folder", folder="odd")
    assert answer.status_code == 422
    assert "activation: Input should be" in answer.text
