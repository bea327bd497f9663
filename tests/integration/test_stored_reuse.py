"""What others had told, in Postgres: kept beside results, not exported, dropped with them."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.settings import Settings
from schemas import (
    Bundle,
    Decision,
    ExtractionRequest,
    Reason,
    Reuse,
    SharedExtraction,
    SignedBundle,
)
from streams.reuse.files import read
from streams.reuse.keyring import TrustList, make_key
from tests.integration.steps import run
from tests.integration.test_store import stored
from tests.support import classified, extracted, torrent
from tests.unit.reuse.told import CLASS

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NODE = "a" * 64
REUSED = Reuse(
    decision=Decision.REUSED, reason=Reason.AGREED, confidence=0.9, agreement=1.0, nodes=(NODE,)
)
CHECKED = REUSED.model_copy(
    update={"decision": Decision.RECOMPUTED, "reason": Reason.CHECKED, "nodes": (NODE, "b" * 64)}
)


def results(name: str, reuse: Reuse | None):  # type: ignore[no-untyped-def]
    """The class of a torrent, and what was read of it."""
    seen = torrent(name)
    verdict = CLASS.verdict
    request = ExtractionRequest(torrent=seen, verdict=verdict)
    read_of_it = extracted(
        seen,
        input_hash=request.input_hash,
        metadata={"subcategory": "album", "artist": "Aurora Vale"},
        evidence={"artist": {"source": "rules:x", "confidence": 0.8, "span": [0, 11]}},
    )
    pair = (classified(seen, verdict), read_of_it)
    return tuple(result.model_copy(update={"reuse": reuse}) for result in pair)


OWN = results("Aurora Vale - Low Tide (2006) [FLAC]", None)
ANEW = results("Aurora Vale - High Tide (2007) [FLAC]", CHECKED)
OTHERS = results("Aurora Vale - Neap Tide (2008) [FLAC]", REUSED)


async def test_why_a_result_was_reused_is_kept_once_and_dropped_with_its_torrent(
    pipeline: SimpleNamespace,
) -> None:
    await stored(pipeline, *OWN, *ANEW, *OTHERS)
    await stored(pipeline, *[result.model_copy(update={"reuse": REUSED}) for result in ANEW])
    rows = await pipeline.db.fetch(
        "SELECT stage::text, decision, reason, nodes FROM reused ORDER BY decision, stage"
    )
    both = bytes.fromhex(NODE + "b" * 64)
    assert [tuple(row) for row in rows] == [
        ("classify", "recomputed", "checked", both),
        ("extract", "recomputed", "checked", both),
        ("classify", "reused", "agreed", bytes.fromhex(NODE)),
        ("extract", "reused", "agreed", bytes.fromhex(NODE)),
    ]
    run(pipeline, "streams.reuse", "trust", NODE)
    assert "stored are 2 results" in run(pipeline, "streams.reuse", "distrust", NODE)
    run(pipeline, "streams.operate", "retain", "--older-than", "1d")
    assert await pipeline.db.fetchval("SELECT count(*) FROM reused") == 0


@pytest.mark.parametrize("is_own_first", [True, False])
async def test_an_own_answer_takes_the_place_of_others_whichever_came_first(
    pipeline: SimpleNamespace, is_own_first: bool
) -> None:
    seen, read_of_it = OTHERS
    wrong = seen.model_copy(update={"verdict": seen.verdict.model_copy(update={"confidence": 0.1})})
    own = [result.model_copy(update={"reuse": None}) for result in (seen, read_of_it)]
    batches = [own, [wrong, read_of_it]]
    for batch in batches if is_own_first else reversed(batches):
        await stored(pipeline, *batch)
    rows = await pipeline.db.fetch("SELECT confidence FROM classifications")
    assert [round(row["confidence"], 3) for row in rows] == [0.9]
    assert await pipeline.db.fetchval("SELECT count(*) FROM extractions") == 1
    rows = await pipeline.db.fetch("SELECT decision, count(*) FROM reused GROUP BY 1")
    assert [tuple(row) for row in rows] == ([] if is_own_first else [("recomputed", 2)])


async def test_an_own_answer_takes_the_place_of_others_in_history(
    pipeline: SimpleNamespace,
) -> None:
    seen = OTHERS[0]
    wrong = seen.model_copy(update={"verdict": seen.verdict.model_copy(update={"confidence": 0.1})})
    newer = seen.model_copy(update={"input_hash": "e" * 32, "reuse": None})
    later = newer.observed_at + timedelta(days=1)
    await stored(pipeline, wrong, newer.model_copy(update={"observed_at": later}))
    await stored(pipeline, seen.model_copy(update={"reuse": None}))
    told = "SELECT (result->>'confidence')::real AS told FROM superseded"
    rows = await pipeline.db.fetch(told)
    assert [round(row["told"], 3) for row in rows] == [0.9]


async def test_an_export_has_what_is_our_own_and_another_installation_takes_it(
    pipeline: SimpleNamespace, tmp_path: Path
) -> None:
    await stored(pipeline, *OWN, *ANEW, *OTHERS)
    signer = make_key(pipeline.settings)
    path = tmp_path / "told.jsonl.gz"
    shown = run(pipeline, "streams.reuse", "export", str(path), "--cc0")
    assert "4 results in 1 bundles" in shown
    (line,) = read(path)
    bundle = Bundle.model_validate_json(SignedBundle.model_validate_json(line).payload)
    told = {entry.id for entry in bundle.results}  # type: ignore[union-attr]
    assert told == {result.result_id for result in (*OWN, *ANEW)}
    sure = [entry for entry in bundle.results if isinstance(entry, SharedExtraction)]
    assert [entry.class_confidence for entry in sure] == [0.9, 0.9], "as the tagger read it"
    second = {**pipeline.environment, "STREAMS_HOME": str(tmp_path / "second")}
    TrustList(Settings(home=tmp_path / "second")).add(signer.node, "first")
    shown = run(SimpleNamespace(environment=second), "streams.reuse", "import", str(path))
    assert "bundles taken: 1" in shown
    assert "results other_model: 4" in shown, "they are of a model that nobody has"
