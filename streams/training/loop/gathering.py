"""What a round begins with: what people said, and names that language models are asked about."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import asyncpg

from infra.postgres.labelled import labelled
from infra.postgres.unsure import Doubts, Unsure, unsure
from models.training.held_out import family
from models.training.row_files import FIELD_NAMES
from models.training.row_labels import BadLabel, adult
from schemas import MEDIUM_OF, Subcategory
from streams.corrections.export import gather
from streams.kafka.dead_letters import Bans
from streams.training.loop.joining import Origin, RowsDamaged, read_rows
from streams.training.loop.recipe import Gather

Question = dict[str, Any]
"""A row of a sample: id, name, files, size and stratum."""

_LOOKED_AT = 20
"""Doubts that are looked at for one that is taken: others are banned, known or near-copies."""

_FIELDS = frozenset(FIELD_NAMES)

_OF_THE_VOTE = frozenset({"share", "votes", "level", "origin"})
"""What the labeller wrote of a name that a person has read since: it is no longer a vote's."""


class Gathering:
    """Collects names to ask about: none that is banned, none that is known, one of each family.

    Attributes:
        people: labelled rows by people, the last with the last word.
        questions: the names.
        left_out: how many names were left out, by the reason.
    """

    def __init__(self, bans: Bans, known: Iterable[str]) -> None:
        self.people: list[Origin] = []
        self.questions: list[Question] = []
        self.left_out: Counter[str] = Counter()
        self._bans = bans
        self._families = {family(name) for name in known}

    @property
    def counts(self) -> dict[str, int]:
        """What a card tells of it: rows of people, names by stratum, and what was left out."""
        people: Counter[str] = Counter()
        for origin in self.people:
            people[origin.name] += len(origin.names) + len(origin.fields)
        strata = Counter(str(question["stratum"]) for question in self.questions)
        return {**people, **strata, **+self.left_out}

    def ask(self, question: Question) -> bool:
        """Take a name to ask about; returns whether it is taken."""
        name = str(question["name"])
        if family(name) in self._families:
            self.left_out["near-copies"] += 1
            return False
        paths = [str(path) for path, _ in question["files"]]
        if self.is_banned(name, infohash=question["id"], paths=paths):
            return False
        self._families.add(family(name))
        self.questions.append(question)
        return True

    def is_banned(self, name: str, *, infohash: str = "", paths: Iterable[str] = ()) -> bool:
        """Whether a name must go no further; it is counted."""
        known = infohash if len(infohash) == 40 else None
        is_banned = self._bans.check(name, infohash=known, paths=list(paths)) is not None
        if is_banned:
            self.left_out["banned"] += 1
        return is_banned

    def read(self, path: Path) -> None:
        """Take a file of rows: those with labels are the word of people, of others it is asked.

        Raises:
            RowsDamaged: it cannot be read, or a label is none.
        """
        if not path.is_file():
            raise RowsDamaged(f"{path} is not there; the recipe names it under [gather] read")
        names, fields = [], []
        for number, row in enumerate(read_rows(path), start=1):
            name = str(row["name"])
            if not row.get("medium") and _FIELDS.isdisjoint(row):
                self.ask(_asked(row, f"{path}, line {number}"))
            elif not self.is_banned(name):
                said = {key: value for key, value in row.items() if key not in _OF_THE_VOTE}
                names += [_checked(said, f"{path}, line {number}")] if row.get("medium") else []
                fields += [] if _FIELDS.isdisjoint(row) else [said]
        self._hear(Origin(str(path), names, fields))

    async def look(self, connection: asyncpg.Connection, how: Gather, *, seed: int) -> None:
        """Take the corrections of the console, and names that the pipeline was unsure of."""
        rows = await gather(labelled(connection), self._bans)
        self._hear(Origin("corrections", [*rows.names, *rows.flags], rows.fields))
        self.left_out["banned"] += rows.banned
        self.left_out["adult corrections"] += rows.guessed
        rest = how.unsure
        doubts = Doubts(below=how.below, seed=seed, limit=_LOOKED_AT * how.unsure, adult=how.adult)
        async with aclosing(unsure(connection, doubts)) as torrents:
            async for torrent in torrents:
                if rest <= 0:
                    return
                rest -= self.ask(_unsure(torrent))

    def _hear(self, said: Origin) -> None:
        """Take the word of people; nothing is asked of what they call adult, nor of near-copies."""
        self.people.append(said)
        adult = {family(str(row["name"])) for row in said.names if row.get("nsfw") is True}
        self._families |= adult
        asked = [row for row in self.questions if family(str(row["name"])) not in adult]
        self.left_out["near-copies"] += len(self.questions) - len(asked)
        self.questions = asked


def _asked(row: Mapping[str, Any], place: str) -> Question:
    """A row without labels as a question; what it has of id, files, size and a flag stays.

    Raises:
        RowsDamaged: its files are none.
    """
    name = str(row["name"])
    files = row.get("files") or []
    if not isinstance(files, list) or not all(map(_is_file, files)):
        raise RowsDamaged(f'{place}: files is {files!r}; it is a list of ["path", size]')
    return {
        "id": str(row.get("id") or hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()),
        "name": name,
        "files": files,
        "size": row.get("size"),
        "stratum": "disagreement",
        # Flagged as adult: the labeller writes it in no file that is meant for reading.
        **({"nsfw": True} if row.get("nsfw") is True else {}),
    }


def _is_file(file: object) -> bool:
    return isinstance(file, list) and len(file) == 2 and isinstance(file[0], str)


def _unsure(torrent: Unsure) -> Question:
    return {
        "id": torrent.infohash,
        "name": torrent.name,
        "files": [list(file) for file in torrent.files],
        "size": torrent.size,
        "stratum": "unsure",
    }


def _checked(row: dict[str, Any], place: str) -> dict[str, Any]:
    """A row whose subcategory is of its medium, as training demands it."""
    try:
        subcategory = Subcategory(str(row.get("sub")))
    except ValueError:
        classes = ", ".join(Subcategory)
        raise RowsDamaged(f"{place}: sub is {row.get('sub')!r}; it is one of {classes}") from None
    if MEDIUM_OF[subcategory].value != row["medium"]:
        raise RowsDamaged(f"{place}: {subcategory} is of {MEDIUM_OF[subcategory]}")
    try:
        adult(row.get("nsfw"))
    except BadLabel as error:
        raise RowsDamaged(f"{place}: {error}") from None
    return row
