"""The classifier over lines: `python -m models classify [FILE|-]`.

One line in, one dict out, in order.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from schemas import MAX_FILES, MAX_NAME, TorrentFile, clean_text
from schemas.base import MAX_PATH

_BATCH = 64
"""Lines read ahead. Enough for the BERT's full speed, few enough that a pipe answers soon."""


class BadLine(ValueError):
    """A line that is neither a name nor an object with one."""


def subject_from(line: str) -> NamedSubject:
    """The subject of one line.

    Args:
        line: a JSON object with `name`, `size`? and `files`? ([{path, size?}]), or a plain name
            that starts with no `{`.

    Raises:
        BadLine: no name, or a field of the wrong kind. The message says which.
    """
    return subject_of(object_from(line))


def object_from(line: str) -> dict[str, Any]:
    """The JSON object of one line; a plain name is an object with that name.

    Raises:
        BadLine: it begins as an object and is none.
    """
    text = line.strip()
    if not text.startswith("{"):
        return {"name": text}
    try:
        given: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        raise BadLine(
            'starts with { and is not valid JSON; a name that starts so is {"name": "{..."}'
        ) from None
    return given


def subject_of(raw: Mapping[str, Any]) -> NamedSubject:
    """The subject of an object with `name`, `size`? and `files`? ([{path, size?}]).

    Raises:
        BadLine: no name, or a field of the wrong kind. The message says which.
    """
    name = raw.get("name")
    if not isinstance(name, str) or not clean_text(name):
        raise BadLine("no name: expected a name, or an object with the string `name`")
    size = raw.get("size")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
        raise BadLine("`size` is not a number of bytes")
    return NamedSubject(clean_text(name)[:MAX_NAME].rstrip(), size, _files(raw.get("files")))


def _files(raw: Any) -> tuple[TorrentFile, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise BadLine("`files` is not a list")
    files = []
    for number, entry in enumerate(raw[:MAX_FILES], 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            raise BadLine(f"file {number} is not an object with the string `path`")
        path = clean_text(entry["path"])[-MAX_PATH:].strip() or f"file-{number}"
        try:
            files.append(TorrentFile(path=path, size=entry.get("size")))
        except ValidationError:
            raise BadLine(f"file {number}: `size` is not a number of bytes") from None
    return tuple(files)


def run(lines: Iterable[str], classifier: Classifier | None = None) -> Iterator[dict[str, Any]]:
    """Verdicts of lines, in order; a bad line gives `{"error": ...}` in its place.

    Args:
        lines: JSON objects or plain names; blank lines are bad lines.
        classifier: loaded if not given.

    Raises:
        bert.MissingRuntime, registry.WeightsError: the model cannot be loaded.
    """
    if classifier is None:
        from models import loading
        from models.active import Stage, chosen

        classifier = loading.classifier(chosen(Stage.CLASSIFY))
    source = iter(lines)
    while batch := list(islice(source, _BATCH)):
        read: list[NamedSubject | BadLine] = []
        for line in batch:
            try:
                read.append(subject_from(line))
            except BadLine as error:
                read.append(error)
        verdicts = iter(
            classifier.classify([item for item in read if isinstance(item, NamedSubject)])
        )
        for item in read:
            if isinstance(item, BadLine):
                yield {"error": str(item)}
            else:
                verdict = next(verdicts).model_dump(mode="json", exclude_none=True)
                yield {"name": item.name, **verdict, "model": classifier.model}
