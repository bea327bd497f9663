"""What runtimes tell of themselves, and what others make of it."""

from datetime import UTC, datetime

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from infra.settings import Settings
from schemas import Capabilities, Offer
from schemas.topics import CAPABILITIES, REQUIRED
from streams.operate.capabilities import announcer as announcing
from streams.operate.capabilities.announcer import Announced, Announcer, Rates, worker_id
from streams.operate.capabilities.roll import Runtimes, expected, rows, told
from streams.operate.metrics import ProgressBoard
from streams.operate.retain import COMPACTED
from streams.operate.status import Status, drawn
from tests.support import eventually

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOWHERE = Settings(kafka_bootstrap="127.0.0.1:9")


async def answer(is_so: bool) -> bool:
    return is_so


def offer(stage: str) -> Offer:
    return Offer(stage=stage, model=f"{stage}@1.0.0", revision=1)


def worker(*stages: str, url: str | None = None) -> Capabilities:
    return Capabilities(
        worker=f"worker@vm:{'-'.join(stages)}",
        process="worker",
        version="0.1.0",
        since=AT,
        observed_at=AT,
        offers=tuple(offer(stage) for stage in stages),
        group=None if url else "mimmo",
        url=url,
    )


def test_a_stage_is_missing_when_nobody_reads_its_topics() -> None:
    runtimes = Runtimes((worker("classify", "match"),))
    assert runtimes.missing(("classify", "extract", "match")) == ["extract"]


def test_who_answers_over_http_reads_no_topics() -> None:
    runtimes = Runtimes((worker("extract", url="http://127.0.0.1:8378/"),))
    assert runtimes.missing(("extract",)) == ["extract"]
    assert runtimes.urls("extract") == ["http://127.0.0.1:8378/"]


def test_what_is_not_known_is_not_called_missing() -> None:
    assert Runtimes(unknown="Kafka does not answer").missing(("extract",)) == []


def test_a_gguf_worker_is_missed_only_where_one_is_asked() -> None:
    assert "llm" not in expected(Settings())
    assert "llm" in expected(Settings(llm_mode="gate"))


def test_a_sentence_says_what_waits() -> None:
    assert told("extract", 12_403) == "no runtime offers extract: 12,403 wait"
    assert told("extract", 0) == "no runtime offers extract: nothing waits"
    assert told("extract") == "no runtime offers extract"


def test_rates_are_of_the_last_minute() -> None:
    board = ProgressBoard(stall_after=60)
    progress = board.add("classify")
    rates = Rates(board)
    assert rates.look(0.0) == {}, "nothing to compare with"
    for second in range(10, 130, 10):
        progress.done += 100
        seen = rates.look(float(second))
    assert seen == {"classify": 10.0}
    assert [rates.look(float(second)) for second in range(130, 191, 10)][-1] == {"classify": 0.0}


def test_a_worker_has_a_name_of_its_own_whatever_its_machine_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "küche\x1b[31m " + "x" * 300)
    names = {worker_id("inference") for _ in range(50)}
    assert len(names) == 50
    for name in names:
        assert worker("classify").model_copy(update={"worker": name})
        Capabilities.model_validate({**worker("match").model_dump(), "worker": name})


async def test_that_nobody_can_be_told_is_said_once_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(announcing, "ANNOUNCED_EVERY", 0.01)
    tries = 0

    async def refused(*arguments: object) -> None:
        nonlocal tries
        tries += 1
        raise OSError("Kafka is away")

    monkeypatch.setattr(announcing, "require_topics", refused)
    board = ProgressBoard(stall_after=60)
    with capture_logs() as logs:
        telling = Announcer(NOWHERE, Announced("worker", lambda: [offer("classify")], board))
        telling.start()
        await eventually(lambda: answer(tries >= 5), every=0.01, what="five tries")
        await telling.stop()
    assert [line["log_level"] for line in logs] == ["warning"]


async def test_an_offer_that_cannot_be_made_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def there(*arguments: object) -> None:
        return None

    def broken() -> list[Offer]:
        raise RuntimeError("a fault of a model")

    monkeypatch.setattr(announcing, "require_topics", there)
    with capture_logs() as logs:
        telling = Announcer(NOWHERE, Announced("worker", broken, ProgressBoard(60)))
        telling.start()
        await eventually(lambda: answer(bool(logs)), every=0.01, what="the complaint")
        await telling.stop()
    assert "it works on" in logs[0]["event"]


def test_the_status_shows_what_runs_and_what_is_missing() -> None:
    status = Status(
        lag={"classify": 0, "extract": 12_403},
        runtimes=rows(Runtimes((worker("classify"),))),
        missing={"extract": 12_403},
    )
    console = Console(width=120, record=True)
    console.print(drawn(status))
    shown = console.export_text()
    assert "no runtime offers extract: 12,403 wait" in shown
    assert "classify@1.0.0" in shown


def test_the_status_says_why_it_is_not_known_what_runs() -> None:
    console = Console(width=120, record=True)
    console.print(drawn(Status(runtimes_unknown="Kafka has no topic [red]mimmo")))
    assert "what runs is not known: Kafka has no topic [red]mimmo" in console.export_text()


def test_a_torrent_that_is_dropped_is_no_worker_and_a_missing_topic_stops_no_worker() -> None:
    assert CAPABILITIES.name not in COMPACTED
    assert CAPABILITIES.name not in REQUIRED
