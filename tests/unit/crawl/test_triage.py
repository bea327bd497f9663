"""What is still wanted of a torrent that was heard of, with Postgres and without."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import CapturingLogger

from infra.settings import Settings
from streams.crawl import stored as stored_module
from streams.crawl.kit import Kit
from streams.crawl.lead import Lead, Scrape
from streams.crawl.profile import PROFILES, ProfileName
from streams.crawl.stages.triage import Triage
from streams.crawl.stored import Need, Stored, Wanted, verdict
from tests.dht.pipeline import kit_of

LAB = PROFILES[ProfileName.LAB]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MONTH = timedelta(days=30)
NODE = ("127.0.1.1", 20_000)
PEER = ("127.0.1.2", 30_000)
A, B, C = (letter * 20 for letter in (b"a", b"b", b"c"))
NOBODY = SecretStr("postgresql://127.0.0.1:1/nobody")


@pytest.mark.parametrize(
    ("row", "need"),
    [
        (None, Need.METADATA),
        ({"has_files": False, "swarm_seen_at": None}, Need.METADATA),
        ({"has_files": False, "swarm_seen_at": NOW}, Need.METADATA),
        ({"has_files": True, "swarm_seen_at": None}, Need.SWARM),
        ({"has_files": True, "swarm_seen_at": NOW - timedelta(days=31)}, Need.SWARM),
        ({"has_files": True, "swarm_seen_at": NOW - timedelta(days=29)}, Need.NOTHING),
    ],
)
def test_a_row_says_what_is_wanted(row: dict[str, Any] | None, need: Need) -> None:
    assert verdict(row, NOW, MONTH).need is need


class Rows(Stored):
    """A Postgres with these answers."""

    def __init__(self, answers: dict[bytes, Wanted]) -> None:
        super().__init__(Settings(), 30)
        self.answers = answers

    async def verdicts(self, infohashes: Any) -> dict[bytes, Wanted] | None:
        return {key: self.answers[key] for key in infohashes}


class Sorted:
    """A triage and what came of it."""

    def __init__(self, kit: Kit) -> None:
        self.leads: asyncio.Queue[Lead] = asyncio.Queue()
        self.scrapes: asyncio.Queue[Scrape] = asyncio.Queue()
        self.triage = Triage(kit, self.leads, self.scrapes)

    def fetched(self) -> set[bytes]:
        return {self.leads.get_nowait().infohash for _ in range(self.leads.qsize())}

    def scraped(self) -> set[bytes]:
        return {self.scrapes.get_nowait().lead.infohash for _ in range(self.scrapes.qsize())}


def with_rows(kit: Kit, answers: dict[bytes, Wanted]) -> Kit:
    fields = {name: getattr(kit, name) for name in kit.__dataclass_fields__}
    return Kit(**{**fields, "stored": Rows(answers)})


async def test_each_goes_where_it_is_wanted(tmp_path: Path) -> None:
    async with kit_of(Settings(home=tmp_path), LAB) as kit:
        kit = with_rows(
            kit,
            {
                A: Wanted(Need.METADATA),
                B: Wanted(Need.SWARM),
                C: Wanted(Need.NOTHING, datetime.now(UTC)),
            },
        )
        after = Sorted(kit)
        await after.triage.hear([A, B, C], NODE)
        assert (after.fetched(), after.scraped()) == ({A}, {B})
        assert kit.memory.in_flight == 2
        assert not await kit.memory.new(C), "it is known from now on"
        await after.triage.hear([A, B, C], NODE)
        assert (after.fetched(), after.scraped()) == (set(), set())


async def test_an_announce_has_no_node_to_scrape(tmp_path: Path) -> None:
    async with kit_of(Settings(home=tmp_path), LAB) as kit:
        kit = with_rows(kit, {A: Wanted(Need.METADATA), B: Wanted(Need.SWARM)})
        after = Sorted(kit)
        work = asyncio.create_task(after.triage.run())
        assert after.triage.offer(A, PEER)
        assert after.triage.offer(B, PEER)
        assert await asyncio.wait_for(after.leads.get(), 5) == Lead(A, None, PEER)
        await asyncio.sleep(0.1)
        assert after.scraped() == set()
        assert kit.memory.in_flight == 1
        work.cancel()


async def test_without_postgres_what_is_not_done_is_fetched(tmp_path: Path) -> None:
    async with kit_of(Settings(home=tmp_path, postgres_dsn=NOBODY), LAB) as kit:
        await kit.memory.known({A: 0.0})  # published once, long ago
        kit.memory._seen.forget()
        after = Sorted(kit)
        await after.triage.hear([A, B], NODE)
        assert after.fetched() == {B}
        assert kit.memory.in_flight == 1


async def test_postgres_away_is_not_asked_for_every_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = CapturingLogger()
    monkeypatch.setattr(stored_module, "log", told)
    now = [1_000.0]
    stored = Stored(Settings(postgres_dsn=NOBODY), 30, clock=lambda: now[0])
    assert await asyncio.gather(*(stored.verdicts([A]) for _ in range(20))) == [None] * 20
    assert len(told.calls) == 1
    now[0] += 61
    assert await stored.verdicts([A]) is None
    assert len(told.calls) == 2
