"""A GGUF worker asks the language model that was trained and activated on this machine."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from models import added
from schemas import topics as t
from streams.kafka.publisher import message
from streams.operate.status import look
from tests.integration.steps import publish, run
from tests.support import WORKER, eventually, running, torrent
from tests.training.conftest import require_training, training
from tests.training.llm import tiny

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NAMES = (
    "Tin Harbour - Copper Signal (2004) [FLAC]",
    "Mira Solen - Winter Garden (1999) [WEB]",
    "Juno Reed - Harbour Road (2017) [FLAC]",
)


async def test_a_worker_asks_the_trained_model_that_is_active(
    pipeline: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_training()
    require_training("peft")
    pytest.importorskip("llama_cpp")
    monkeypatch.setenv("STREAMS_HOME", str(pipeline.home))  # nothing to compare with
    folder = tmp_path / "experiment"
    done = training(
        *("llm", "--data", tiny.labelled(tmp_path / "data"), "--recipe", "llm-tiny"),
        *("--base", tiny.decoder(tmp_path / "mine"), "--out", folder, "--force"),
        *("--set", "pairs=800", "--set", "measured.cases=6", "--set", "measured.agreement=0"),
    )
    assert done.returncode == 0, done.stderr
    assert "revision 100, is active" in run(pipeline, "models", "activate", str(folder))
    assert added.load("mine", pipeline.home / "weights").files["base"].path == "mine/model.gguf"
    environment = {
        **pipeline.environment,
        "STREAMS_LLM_MODE": "always",
        "STREAMS_ROLES": "classify,extract,store",
    }
    torrents = [torrent(name) for name in NAMES]
    with running(WORKER, environment, pipeline.logs / "worker.log"):
        await publish(
            pipeline,
            *(message(t.DISCOVERED, seen.infohash, seen, source="test") for seen in torrents),
        )

        async def requested() -> bool:
            return (await look(pipeline.settings)).llm_pending == len(NAMES)

        await eventually(requested, what="pending requests")
        told = run(SimpleNamespace(environment=environment), "streams.llm", "--idle-exit", "3")
        assert f"asked={len(NAMES)}" in told, told

        async def answered() -> bool:
            status = await look(pipeline.settings)
            return status.llm_pending == 0 and status.rows["answered by llm"] == len(NAMES)

        await eventually(answered, what="answers in Postgres")
    answers = await pipeline.db.fetch(
        "SELECT DISTINCT m.name, revision::int FROM history JOIN model m ON m.id = model_id"
        " WHERE revision >= $1",
        added.FIRST_REVISION,
    )
    assert [revision for _, revision in answers] == [added.FIRST_REVISION]
    assert "mine" in answers[0]["name"]
