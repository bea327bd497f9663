"""How good a search by meaning is: questions whose works are known, by words, meaning and both."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from infra.postgres.search import Query, search, search_like
from infra.postgres.search.meaning import neighbours
from infra.postgres.writes import Ids, write_results, write_torrents
from models.embed import minilm
from models.embed.text import TextEmbedder
from tests.benchmarks.like_rows import put_vectors
from tests.benchmarks.like_works import Key, Work, key_of
from tests.benchmarks.store import database

QUESTIONS = Path(__file__).with_name("like_queries.jsonl")
_TEN = 10
_BATCH = 1_000
_RESAMPLES = 10_000
_WAYS = ("words", "any word", "meaning", "both")

_ANY_WORD = """
WITH asked AS (
    SELECT replace(plainto_tsquery('simple', $1)::text, '&', '|')::tsquery AS words
), hits AS (
    SELECT t.infohash, to_tsvector('simple', translate(t.name, '._-+[](){}', '          ')) AS said
    FROM torrents t, asked
    WHERE to_tsvector('simple', translate(t.name, '._-+[](){}', '          ')) @@ words
)
SELECT infohash FROM hits, asked ORDER BY ts_rank(said, words, 1) DESC, infohash LIMIT 10
"""
"""A stronger opponent than the search that there is, which wants all words: any of them, ranked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the works that answer it."""

    text: str
    slice: str
    wanted: frozenset[Key]


def questions() -> list[Question]:
    """All of them."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [
        Question(
            row["query"],
            row["slice"],
            frozenset(
                key_of(work["kind"], work["title"], work.get("creator"), work.get("year"))
                for work in row["wanted"]
            ),
        )
        for row in rows
    ]


def wanted() -> set[Key]:
    """Works that some question wants."""
    return {key for question in questions() for key in question.wanted}


def ndcg(answers: Sequence[Key], wanted: frozenset[Key]) -> float:
    """nDCG@10: each wanted work counts once, at its first place (Järvelin and Kekäläinen 2002)."""
    gained, met = 0.0, set()
    for place, key in enumerate(answers[:_TEN]):
        if key in wanted and key not in met:
            gained += 1 / math.log2(place + 2)
            met.add(key)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(_TEN, len(wanted))))


async def quality(
    console: Console, shelf: Sequence[Work], rows: NDArray[np.float16], embedder: TextEmbedder
) -> None:
    """Fill a database with the works, ask it, and print how good the answers are."""
    keys = {bytes.fromhex(work.infohash): work.key for work in shelf}
    scores: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    known = set(keys.values())
    lost = sum(not question.wanted & known for question in questions())
    async with database("like_quality") as db:
        await _store(db, shelf)
        await put_vectors(db, [bytes.fromhex(work.infohash) for work in shelf], rows)
        await db.execute("ANALYZE")
        for question in questions():
            answers = await _answers(db, question, embedder)
            scores[question.slice].append(
                tuple(
                    ndcg([keys[infohash] for infohash in answers[way]], question.wanted)
                    for way in _WAYS
                )
            )
    console.print(f"{len(shelf):,} works; {lost} questions whose works are not among them")
    for line in _lines(scores):
        console.print(line, highlight=False, soft_wrap=True)


async def _store(db: asyncpg.Connection, shelf: Sequence[Work]) -> None:
    ids = Ids()
    for place in range(0, len(shelf), _BATCH):
        told = [work.results() for work in shelf[place : place + _BATCH]]
        results = [result for pair in told for result in pair]
        await ids.learn(db, results)
        async with db.transaction():
            await write_torrents(db, [classified.torrent for classified, _ in told], ids)
            await write_results(db, results, ids)


async def _answers(
    db: asyncpg.Connection, question: Question, embedder: TextEmbedder
) -> dict[str, list[bytes]]:
    (row,) = embedder.embed([question.text])
    vector, query = row.tolist(), Query(text=question.text, suggests=False)
    revision = minilm.manifest().revision
    by_words = await search(db, query, limit=_TEN)
    fused = await search_like(db, query, vector, revision=revision, limit=_TEN)
    any_word = await db.fetch(_ANY_WORD, question.text)
    return {
        "words": [bytes.fromhex(hit.infohash) for hit in by_words.rows],
        "any word": [hit["infohash"] for hit in any_word],
        "meaning": await neighbours(db, Query(), vector, revision=revision, most=_TEN),
        "both": [bytes.fromhex(hit.infohash) for hit in fused.rows],
    }


def _lines(scores: dict[str, list[tuple[float, ...]]]) -> Iterator[str]:
    """The table: nDCG@10 of each way, and what both bring beyond the others, with intervals."""
    beyond = ("words", "any word")
    gains = "".join(f"  {f'both - {other}':<26}" for other in beyond)
    yield f"{'slice':<12}{'n':>4}" + "".join(f"{way:>10}" for way in _WAYS) + gains
    everything = [row for part in scores.values() for row in part]
    for name, part in (*sorted(scores.items()), ("all", everything)):
        values = np.array(part)
        line = f"{name:<12}{len(part):>4}" + "".join(f"{mean:>10.3f}" for mean in values.mean(0))
        for other in beyond:
            gain = values[:, _WAYS.index("both")] - values[:, _WAYS.index(other)]
            low, high = interval(gain)
            line += f"  {gain.mean():+.3f} ({low:+.3f} to {high:+.3f})"
        yield line


def interval(gain: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of the means of questions drawn anew (Efron 1979)."""
    rng = np.random.default_rng(1)
    means = gain[rng.integers(0, len(gain), (_RESAMPLES, len(gain)))].mean(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
