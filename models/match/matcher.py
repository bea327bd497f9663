"""The matcher: queries in, matches out, from one open version of the index."""

import os
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from models import registry
from models.match.answer import Answer
from models.match.asked import Asked
from models.match.candidates import Search
from models.match.decide import decide
from models.match.index import Index
from models.match.normalise import fold, is_various
from models.match.query import Query
from models.match.score import Scorer
from models.match.version import CURRENT, read_current
from models.registry import Manifest
from schemas import LinkStatus, Match

REMEMBERED = 1_024
"""Look-ups kept: a dump names an artist's albums many times over, and a match takes a few KiB."""


class Matcher:
    """Links (artist, title, year, tracks) to MusicBrainz. Not for several threads at once.

    >>> matcher = Matcher.open(Path(".mimmo/musicbrainz"))           # doctest: +SKIP
    >>> matcher.match([Query("Paper Lighthouse", "Low Tide")])[0].status   # doctest: +SKIP
    <LinkStatus.EXACT: 'exact'>
    """

    def __init__(
        self,
        folder: Path,
        index: Index,
        scorer: Scorer | None = None,
        manifest: Manifest | None = None,
    ) -> None:
        """Make a matcher over an open index.

        Args:
            folder: where the index lives, to see whether a newer version is there.
            index: the version that is asked.
            scorer: weights and thresholds; those of the manifest if none are given.
            manifest: the model that answers bear the name of; what ships if it is None.

        Raises:
            KeyError: the manifest lacks a weight.
        """
        self.model = manifest or registry.load("match")
        self._scorer = scorer or Scorer.of(self.model.settings)
        self._folder = folder
        self._index = index
        self._seen = _stat(folder)
        self._match = lru_cache(maxsize=REMEMBERED)(self._look_up)

    @classmethod
    def open(cls, index_dir: Path, manifest: Manifest | None = None) -> "Matcher":
        """Open the current version of the index in a folder.

        Args:
            index_dir: the folder.
            manifest: weights and thresholds; what ships if it is None.

        Raises:
            IndexMissing: there is none; the message names the command that makes it.
            IndexDamaged: it cannot be read.
        """
        return cls(index_dir, Index.open(index_dir), manifest=manifest)

    def weighing(self, scorer: Scorer) -> "Matcher":
        """A matcher over the same index that decides by other weights and thresholds."""
        return Matcher(self._folder, self._index, scorer, self.model)

    @property
    def index(self) -> Index:
        """The version that is open."""
        return self._index

    @property
    def scorer(self) -> Scorer:
        """The weights and thresholds that decide."""
        return self._scorer

    @property
    def revision(self) -> int:
        """Raised when the same query on the same index is answered otherwise."""
        return self.model.revision

    @property
    def reference_date(self) -> date:
        """The date of the dumps that the index was made from."""
        return self._index.meta.dump_date

    @property
    def index_version(self) -> str:
        """Names the content of the index."""
        return self._index.meta.version

    def is_stale(self) -> bool:
        """Whether a newer version is current: then open another matcher. Costs one `stat`."""
        seen = _stat(self._folder)
        if seen is None or seen == self._seen:
            return False
        if read_current(self._folder) == self.index_version:
            self._seen = seen
            return False
        return True

    def match(self, queries: Sequence[Query]) -> list[Match]:
        """Answer queries, in their order; each answer depends on its query and the index alone."""
        return [self._match(query) for query in queries]

    def candidates(self, query: Query, most: int | None = None) -> list[Answer]:
        """What `match` chooses among.

        Args:
            query: what is asked.
            most: how many of the most probable ones, those first. All of them in the order in
                which they turned up, if it is None.
        """
        asked = Asked(query)
        answers: list[Answer] = []
        for tier in Search(self._index, asked).tiers():
            answers += tier
            if any(_settles(asked, answer) for answer in answers):
                break
        if most is None:
            return answers
        return sorted(answers, key=self._scorer.utility, reverse=True)[:most]

    def _look_up(self, query: Query) -> Match:
        if not query.artist or not fold(query.artist):
            return Match(status=LinkStatus.NONE, why=("no artist to look for",))
        if query.release_title is None and is_various(query.artist):
            return Match(status=LinkStatus.NONE, why=("various artists need a title",))
        return decide(self._index, query, self.candidates(query), self._scorer)


def _settles(asked: Asked, answer: Answer) -> bool:
    """Whether what is only alike would not change the answer.

    An equal name settles a query with an equal title, or one that asks for no title.
    """
    if not answer.compared.is_equal:
        return False
    return asked.title is None or answer.is_title_equal


def _stat(folder: Path) -> tuple[int, int] | None:
    try:
        stat = os.stat(folder / CURRENT)  # noqa: PTH116 (asked for every batch)
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_ino
