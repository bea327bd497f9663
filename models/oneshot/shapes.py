"""Answers as JSON: the brief shape, the full one, and the fields that are picked of either."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from models.extract import cli
from models.oneshot.answer import Answer
from schemas import Medium, uniform
from schemas.metadata import Metadata, Technical

Shape = dict[str, Any]

BRIEF = (
    "medium",
    "subcategory",
    "confidence",
    "source",
    "nsfw",
    "torznab",
    "metadata",
    "technical",
)
"""The keys of the brief shape, all of them in every answer."""

OWN = ("own_class", "own_confidence")
"""The keys of an answer that is of a class of the user's own; no other answer has them."""

FULL = (
    "name",
    "infohash",
    "read_from",
    "size",
    "files",
    *BRIEF,
    "rule",
    "why",
    "runner_up",
    "record_confidence",
    "evidence",
    "notes",
)
"""The keys of the full shape. What is unknown is null; there is no key less."""

_FOUNDERS = frozenset({Medium.AUDIO, Medium.VIDEO})
"""Media whose creator is called `artist` beside the name that the subcategory has for it."""


class UnknownField(ValueError):
    """A field was asked for that no answer has; the message names those that there are."""


def brief(answer: Answer) -> Shape:
    """The brief shape: eight keys, whatever the answer, and two of a class of the user's own."""
    return {
        "medium": answer.medium.value,
        "subcategory": answer.subcategory.value,
        "confidence": answer.confidence,
        "source": answer.source,
        "nsfw": answer.nsfw,
        "torznab": answer.torznab,
        **own_class(answer),
        "metadata": metadata(answer),
        "technical": technical(answer),
    }


def own_class(answer: Answer) -> Shape:
    """The class of the user's own, and how sure it is; no keys where there is none."""
    verdict = answer.verdict
    if verdict.own_class is None:
        return {}
    return {"own_class": verdict.own_class, "own_confidence": verdict.own_confidence}


def full(answer: Answer) -> Shape:
    """The full shape: the brief one, how it came about, and where each field stands."""
    subject = answer.subject
    files = subject.files
    return {
        "name": answer.name,
        "infohash": getattr(subject, "infohash", None),
        "read_from": getattr(subject, "source", None),
        "size": subject.size,
        "files": None if files is None else len(files),
        **brief(answer),
        "rule": answer.verdict.rule,
        "why": list(answer.verdict.why),
        "runner_up": _runner_up(answer),
        "record_confidence": answer.record.confidence if answer.record else None,
        "evidence": evidence(answer),
        "notes": list(getattr(subject, "notes", ())),
    }


def _runner_up(answer: Answer) -> Shape | None:
    if answer.runner_up is None or answer.margin is None:
        return None
    medium, chance = answer.runner_up
    return {
        "medium": medium.value,
        "confidence": round(chance, 3),
        "margin": round(answer.margin, 3),
    }


def metadata(answer: Answer) -> Shape:
    """Title, artist and year under these names, then the fields of the subcategory under its own.

    `title` is an album's `album_name`, a series' `series_title` and so on; `artist` is there for
    audio and video. What is unknown is left out.
    """
    if answer.metadata is None:
        return {}
    flat = uniform(answer.metadata)
    common = {
        "title": flat.title,
        "artist": flat.creator if answer.medium in _FOUNDERS else None,
        "year": flat.year,
    }
    told = {field: value for field, value in common.items() if value is not None}
    return told | own_fields(answer)


def own_fields(answer: Answer) -> Shape:
    """The fields of the subcategory's record that are known, under their own names."""
    return cli.metadata(answer.record) if answer.record else {}


def technical(answer: Answer) -> Shape:
    """What is known of how the release is made."""
    return cli.technical(answer.record) if answer.record else {}


def evidence(answer: Answer) -> Shape:
    """Field -> source, confidence, and the span in the name or the path of the file."""
    return cli.evidence(answer.record) if answer.record else {}


def picked(shape: Mapping[str, Any], fields: Sequence[str]) -> Shape:
    """The fields of a shape that are asked for, nested as they were.

    A field is a path of keys (`metadata.title`). In a list it picks of every entry
    (`metadata.tracks.name`). What this answer does not have is left out.

    >>> picked({"medium": "audio", "metadata": {"title": "Low Tide", "year": 2006}},
    ...        ["metadata.year"])
    {'metadata': {'year': 2006}}
    """
    tree: dict[str, Any] = {}
    for field in fields:
        branch = tree
        for key in field.split("."):
            branch = branch.setdefault(key, {})
    kept: Shape = _pruned(shape, tree)
    return kept


def checked_fields(text: str, keys: Sequence[str]) -> list[str]:
    """The fields of a comma-separated list.

    Args:
        text: such as `medium,metadata.title`.
        keys: what a field may begin with.

    Raises:
        UnknownField: a field begins with none of the keys, no record has it, or there is none.
    """
    fields = [field.strip() for field in text.split(",") if field.strip()]
    known = (*keys, *OWN)
    unknown = [field for field in fields if field.split(".")[0] not in known]
    if unknown or not fields:
        said = f"no field {unknown[0]!r}" if unknown else "no field is named"
        raise UnknownField(f"{said}; there are: {', '.join(keys)} (and a.b for what is inside)")
    for field in fields:
        _check_inside(*field.split(".")[:2])
    return fields


def _check_inside(key: str, inside: str | None = None) -> None:
    """Raises `UnknownField` for a field that no record has."""
    if inside is None or key not in ("metadata", "technical"):
        return
    known = set(Technical.model_fields)
    if key == "metadata":
        records = get_args(get_args(Metadata)[0])
        known = {"title", "artist", "year"}.union(*(record.model_fields for record in records))
    if inside not in known:
        told = ", ".join(sorted(known - {"subcategory"}))
        raise UnknownField(f"no field '{key}.{inside}'; in {key} there are: {told}")


def _pruned(value: Any, tree: Mapping[str, Any]) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_pruned(entry, tree) for entry in value]
    if not isinstance(value, Mapping):
        return value
    return {key: _pruned(value[key], branch) for key, branch in tree.items() if key in value}
