"""JSON files of tags: what is written beside a torrent's files, and what Nomarr wrote is read from.

Nothing here writes where it was not asked to, and a file is there whole or not at all. Its name is
made of the infohash, or of the SHA-256 of a file of sound: other names are hostile text and part of
no path.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas import whole_file
from schemas.tag_legacy import Origin, read
from schemas.tags import AudioTags, TorrentTags

ENDING = ".tags.json"
MAX_BYTES = 16 * 1024 * 1024
"""Of a file that is read: a hundred thousand tags take less."""


_HALVES = re.compile(r"[\ud800-\udfff]")


class BadSidecar(ValueError):
    """The file holds no tags; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A tag of a file, and what became of it.

    Attributes:
        before: its name as it was.
        name: in the namespace; the same as before where it cannot be moved.
        value: whatever stood beside it.
        flag: why it was not moved, or where it was moved from; None where it was ours.
    """

    before: str
    name: str
    value: Any
    flag: str | None

    @property
    def is_moved(self) -> bool:
        """Whether the file changes by it."""
        return self.name != self.before


def sidecar(told: Iterable[TorrentTags]) -> dict[str, Any]:
    """The tags of one torrent as a JSON object, an entry a result, as events have them."""
    results = [tags.model_dump(mode="json", exclude_none=True) for tags in told]
    return {"infohash": results[0]["infohash"] if results else None, "results": results}


def write_sidecar(folder: Path, infohash: str, told: Iterable[TorrentTags]) -> Path:
    """Write the tags of a torrent to `INFOHASH.tags.json` in a folder; returns the path.

    Args:
        folder: is made if it is not there.
        infohash: 40 hex digits.
        told: its tags; a file of before is replaced.

    Raises:
        OSError: the folder or the file cannot be written. What was there stays.
    """
    return _written(folder, infohash, sidecar(told))


def write_audio_sidecar(folder: Path, sha256: str, heard: Iterable[AudioTags]) -> Path:
    """Write what models hear in a file to `SHA256.tags.json` in a folder; returns the path.

    Args:
        folder: is made if it is not there.
        sha256: of the file, 64 hex digits.
        heard: what each model hears; a file of before is replaced.

    Raises:
        OSError: the folder or the file cannot be written. What was there stays.
    """
    results = [tags.model_dump(mode="json", exclude_none=True) for tags in heard]
    return _written(folder, sha256, {"sha256": sha256, "results": results})


def _written(folder: Path, key: str, value: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (bytes.fromhex(key).hex() + ENDING)
    replace(path, value)
    return path


def replace(path: Path, value: Any) -> None:
    """Write JSON to a file, whole or not at all; one that is there keeps its mode.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    if _HALVES.search(text):  # half a character, which UTF-8 does not have
        text = json.dumps(value, indent=1)
    whole_file.replace(path, f"{text}\n")


def read_tags(path: Path) -> dict[str, Any]:
    """The object of a file of tags: name -> value.

    Raises:
        BadSidecar: it cannot be read, or is no JSON object.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadSidecar(f"it has more than {MAX_BYTES // 2**20} MiB")
        told = json.loads(path.read_bytes(), object_pairs_hook=_once)
    except OSError as error:
        raise BadSidecar(f"{path} cannot be read: {error.strerror}") from error
    except BadSidecar as error:
        raise BadSidecar(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise BadSidecar(f"{path} is no JSON") from error
    if not isinstance(told, dict):
        raise BadSidecar(f"{path} is no object of tags, name -> value")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of two fields of one name JSON would forget the first."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise BadSidecar("a name stands there twice, and one of the two would be lost")
    return fields


def migrated(tags: Mapping[str, Any], origins: Mapping[str, Origin]) -> list[Entry]:
    """What becomes of each tag, in order; none is thrown away.

    Of two that would have one name the first is moved; the other keeps its name, flagged.

    Args:
        tags: name -> value, as a file has them.
        origins: what made `essentia:*` tags: label -> origin; the empty label stands for all.
    """
    names = set(tags)
    entries = []
    for text, value in tags.items():
        known = read(text, origins)
        # A name that differs by capitals alone is ours as it is.
        name = text if known.name is None or known.flag is None else str(known.name)
        flag = known.flag
        if name != text and name in names:
            name, flag = text, f"there is a {name} already"
        names.add(name)
        entries.append(Entry(text, name, value, flag))
    return entries
