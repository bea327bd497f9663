"""Two installations without a broker: what one finds out the other is told, and does not compute.

The models are the real ones. `tests/integration/test_reuse.py` does the same over Kafka.
"""

import gzip
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.settings import Settings
from models.reuse.checking import Fault
from schemas import (
    Classification,
    Decision,
    Extraction,
    ExtractionRequest,
    Reason,
    SharedClassification,
    SharedExtraction,
    SignedBundle,
    Verdict,
)
from schemas.topics import REUSE
from streams.pipeline.stages import Extract
from streams.reuse.__main__ import main
from streams.reuse.files import lines, written
from streams.reuse.keyring import TrustList
from streams.reuse.making import bundles
from streams.reuse.taking import OWN, TAKEN
from tests.benchmarks.reuse.poison import Poisoner
from tests.fakes import FakeRecord
from tests.support import torrent
from tests.unit.reuse.nodes import Node, bundle_of, models, results_in, second

VERDICT = Verdict(medium="audio", subcategory="album", confidence=0.9, source="patterns")


def own(results: Sequence[Classification | Extraction]) -> list[Classification | Extraction]:
    """Results without what others had told of them."""
    return [result.model_copy(update={"reuse": None}) for result in results]


async def test_what_the_first_found_out_the_second_publishes_without_asking_its_models(
    first: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = second(tmp_path, first)
    taking = await node.take(await first.tell())
    assert taking.bundles == {TAKEN: len(first.sink.of(REUSE.name))}

    def must_not_be_asked(items: object) -> None:
        raise AssertionError(f"asked about {items}")

    classifier, extractor = models()
    monkeypatch.setattr(classifier, "classify", must_not_be_asked)
    monkeypatch.setattr(extractor, "extract", must_not_be_asked)
    await node.compute()
    assert own(node.results) == own(first.results)
    reuses = [result.reuse for result in node.results]
    assert all(reuse and reuse.decision is Decision.REUSED for reuse in reuses)
    assert all(reuse and reuse.nodes == (first.signer.node,) for reuse in reuses)
    assert len(reuses) > 200


async def test_what_was_reused_is_not_told_again(first: Node, tmp_path: Path) -> None:
    node = second(tmp_path, first)
    await node.take(await first.tell())
    await node.compute()
    assert list(await node.tell()) == []


async def test_a_share_that_is_made_anew_says_the_same(first: Node, tmp_path: Path) -> None:
    node = second(tmp_path, first, reuse_checked=1.0)
    await node.take(await first.tell())
    await node.compute()
    assert own(node.results) == own(first.results)
    reasons = {result.reuse.reason if result.reuse else None for result in node.results}
    assert reasons == {Reason.CHECKED}


async def test_a_revision_that_was_not_told_about_is_computed(
    first: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = second(tmp_path, first)
    await node.take(await first.tell())
    classifier, _ = models()
    monkeypatch.setattr(classifier, "revision", 31_000)
    await node.compute()
    classes = [result for result in node.results if isinstance(result, Classification)]
    assert all(result.reuse is None and result.revision == 31_000 for result in classes)


async def test_poison_is_refused_and_what_is_behind_it_is_taken(
    first: Node, tmp_path: Path
) -> None:
    node = second(tmp_path, first)
    other, stranger = Node(tmp_path / "other"), Node(tmp_path / "stranger")
    TrustList(node.settings).add(other.signer.node, "other")
    told = await first.tell()
    classes = [entry for entry in results_in(told) if isinstance(entry, SharedClassification)]
    audio = [entry for entry in classes if entry.verdict.medium == "audio"]
    reads = [
        entry
        for entry in results_in(told)
        if isinstance(entry, SharedExtraction) and entry.evidence
    ]
    (honest,) = bundles([audio[0], reads[0]], first.signer)
    bundle = bundle_of(honest)
    poisons = list(Poisoner(bundle, first.signer, other.signer, stranger.signer).poisons())
    poisoned = [
        FakeRecord(i, poison.value, poison.key, REUSE.name) for i, poison in enumerate(poisons)
    ]
    taking = await node.take([*poisoned, *told])
    assert taking.bundles.pop(TAKEN) == len(told)
    assert taking.bundles.total() == len(poisons)
    assert taking.bundles == {
        fault: sum(poison.fault is fault for poison in poisons)
        for fault in {poison.fault for poison in poisons}
    }
    await node.compute()
    assert own(node.results) == own(first.results)


async def test_our_own_bundles_that_come_back_are_passed_over(first: Node) -> None:
    told = await first.tell()
    taking = await first.take(told)
    assert taking.bundles == {OWN: len(told)}
    assert Fault.UNKNOWN_NODE not in taking.bundles


def test_a_request_of_an_unsure_class_is_another_question() -> None:
    request = ExtractionRequest(torrent=torrent(), verdict=VERDICT)
    unsure = request.model_copy(update={"verdict": VERDICT.model_copy(update={"confidence": 0.4})})
    _, extractor = models()
    stage = Extract(extractor, Settings())
    assert request.input_hash == unsure.input_hash
    assert stage._question(request).name != stage._question(unsure).name


async def test_a_file_is_taken_as_the_topic_is(
    first: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    node = second(tmp_path, first)
    told = [SignedBundle.model_validate_json(record.value or b"") for record in await first.tell()]
    path = tmp_path / "told.jsonl.gz"
    with written(path) as file:
        file.writelines(lines(told))
    monkeypatch.setattr("streams.reuse.__main__.settings", lambda: node.settings)
    monkeypatch.setattr("streams.reuse.__main__.configure", lambda _: None)
    assert command("status") == 0
    assert "no answers of other nodes are here" in capsys.readouterr().out
    (tmp_path / "empty.jsonl").touch()
    assert command("import", str(tmp_path / "empty.jsonl")) == 0
    assert "no bundles were there" in capsys.readouterr().out
    assert command("import", str(path)) == 0
    assert f"bundles taken: {len(told)}" in capsys.readouterr().out
    await node.compute()
    assert own(node.results) == own(first.results)
    spoiled = tmp_path / "spoiled.jsonl"
    with gzip.open(path) as good:
        line = json.loads(good.readline())
    spoiled.write_text(json.dumps({**line, "sha256": "0" * 64}) + "\n" + "{\n")
    assert command("import", str(spoiled)) == 1
    shown = capsys.readouterr()
    assert "bundles wrong_sha256: 1" in shown.out
    assert "bundles not_json: 1" in shown.out
    (tmp_path / "cut.jsonl.gz").write_bytes(path.read_bytes()[:-20])
    assert command("import", str(tmp_path / "cut.jsonl.gz")) == 1
    assert "cannot read" in capsys.readouterr().err
    damaged = bytearray(path.read_bytes())
    damaged[30:60] = bytes(30)
    (tmp_path / "damaged.jsonl.gz").write_bytes(damaged)
    assert command("import", str(tmp_path / "damaged.jsonl.gz")) == 1
    assert "cannot read" in capsys.readouterr().err
    assert command("status") == 0
    assert "answers (first)" in capsys.readouterr().out


def command(*arguments: str) -> int:
    """The command, in a thread: it has an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(main, list(arguments)).result()


def test_nothing_is_told_without_agreeing_to_the_licence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["share"]) == 2
    assert main(["export", "somewhere.jsonl"]) == 2
    assert "CC0-1.0" in capsys.readouterr().err
