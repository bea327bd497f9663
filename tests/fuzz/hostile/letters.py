"""Hostile records on the topic of the dead letters, which store and redrive read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from schemas import topics as t
from schemas.topics import MAX_MESSAGE_BYTES
from streams.kafka.publisher import Message, dead_letter_message
from streams.kafka.redriven import redriven_mark
from tests.fuzz.hostile.documents import document, infohash_of, letter
from tests.fuzz.hostile.kinds import Fate, RawName

NAMES_NONE = "ab" * 16
"""The id of a dead letter that nobody wrote."""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of records on the topic of the dead letters.

    What goes through is kept as the letter that it says it is.
    """

    name: str
    fate: Fate
    make: Callable[[str, Random], Message]
    reason: str = ""
    heavy: bool = False


def _with(**headers: Any) -> Callable[[str, Random], Message]:
    """A proper letter with other headers; None takes one away."""

    def make(name: str, dice: Random) -> Message:
        proper = dead_letter_message(letter(name))
        kept = [pair for pair in proper.headers if pair[0] not in headers]
        changed = [(key, value) for key, value in headers.items() if value is not None]
        return replace(proper, headers=(*kept, *changed))

    return make


def _valued(value: bytes | None) -> Callable[[str, Random], Message]:
    return lambda name, dice: dead_letter_message(letter(name, value=value))


def _bare(name: str, dice: Random) -> Message:
    value = str(document(t.DISCOVERED, name)).encode()
    return Message(t.DEAD_LETTER.name, infohash_of(t.DISCOVERED, name).encode(), value)


def _marked(text: bytes, value: bytes | None) -> Callable[[str, Random], Message]:
    headers = (("dl_redriven", text),)
    return lambda name, dice: Message(t.DEAD_LETTER.name, name.encode(), value, headers)


def _keyless(name: str, dice: Random) -> Message:
    told = letter(name).model_copy(update={"topic": t.LINKED.name, "key": None})
    return dead_letter_message(told)


_NO_LETTERS = bytes(0x80 | byte & 0x3F for byte in range(256))
"""Makes bytes of any bytes that begin no character of UTF-8."""


def _bomb(name: str, dice: Random) -> Message:
    # Noise of a megabyte has words that the ban list knows, now and then: so it has no letters.
    # Six of eight bits are noise: what is left of it when it is compressed is the size.
    noise = dice.randbytes((MAX_MESSAGE_BYTES + 100_000) * 8 // 6).translate(_NO_LETTERS)
    return dead_letter_message(letter(name, value=noise))


def _refused(name: str, make: Callable[[str, Random], Message], **more: Any) -> LetterKind:
    return LetterKind(name, Fate.REFUSED, make, "invalid", **more)


def _through(name: str, make: Callable[[str, Random], Message], **more: Any) -> LetterKind:
    return LetterKind(name, Fate.THROUGH, make, **more)


def _passed(name: str, make: Callable[[str, Random], Message]) -> LetterKind:
    return LetterKind(name, Fate.PASSED, make)


LETTER_KINDS = (
    # No letters.
    _refused("a torrent", _bare),
    _refused("noise", lambda name, dice: Message(t.DEAD_LETTER.name, None, dice.randbytes(200))),
    _refused("no topic", _with(dl_topic=None)),
    _refused("no stage", _with(dl_stage=None)),
    _refused("stage of 100 KB", _with(dl_stage=b"x" * 100_000)),
    _refused("stage that is no text", _with(dl_stage=b"\xff\xfe")),
    _refused("NUL in its reason", _with(dl_reason=b"a\0b")),
    _refused("offset below nothing", _with(dl_offset=b"-1")),
    _refused("offset beyond a bigint", _with(dl_offset=str(2**63).encode())),
    _refused("offset NaN", _with(dl_offset=b"NaN")),
    _refused("offset of 5,000 digits", _with(dl_offset=b"9" * 5_000)),
    _refused("partition of words", _with(dl_partition=b"seven")),
    _refused("moment of words", _with(dl_at=b"yesterday")),
    _refused("a header without a value", _with(dl_at=b"")),
    _refused("mark of no id", _marked(b"no id", None)),
    _refused("mark of half an id", _marked(b"ab" * 15, b"x")),
    _refused("no text in its mark", _marked(b"\xff" * 32, None)),
    # Letters.
    _through("NUL in its error", _with(dl_error=b"a\0\xff\x1b[2Jb")),
    _through("error of 100 KB", _with(dl_error=b"x" * 100_000)),
    _through("of a topic that is not ours", _with(dl_topic=b"orders.v7")),
    _through("about a dead letter", _with(dl_topic=t.DEAD_LETTER.name.encode())),
    _through("no key, of a compacted topic", _keyless),
    _through("unknown headers", _with(dl_more=b"x", traceparent=b"zz", **{"": b""})),
    _through("bytes that are nothing", _valued(b"\xff\x00\xfe")),
    _through("no value", _valued(None)),
    _through(
        "no key and no value",
        lambda name, dice: dead_letter_message(
            letter(name).model_copy(update={"key": None, "value": None})
        ),
    ),
    _through("a header whose name is no UTF-8", _with(**{RawName("y", b"\xff"): b"y"})),
    _through("bytes that no other topic takes", _bomb, heavy=True),
    # On purpose nothing.
    _passed("tombstone", lambda name, dice: Message(t.DEAD_LETTER.name, name.encode(), None)),
    _passed(
        "mark of a letter that nobody wrote", lambda name, dice: redriven_mark(NAMES_NONE, None)
    ),
    # A letter about a letter that is none: it stays where it is, and is logged.
    _passed(
        "no letter about a dead letter", _with(dl_topic=t.DEAD_LETTER.name.encode(), dl_offset=b"x")
    ),
)
