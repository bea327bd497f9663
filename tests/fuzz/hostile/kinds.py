"""The kinds of hostile records: how each is made, and what must become of it."""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Any

from schemas import topics as t
from schemas.topics import Topic
from streams.kafka.publisher import Message
from tests.fuzz.hostile.documents import MARKER, Path, Shape, document, infohash_of


class Fate(StrEnum):
    """What must become of a record."""

    REFUSED = "refused"
    """A dead letter of every reader of its topic, with the reason of the kind."""
    THROUGH = "through"
    """It is read, and a row is there: what is odd about it is cleaned, cut or ignored."""
    PASSED = "passed"
    """Nothing, and on purpose: a tombstone."""
    UNSENT = "unsent"
    """The broker itself does not take it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An honest record that a kind makes a hostile one of."""

    shape: Shape
    name: str
    dice: Random

    @property
    def document(self) -> dict[str, Any]:
        """A copy of its JSON, to be spoilt."""
        return document(self.shape.topic, self.name)

    @property
    def key(self) -> bytes:
        """The key that it should have."""
        return infohash_of(self.shape.topic, self.name).encode()

    @property
    def message(self) -> Message:
        """The honest record itself."""
        return self.of(json.dumps(self.document).encode())

    def of(self, value: bytes | None) -> Message:
        """A record with the right key and another value."""
        return Message(self.shape.topic.name, self.key, value)

    def with_(self, path: Path, value: Any) -> Message:
        """The honest record with something else in a place."""
        return self.of(json.dumps(put(self.document, path, value)).encode())

    def spelt(self, path: Path, text: str) -> Message:
        """The honest record with a place spelt so in its JSON, which no encoder would write."""
        return self.of(json.dumps(put(self.document, path, "@@")).replace('"@@"', text).encode())

    def begun(self, prefix: bytes) -> Message:
        """The honest record with bytes before it."""
        return self.of(prefix + json.dumps(self.document).encode())

    def more(self, field: str) -> Message:
        """The honest record with one more field, as JSON spells it."""
        return self.of(json.dumps(self.document)[:-1].encode() + b"," + field.encode() + b"}")


class RawName(str):
    """A header's name in bytes that are no UTF-8, as clients in other languages may send it."""

    def __new__(cls, text: str, raw: bytes) -> "RawName":
        """Returns a name that looks like `text` and is sent as `raw`."""
        name = super().__new__(cls, text)
        name.raw = raw
        return name

    raw: bytes

    def encode(self, *_: Any, **__: Any) -> bytes:
        """What is sent."""
        return self.raw


Make = Callable[[Draft], Message]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of hostile records.

    `heavy` ones are large: of them there are few. `topics` says where there are such records;
    empty is everywhere.
    """

    name: str
    fate: Fate
    make: Make
    reason: str = ""
    heavy: bool = False
    is_for: Callable[[Topic], bool] = lambda topic: True


def put(node: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Puts a value in a place of a document, and returns the document."""
    inner = node
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return node


def _refused(name: str, reason: str, make: Make, **more: Any) -> Kind:
    return Kind(name, Fate.REFUSED, make, reason, **more)


def _through(name: str, make: Make, **more: Any) -> Kind:
    return Kind(name, Fate.THROUGH, make, **more)


def _fixed(value: bytes) -> Make:
    return lambda draft: draft.of(value)


def _infohash(value: Any) -> Make:
    def make(draft: Draft) -> Message:
        spoilt = draft.document
        for path in draft.shape.infohashes:
            put(spoilt, path, value)
        return draft.of(json.dumps(spoilt).encode())

    return make


def _capitals(draft: Draft) -> Message:
    return _infohash(draft.key.decode().upper())(draft)


def _keyed(key: bytes | None) -> Make:
    return lambda draft: replace(draft.message, key=key)


def _headed(*headers: tuple[str, Any]) -> Make:
    return lambda draft: replace(draft.message, headers=headers)


def _number(text: str) -> Make:
    return lambda draft: draft.spelt(draft.shape.number, text)


def _text(value: Any) -> Make:
    return lambda draft: draft.with_(draft.shape.text, value)


def _replaced(old: str, new: bytes) -> Make:
    return lambda draft: draft.of(json.dumps(draft.document).encode().replace(old.encode(), new))


def _cut(draft: Draft) -> Message:
    value = draft.message.value or b""
    return draft.of(value[: draft.dice.randrange(1, len(value))])


def _noise(draft: Draft) -> Message:
    # 0xff stands in no UTF-8.
    return draft.of(b"\xff" + draft.dice.randbytes(draft.dice.randrange(1, 2_000)))


def _many_files(draft: Draft) -> Message:
    spoilt = draft.document
    holder = spoilt
    for step in draft.shape.text[:-1]:
        holder = holder[step]
    holder["files"] = [{"path": f"disc/track {n}.flac", "size": n} for n in range(100_000)]
    return draft.of(json.dumps(spoilt).encode())


def _one_type_for_another(draft: Draft) -> Message:
    shape = draft.shape
    places = [*shape.infohashes, shape.text, shape.moment, shape.label]
    values = [[], {}, [[]], {"a": {}}, [1, 2], {"": None}]
    return draft.with_(draft.dice.choice(places), draft.dice.choice(values))


def _one_missing(draft: Draft) -> Message:
    spoilt = draft.document
    *above, last = draft.dice.choice(draft.shape.infohashes)
    holder = spoilt
    for step in above:
        holder = holder[step]
    del holder[last]
    return draft.of(json.dumps(spoilt).encode())


def _other_infohash(draft: Draft) -> Message:
    return draft.with_(draft.shape.infohashes[0], "ab" * 20)


def _named_twice(draft: Draft) -> Message:
    whole = json.dumps(draft.document)
    return draft.of(f'{{"{draft.shape.infohashes[0][0]}":"twice",{whole[1:]}'.encode())


def _tiring_name(draft: Draft) -> Message:
    part = draft.dice.choice(TIRING)
    return draft.with_(draft.shape.text, ("x" + part * 1_024)[:1_024])


def _tiring_files(draft: Draft) -> Message:
    spoilt = draft.document
    files = [{"path": "(" * 500 + f"{number}.mkv", "size": 1} for number in range(2_000)]
    put(spoilt, (*draft.shape.text[:-1], "files"), files)
    return draft.of(json.dumps(spoilt).encode())


def _only(*topics: Topic) -> Callable[[Topic], bool]:
    return lambda topic: topic in topics


TIRING = (
    *("(", "()", "[(", "9", "2011 ", "a.", " - ", "S01E01", "\u0301", "\u200d", " ", "[FLAC]"),
    *("'", "a & b feat. c ", "Vol. 1 Disc 2 ", "XIV ", "\u202e\u200f", "1-2-3-", "v1.2.3.", "a_"),
)
"""Parts of names that would tire a rule which tries every way to read them."""

_READ = _only(t.DISCOVERED, t.EXTRACTION_REQUESTS)
"""Topics whose texts are read by rules and networks."""

_LISTED = _only(t.DISCOVERED, t.EXTRACTION_REQUESTS, t.LLM_REQUESTS, t.CLASSIFIED)
"""Topics whose documents hold a torrent with its files."""

_IMAGES = {"medium": "other", "subcategory": "images", "confidence": 0.9, "source": "bert"}

_OBJECTS = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

KINDS = (
    # Bytes that are no JSON.
    _refused("no bytes", "not_json", _fixed(b"")),
    _refused("noise", "not_json", _noise),
    _refused("NUL bytes", "not_json", _fixed(bytes(64))),
    _refused("bad UTF-8 in a text", "not_json", _replaced(MARKER, b"\xff\xfe\xed\xa0\x80")),
    _refused("UTF-16", "not_json", lambda d: d.of(json.dumps(d.document).encode("utf-16"))),
    _refused("byte order mark", "not_json", lambda d: d.begun(b"\xef\xbb\xbf")),
    _refused("cut off", "not_json", _cut),
    _refused("more after its end", "not_json", lambda d: d.of((d.message.value or b"") * 2)),
    _refused("a pickle", "not_json", _fixed(b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94.")),
    _refused("an Avro frame", "not_json", _fixed(struct.pack(">bI", 0, 7) + b"Lantern")),
    # JSON that is no document of ours.
    _refused("null", "invalid", _fixed(b"null")),
    _refused("a number", "invalid", _fixed(b"7")),
    _refused("a text", "invalid", _fixed(b'"Lantern"')),
    _refused("a list", "invalid", _fixed(b"[]")),
    _refused("nothing in it", "invalid", _fixed(b"{}")),
    # Depth.
    _refused("100,000 lists", "not_json", _fixed(b"[" * 100_000 + b"]" * 100_000), heavy=True),
    _refused("100,000 lists, open", "not_json", _fixed(b"[" * 100_000), heavy=True),
    _refused("100,000 objects", "not_json", _fixed(_OBJECTS), heavy=True),
    _refused(
        "deep in a field that is ignored",
        "not_json",
        lambda d: d.more('"more":' + "[" * 100_000 + "]" * 100_000),
        heavy=True,
    ),
    _through(
        "150 lists in a field that is ignored", lambda d: d.more('"more":' + "[" * 150 + "]" * 150)
    ),
    # Numbers.
    _refused("NaN", "invalid", _number("NaN")),
    _refused("infinite", "invalid", _number("-Infinity")),
    _refused("1e400", "invalid", _number("1e400")),
    _refused("below nothing", "invalid", _number("-1")),
    _refused("one more than a bigint", "invalid", _number(str(2**63))),
    _refused("4,000 digits", "invalid", _number("9" * 4_000)),
    _refused("100,000 digits", "not_json", _number("9" * 100_000), heavy=True),
    _through("NaN in a field that is ignored", lambda d: d.more('"more":NaN')),
    # Texts.
    _refused("lone surrogate", "not_json", _replaced(MARKER, b"\\ud800")),
    _through("NUL in a text", _replaced(MARKER, b"a\\u0000b")),
    _refused("only NUL", "invalid", _text("\0\0\0")),
    _refused("empty text", "invalid", _text("")),
    _refused("NUL in a label", "invalid", lambda d: d.with_(d.shape.label, "a\0b")),
    _through("terminal codes", _replaced(MARKER, b"\\u001b[2J\\u202eLantern\\u0007")),
    _through("SQL and markup", _replaced(MARKER, b"'); DROP TABLE torrents;--<script>{0}%s${x}")),
    _through("a name of 1,024 characters that tires rules", _tiring_name, is_for=_READ),
    # Types and fields.
    _refused("one type for another", "invalid", _one_type_for_another),
    _refused("no infohash", "invalid", _one_missing),
    _refused("a moment after the year 9999", "invalid", lambda d: d.with_(d.shape.moment, 10**18)),
    _refused("a moment of words", "invalid", lambda d: d.with_(d.shape.moment, "yesterday")),
    _through("a field twice", _named_twice),
    _through(
        "5,000 unknown fields",
        lambda d: d.more(",".join(f'"f{number}":{number}' for number in range(5_000))),
        heavy=True,
    ),
    _refused(
        "a class that has no fields",
        "handler_error",
        lambda d: d.with_(("verdict",), _IMAGES),
        is_for=_only(t.EXTRACTION_REQUESTS),
    ),
    # Infohashes.
    _refused("short infohash", "invalid", _infohash("ab" * 19)),
    _refused("long infohash", "invalid", _infohash("ab" * 32)),
    _refused("no hex", "invalid", _infohash("zz" * 20)),
    _refused("a line after the infohash", "invalid", _infohash("ab" * 20 + "\n")),
    _refused("digits of another script", "invalid", _infohash("\u0661" * 40)),
    _refused("a number as infohash", "invalid", _infohash(7)),
    _through("capital infohash", _capitals),
    _refused(
        "two infohashes",
        "invalid",
        _other_infohash,
        is_for=_only(t.CLASSIFIED, t.LLM_REQUESTS),
    ),
    # Keys. The value says which torrent it is; the key only chose the partition.
    _through("no key", _keyed(None), is_for=lambda topic: not topic.compact),
    Kind("no key", Fate.UNSENT, _keyed(None), is_for=lambda topic: topic.compact),
    _through("empty key", _keyed(b"")),
    _through("key of another torrent", _keyed(b"ab" * 20)),
    _through("key that is no text", _keyed(b"\xff\x00\xfe" * 7)),
    Kind("tombstone", Fate.PASSED, lambda d: d.of(None)),
    # Headers.
    _through("foreign headers", _headed(*((f"x-{n}", b"\xff\x00") for n in range(300)))),
    _through("headers without a value", _headed(("x", None), ("", None), ("ce_id", None))),
    _through("headers of a dead letter", _headed(("dl_stage", b"store"), ("dl_topic", b"x"))),
    _through("mark of a redriven letter", _headed(("dl_redriven", b"ab" * 16))),
    _through("false CloudEvents", _headed(("ce_specversion", b"9"), ("ce_type", b"\x00"))),
    _through("bad traceparent", _headed(("traceparent", b"00-zz-zz-zz"), ("traceparent", b"\xff"))),
    _through("a header whose name is no UTF-8", _headed((RawName("x", b"x-\xff\xfe"), b"y"))),
    # Size.
    _through("header of 300 KB", _headed(("x", b"x" * 300_000)), heavy=True),
    _through("key of 1 MB", _keyed(b"k" * 1_000_000), heavy=True),
    _refused("name of 1 MB", "invalid", _text(f"{MARKER} " * 130_000), heavy=True),
    _refused("100,000 files", "invalid", _many_files, heavy=True, is_for=_LISTED),
    _through("2,000 files that tire rules", _tiring_files, heavy=True, is_for=_READ),
    _refused("5 MB of blanks", "not_json", _fixed(b" " * 5_000_000), heavy=True),
    _refused("larger than a message may be", "invalid", _text("x" * 20_000_000), heavy=True),
)
