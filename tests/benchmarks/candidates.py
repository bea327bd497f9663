"""Which way of finding candidates: `python -m tests.benchmarks.candidates --index DIR CASES…`.

Three ways to the release groups that a misspelled query may mean, on one index and the same cases
(without track lists): the hashed keys that the matcher uses, TF-IDF over character trigrams in flat
arrays that could be memory-mapped, and tantivy, an embedded search engine, if it is installed (`uv
pip install tantivy`). Recall is the share of true release groups among the first 50; the time is
that of finding them, one thread.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from models.evaluation import frame, linking
from models.match.index import GroupRecord, Index
from models.match.matcher import Matcher
from models.match.normalise import fold
from models.match.query import Query
from tests.benchmarks.match import percentile

FIRST = 50
POSTINGS_READ = 200_000
"""Postings that one look-up of trigrams reads, rarest trigrams first: what fits in some 2 ms."""

Find = Callable[[Query], list[int]]


class Trigrams:
    """TF-IDF over the character trigrams of "artist title": sorted postings, starts by trigram."""

    def __init__(self, groups: list[tuple[int, str]]) -> None:
        ids: dict[str, int] = {}
        owners, grams = [], []
        for number, text in groups:
            for gram in self.of(text):
                grams.append(ids.setdefault(gram, len(ids)))
                owners.append(number)
        order = np.argsort(np.array(grams, np.int32), kind="stable")
        self.postings = np.array(owners, np.uint32)[order]
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(grams, minlength=len(ids)))])
        self.ids = ids
        self.count = len(groups)

    @staticmethod
    def of(text: str) -> set[str]:
        padded = f" {text} "
        return {padded[at : at + 3] for at in range(len(padded) - 2)}

    def __call__(self, query: Query) -> list[int]:
        known = [
            self.ids[gram]
            for gram in self.of(fold(f"{query.artist} {query.title}"))
            if gram in self.ids
        ]
        known.sort(key=lambda gram: int(self.starts[gram + 1] - self.starts[gram]))
        parts, weights, read = [], [], 0
        for gram in known:
            part = self.postings[self.starts[gram] : self.starts[gram + 1]]
            read += len(part)
            if parts and read > POSTINGS_READ:
                break
            parts.append(part)
            weights.append(np.full(len(part), np.log(self.count / len(part)) ** 2))
        if not parts:
            return []
        numbers, place = np.unique(np.concatenate(parts), return_inverse=True)
        scores = np.bincount(place, weights=np.concatenate(weights))
        best = np.argsort(-scores, kind="stable")[:FIRST]
        return [int(number) for number in numbers[best]]


def tantivy_finder(groups: list[tuple[int, str]], folder: str) -> Find:
    """Words within one edit of the query's, scored by BM25.

    Raises:
        ImportError: it is not installed.
    """
    import tantivy  # type: ignore[import-not-found,unused-ignore]

    schema = (
        tantivy.SchemaBuilder()
        .add_text_field("name", stored=False)
        .add_integer_field("id", stored=True)
        .build()
    )
    index = tantivy.Index(schema, path=folder)
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    for number, text in groups:
        writer.add_document(tantivy.Document(name=text, id=number))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(query: Query) -> list[int]:
        words = dict.fromkeys(fold(f"{query.artist} {query.title}").split())
        terms: list[Any] = []
        for word in words:
            terms.append((tantivy.Occur.Should, tantivy.Query.term_query(schema, "name", word)))
            if len(word) >= 4:
                terms.append(
                    (
                        tantivy.Occur.Should,
                        tantivy.Query.fuzzy_term_query(schema, "name", word, distance=1),
                    )
                )
        hits = searcher.search(tantivy.Query.boolean_query(terms), FIRST).hits if terms else []
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return find


def keys_finder(matcher: Matcher) -> Find:
    """What the matcher compares, likeliest first."""
    return lambda query: [
        answer.group.id for answer in matcher.candidates(query, FIRST) if answer.group is not None
    ]


def measure(
    find: Find, cases: list[tuple[str, Query, int]]
) -> tuple[dict[str, tuple[int, int]], list[float]]:
    """Extracted and total by kind of case, and seconds of each look-up."""
    counts: dict[str, tuple[int, int]] = {}
    spent = []
    for kind, query, wanted in cases:
        start = time.perf_counter()
        numbers = find(query)
        spent.append(time.perf_counter() - start)
        right, total = counts.get(kind, (0, 0))
        counts[kind] = right + (wanted in numbers), total + 1
    return counts, spent


def main() -> int:
    reading = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.candidates",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument(
        "cases",
        type=Path,
        nargs="+",
        metavar="CASES",
        help="labelled cases (models.evaluation.linking)",
    )
    reading.add_argument(
        "--index",
        type=Path,
        required=True,
        metavar="DIR",
        help="match index that holds their truth",
    )
    reading.add_argument(
        "--most", type=int, default=700, metavar="N", help="cases of a file (default: %(default)s)"
    )
    chosen = reading.parse_args()
    matcher = Matcher.open(chosen.index)
    cases = []
    for path in chosen.cases:
        for case in linking.read(path)[: chosen.most]:
            truth = linking.truth_of(case, matcher.index)
            if truth.group is not None and case.query.artist:
                cases.append((case.kind, Query(case.query.artist, case.query.title), truth.group))
    groups = _groups(matcher.index)
    finders: dict[str, tuple[Find, float]] = {"hashed keys": (keys_finder(matcher), 0.0)}
    start = time.perf_counter()
    trigrams = Trigrams(groups)
    finders["trigram TF-IDF"] = trigrams, time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        try:
            finders["tantivy, one edit"] = (
                tantivy_finder(groups, folder),
                time.perf_counter() - start,
            )
        except ImportError:
            sys.stderr.write("tantivy is not installed: left out\n")
        kinds = list(dict.fromkeys(kind for kind, _, _ in cases))
        table = Table(
            "",
            *(f"{kind}: recall@{FIRST}" for kind in kinds),
            "p50",
            "p95",
            "build",
            title=f"{len(groups):,} release groups",
        )
        for name, (find, seconds) in finders.items():
            counts, spent = measure(find, cases)
            recalls = (f"{100 * counts[kind][0] / counts[kind][1]:.1f} %" for kind in kinds)
            times = (f"{1000 * percentile(spent, share):.2f} ms" for share in (0.5, 0.95))
            table.add_row(name, *recalls, *times, f"{seconds:.0f} s" if seconds else "-")
        frame.console().print(table)
    return 0


def _groups(index: Index) -> list[tuple[int, str]]:
    return [
        (record.id, fold(f"{record.credit} {record.title}"))
        for record in index.records()
        if isinstance(record, GroupRecord)
    ]


if __name__ == "__main__":
    sys.exit(main())
