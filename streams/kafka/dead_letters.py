"""The gate to the dead-letter topic: what becomes of a record that a stage could not handle.

A record that is refused becomes a dead letter with its original bytes. There are three exceptions:

* What the ban list bans is only counted and logged by its place. Neither the topic nor the table
  may hold it.
* So is a dead letter about a dead letter. A foreign record on the dead-letter topic that cannot be
  stored gets one letter, so that the table shows it. If that letter cannot be stored either, a
  letter about it would come back as the next record to fail, for ever. It stays on the topic.
* A record that is larger than a message of ours may be has a letter without its bytes. A foreign
  producer's compression lets such a record through, and no letter could hold it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson

from infra.logging import get_logger
from schemas import DeadLetter, Fault, Record
from schemas.topics import DEAD_LETTER, MAX_MESSAGE_BYTES
from streams.kafka.publisher import Message, dead_letter_message

log = get_logger(__name__)

_PIECE = 64 * 1024
_OVERLAP = 1024
"""Characters of text that the ban list reads at a time, and of the next piece that it reads again:
a longer text would cost it memory, and no banned term is as long as the overlap.
"""

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_INFOHASH = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{40}(?![0-9a-fA-F])")


class Bans(Protocol):
    """What the gate asks of a ban list."""

    def check(
        self, name: str, *, infohash: str | None = None, paths: Sequence[str] = ()
    ) -> str | None:
        """Returns the id of the rule that bans a torrent, or None."""


class Counts(Protocol):
    """Where the gate counts; `streams.operate.metrics.Progress` is one."""

    @property
    def name(self) -> str:
        """The stage."""

    def refused(self, reason: str) -> None:
        """Counts a record that could not be handled."""

    def banned(self, rule: str) -> None:
        """Counts a record that the ban list dropped."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that cannot be handled, and why."""

    record: Record
    reason: str
    error: str
    attempts: int = 1
    cause: Exception | None = None
    """What was raised, for the log; None where the reason says it all."""


class Gate:
    """Makes dead letters of refusals, for one stage."""

    def __init__(self, bans: Bans, counts: Counts) -> None:
        self._bans = bans
        self._counts = counts

    def messages(self, refusals: Sequence[Refusal]) -> list[Message]:
        """Returns the dead letters to publish; never raises, whatever the records hold."""
        return [
            dead_letter_message(letter)
            for refusal in refusals
            if (letter := self._letter(refusal)) is not None
        ]

    def drops(self, key: bytes | None, value: bytes | None, record: Record) -> bool:
        """Whether the ban list bans what these bytes hold; such a record is counted."""
        rule = banning_rule(self._bans, key, value)
        if rule is None:
            return False
        self._counts.banned(rule)
        log.info("banned", stage=self._counts.name, rule=rule, **_place(record))
        return True

    def _letter(self, refusal: Refusal) -> DeadLetter | None:
        record = refusal.record
        size = len(record.key or b"") + len(record.value or b"")
        # Of what is too large its letter holds no byte: the ban list need not read them all.
        held = (record.key, record.value) if size <= MAX_MESSAGE_BYTES else (None, None)
        if self.drops(*held, record) or self.drops(None, refusal.error.encode(), record):
            return None
        if is_about_a_dead_letter(record):
            self._counts.refused("given_up")
            log.error(
                "a dead letter about a dead letter cannot be kept, it stays where it is",
                stage=self._counts.name,
                reason=refusal.reason,
                **_place(record),
            )
            return None
        self._counts.refused(refusal.reason)
        log.warning(
            "dead letter",
            stage=self._counts.name,
            reason=refusal.reason,
            exc_info=refusal.cause,
            **_place(record),
        )
        fault = Fault(self._counts.name, refusal.reason, refusal.error, refusal.attempts)
        if size <= MAX_MESSAGE_BYTES:
            return DeadLetter.of(record, fault)
        cut = replace(fault, error=f"{size} bytes are too many to be kept here; {fault.error}")
        return DeadLetter.of(record, cut).model_copy(update={"key": None, "value": None})


def is_about_a_dead_letter(record: Record) -> bool:
    """Whether this record of the dead-letter topic is a letter about another one."""
    if record.topic != DEAD_LETTER.name:
        return False
    headers = list(getattr(record, "headers", ()) or ())
    return any(name == "dl_topic" and value == DEAD_LETTER.name.encode() for name, value in headers)


def banning_rule(bans: Bans, key: bytes | None, value: bytes | None) -> str | None:
    """Returns the rule of the ban list that bans what a record's bytes say, or None.

    A record that fails may be anything. Where it is JSON, every text in it is asked about, whatever
    its field is called. All of it is asked about as one text, too: JSON may be broken, may hold one
    field twice, or spell its letters as escapes.
    """
    data = value or b""
    text = data.decode("utf-8", "replace")
    if "\\u" in text:
        text += " " + _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    for infohash in _INFOHASH.findall(text + " " + (key or b"").decode("ascii", "replace")):
        if (rule := bans.check("", infohash=infohash)) is not None:
            return rule
    # The names of fields, and often what is in them, come again and again.
    for piece in dict.fromkeys((*texts_in(_loaded(data)), *_pieces(text))):
        if (rule := bans.check(piece)) is not None:
            return rule
    return None


def _loaded(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except ValueError:
        return None


def texts_in(node: Any) -> Iterator[str]:
    """Every text of a JSON document, names of fields included."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case list() as items:
                waiting += items
            case dict() as fields:
                waiting += [*fields.keys(), *fields.values()]


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE + _OVERLAP]


def _place(record: Record) -> dict[str, str | int]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def error_text(error: Exception) -> str:
    """What an exception says, for a dead letter."""
    return f"{type(error).__name__}: {error}"


def problems_text(problems: Sequence[Any]) -> str:
    """What a validation found wrong, field by field, without the input: the letter holds that."""
    return json.dumps(
        [
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in problems[:10]
        ]
    )
