"""What tests of corrections say, and how it is written without Kafka."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from infra.postgres.writes import Ids, write_corrections, write_results, write_torrents
from schemas import Classification, Correction, Result, Torrent
from tests.support import SEEN


def correction(of: Torrent | str, field: str, value: Any = None, **fields: Any) -> Correction:
    """What somebody says of a torrent's field; later ones are later by `minutes`."""
    minutes = fields.pop("minutes", 0)
    stage = {"medium": "classify", "adult": "classify", "link": "match"}.get(field, "extract")
    given = {
        "infohash": of if isinstance(of, str) else of.infohash,
        "stage": stage,
        "field": field,
        "verdict": "wrong" if value is None else "value",
        "value": value,
        "reporter": "ada",
        "observed_at": SEEN + timedelta(minutes=minutes),
    }
    return Correction.model_validate({**given, **fields})


def withdrawn(earlier: Correction, minutes: int = 5) -> Correction:
    """The same correction, taken back."""
    fields = {"verdict": "withdrawn", "revokes": earlier.event_id, "minutes": minutes}
    return correction(earlier.infohash, earlier.field, **fields)


async def stored(database: SimpleNamespace, *results: Result) -> None:
    """Writes results as the store does, each in a batch of its own."""
    ids = Ids()
    await ids.learn(database.db, results)
    for result in results:
        async with database.db.transaction():
            if isinstance(result, Classification):
                await write_torrents(database.db, [result.torrent], ids)
            await write_results(database.db, [result], ids)


async def corrected(database: SimpleNamespace, *corrections: Correction) -> None:
    """Writes corrections as the store does, each in a batch of its own."""
    for said in corrections:
        await write_corrections(database.db, [said])


async def row(database: SimpleNamespace, query: str, *arguments: Any) -> dict[str, Any]:
    """The one row of a query."""
    (only,) = await database.db.fetch(query, *arguments)
    return dict(only)
