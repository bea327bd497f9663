"""Generated results of every stage, and what telemetry should count of them, counted naively."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import asyncpg

from infra.postgres.telemetry import BINS
from infra.postgres.writes import Ids, write_results, write_torrents
from schemas import (
    MEDIUM_OF,
    Classification,
    Evidence,
    Extraction,
    Link,
    LinkStatus,
    Match,
    Method,
    Result,
    Subcategory,
    Torrent,
    Verdict,
    metadata_for,
)
from tests.support import classified, extracted, linked, torrent

FIRST = datetime(2026, 3, 1, 6, tzinfo=UTC)
DAYS = 4
LABELS = ("album", "movie", "ebook")
FIELDS = {"extract": ("title", "creator", "year"), "match": ("artist", "release_group")}
MBIDS = [f"{digit * 8}-{digit * 4}-{digit * 4}-{digit * 4}-{digit * 12}" for digit in "abc"]


def results(count: int, seed: int = 7) -> list[Result]:
    """Some `count` results of torrents that one, two or three models answered."""
    dice = random.Random(seed)
    made_up: list[Result] = []
    while len(made_up) < count:
        seen = torrent(f"Name {len(made_up)}", infohash=dice.randbytes(20).hex())
        made_up += [_class(seen, dice, revision) for revision in _revisions(dice)]
        for method in dice.sample([Method.RULES, Method.TAGGER, Method.LLM], dice.choice([1, 2])):
            read = _extraction(seen, dice, method)
            made_up += [read, *(_link(read, dice, revision) for revision in _revisions(dice))]
    return made_up


def _revisions(dice: random.Random) -> list[int]:
    return dice.choice([[1], [2], [1, 2]])


def _sure(dice: random.Random) -> float:
    """A confidence, often one that lies on the edge of a bin."""
    return dice.choice([0.0, 0.05, 0.95, 1.0, round(dice.random(), 3)])


def _class(seen: Torrent, dice: random.Random, revision: int) -> Classification:
    label = Subcategory(dice.choice(LABELS))
    source = dice.choice(["patterns", "bert"])
    verdict = Verdict(
        medium=MEDIUM_OF[label],
        subcategory=label,
        nsfw=dice.random() < 0.1,
        confidence=_sure(dice),
        source=source,
        rule=dice.choice(["a.rule", None]),
    )
    return classified(seen, verdict, revision=revision, model=f"classify@{revision}")


def _extraction(seen: Torrent, dice: random.Random, method: Method) -> Extraction:
    fields: dict[str, Any] = {"artist": dice.choice(["Vale", "VALE", "Aurora"])}
    if dice.random() < 0.8:
        fields["album_name"] = dice.choice(["Low Tide", "Harbour"])
    evidence = {
        name: Evidence(source=f"rules:{dice.choice('ab')}", confidence=_sure(dice), span=(0, 4))
        for name in fields
        if dice.random() < 0.9
    }
    return extracted(
        seen,
        revision=3,
        method=method,
        model=f"extract-{method}@1",
        metadata=metadata_for(Subcategory.ALBUM, fields),
        evidence=evidence,
    )


def _link(of: Extraction, dice: random.Random, revision: int) -> Link:
    status = dice.choice([LinkStatus.EXACT, LinkStatus.NONE])
    is_linked = status is LinkStatus.EXACT
    match = Match(
        status=status,
        artist_mbid=dice.choice(MBIDS) if is_linked else None,
        release_group_mbid=dice.choice(MBIDS) if is_linked and dice.random() < 0.5 else None,
        score=_sure(dice),
    )
    return linked(of, match, revision=revision)


async def write(db: asyncpg.Connection, made_up: Sequence[Result]) -> None:
    """Write results as the store does, and spread them over days."""
    ids = Ids()
    await ids.learn(db, made_up)
    for start in range(0, len(made_up), 2_000):
        batch = made_up[start : start + 2_000]
        seen = [result.torrent for result in batch if isinstance(result, Classification)]
        async with db.transaction():
            await write_torrents(db, seen, ids)
            await write_results(db, batch, ids)
    # Some hours apart by what the result is named: which of two came first is anybody's guess.
    for table in ("superseded", "classifications", "extractions", "links"):
        await db.execute(
            f"UPDATE {table} SET recorded_at = $1::timestamptz + make_interval(hours =>"
            f" get_byte(result_id, 0) * {DAYS * 24 - 12} / 256)",
            FIRST,
        )


async def correct(db: asyncpg.Connection, count: int, seed: int = 7) -> None:
    """Let two people judge random results; some of what they said is taken back."""
    dice = random.Random(seed)
    rows = await db.fetch(
        "SELECT encode(infohash, 'hex') AS infohash, stage::text, method::text, revision,"
        " encode(result_id, 'hex') AS result_id FROM history ORDER BY result_id"
    )
    fields = {"classify": "medium", "extract": "title", "match": "link"}
    places = {"classify": "class", "extract": "uniform", "match": "link"}
    for number in range(count):
        row = dice.choice(rows)
        identity = number.to_bytes(16, "big")
        verdict = dice.choice(["wrong", "right", "wrong"])
        at = FIRST + timedelta(hours=dice.randrange(DAYS * 24 - 12))
        judged = (
            bytes.fromhex(row["infohash"]),
            row["stage"],
            fields[row["stage"]],
            places[row["stage"]],
            bytes.fromhex(row["result_id"]),
        )
        query = (
            "INSERT INTO corrections (id, observed_at, infohash, stage, field, place, result_id,"
            " verdict, reporter, subcategory, revokes)"
            " VALUES ($1, $2, $3, $4::text::stage, $5, $6, $7, $8, $9, 'album', $10)"
        )
        reporter = dice.choice(["ada", "bo"])
        await db.execute(query, identity, at, *judged, verdict, reporter, None)
        if dice.random() < 0.2:
            taken_back = ("withdrawn", reporter, identity)
            await db.execute(query, b"x" + identity[1:], at, *judged, *taken_back)


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def label(row: dict[str, Any]) -> str:
    result = row["result"]
    match row["stage"]:
        case "classify":
            return str(result["subcategory"])
        case "extract":
            return str(result["metadata"]["subcategory"])
        case _:
            return str(result["status"])


def confidence(row: dict[str, Any]) -> float:
    result = row["result"]
    match row["stage"]:
        case "classify":
            return float(result["confidence"])
        case "extract":
            sure = [proof["confidence"] for proof in result["evidence"].values()]
            return float(min(sure, default=0))
        case _:
            return float(result["score"])


def rules(row: dict[str, Any]) -> dict[str, str]:
    """What was decided, and by what."""
    result = row["result"]
    match row["stage"]:
        case "classify":
            parts = (result["source"], result.get("rule"))
            return {"class": ":".join(part for part in parts if part)}
        case "extract":
            return {name: proof["source"] for name, proof in result["evidence"].items()}
        case _:
            return {"link": result["status"]}


def said(row: dict[str, Any]) -> dict[str, str]:
    """What witnesses are compared by."""
    result = row["result"]
    match row["stage"]:
        case "classify":
            adult = str(result["nsfw"]).lower()
            return {**{name: result[name] for name in ("medium", "subcategory")}, "adult": adult}
        case "extract":
            return {name: str(value).lower() for name, value in result["uniform"].items()}
        case _:
            names = {"artist": "artist_mbid", "release_group": "release_group_mbid"}
            return {name: result[key] for name, key in names.items() if key in result}


def model(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["stage"], row["method"], row["model_id"], row["revision"])


async def history(db: asyncpg.Connection) -> list[dict[str, Any]]:
    query = "SELECT *, stage::text AS stage, method::text AS method FROM history"
    return [{**row, "result": json.loads(row["result"])} for row in await db.fetch(query)]


def naive(rows: Iterable[dict[str, Any]]) -> dict[str, dict[Any, Any]]:
    """The rows of three tables of telemetry, counted one result after the other."""
    models: dict[Any, list[float]] = defaultdict(list)
    ruled: Counter[Any] = Counter()
    inputs: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        day = day_of(row["recorded_at"])
        models[day, *model(row), label(row)].append(confidence(row))
        ruled.update((day, *model(row), field, rule) for field, rule in rules(row).items())
        inputs[row["stage"], row["infohash"], row["input_hash"]].append(row)
    pairs: dict[Any, list[float | None]] = defaultdict(list)
    for witnesses in inputs.values():
        order = sorted(witnesses, key=lambda row: (row["recorded_at"], row["result_id"]))
        for earlier, later in combinations(order, 2):
            gap = abs(confidence(earlier) - confidence(later))
            mine, theirs = said(later), said(earlier)
            for field in mine.keys() & theirs.keys():
                key = (day_of(later["recorded_at"]), field, *model(later), *model(earlier)[1:])
                pairs[key].append(gap if mine[field] != theirs[field] else None)
    return {
        "model_day": {key: (len(sure), histogram(sure)) for key, sure in models.items()},
        "rule_day": dict(ruled),
        "agreement_day": {
            key: (
                len(gaps),
                sum(gap is not None for gap in gaps),
                round(sum(gap for gap in gaps if gap is not None), 3),
            )
            for key, gaps in pairs.items()
        },
    }


def histogram(sure: Iterable[float]) -> list[int]:
    bins = [0] * BINS
    for value in sure:
        bins[min(BINS - 1, int(round(value * 1_000) * BINS // 1_000))] += 1
    return bins


async def counted(db: asyncpg.Connection) -> dict[str, dict[Any, Any]]:
    """The same three tables as they are."""
    models = await db.fetch("SELECT *, stage::text AS stage, method::text AS method FROM model_day")
    ruled = await db.fetch("SELECT *, stage::text AS stage, method::text AS method FROM rule_day")
    pairs = await db.fetch(
        "SELECT *, stage::text AS stage, method::text AS method,"
        " other_method::text AS other_method FROM agreement_day"
    )
    return {
        "model_day": {
            (row["day"], *model(row), row["label"]): (row["results"], row["confidence"])
            for row in models
        },
        "rule_day": {
            (row["day"], *model(row), row["field"], row["rule"]): row["results"] for row in ruled
        },
        "agreement_day": {
            (
                row["day"],
                row["field"],
                *model(row),
                row["other_method"],
                row["other_model_id"],
                row["other_revision"],
            ): (row["pairs"], row["contradicted"], round(row["gap"], 3))
            for row in pairs
        },
    }


TABLES = ("model_day", "rule_day", "agreement_day", "feedback_day", "adoption_day")


async def dumped(db: asyncpg.Connection) -> dict[str, list[str]]:
    """What all tables of telemetry hold, in an order of its own."""
    return {table: sorted(map(repr, await db.fetch(f"SELECT * FROM {table}"))) for table in TABLES}
