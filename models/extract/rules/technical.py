"""Technical metadata by rules: what `scan` read, sorted into fields, and what only numbers say."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from models.extract.evidence.fitting import fitted
from models.extract.names.endings import CONTAINERS
from models.extract.names.languages import language_codes
from models.extract.names.release_words import fields
from models.extract.names.scan import RUN, SUBTITLE, Hit, scan
from models.extract.names.words import is_inside_bracket
from models.extract.rules.editions import open_edition
from models.extract.rules.groups import release_group
from models.extract.rules.sound import sound
from schemas import Technical, TorrentFile

_NO_CONTAINER = frozenset({"cue"})
_MOST_VALUES = 32
_MOST_CONTAINERS = 16

_BESIDE = 4
"""Characters between two words of one description."""
_UNTOLD = (None, "Anniversary")
"""Editions that the name may tell more of: `30th Anniversary Edition`."""

_SUBTITLE = re.compile(rf"(?:soft|hard|ext)?-?{SUBTITLE}")
_CODE_OF_SUBTITLES = re.compile(r"..[ .-]?subs?(?![a-z])", re.IGNORECASE)

_CODEC_BY_EXTENSION = {
    "flac": "FLAC",
    "mp3": "MP3",
    "m4b": "AAC",
    "opus": "Opus",
    "ape": "APE",
    "wv": "WavPack",
    "dsf": "DSD",
    "wav": "WAV",
}
_RESOLUTION_BY_STANDARD = {"uhd": "2160p", "pal": "576p", "ntsc": "480p"}
"""What a standard says of the resolution if nothing else does; the first here wins."""

Lists = dict[str, dict[str, None]]
"""Field -> its values in order, each once."""


def technical(
    name: str, files: Sequence[TorrentFile] | None = None, start: int | None = None
) -> Technical:
    """What a name, and the extensions of its files, say about the release.

    Args:
        name: the name.
        files: the files, if they are known.
        start: where the description of the release begins (`description`, or an earlier year or
            numbering). Languages and weak words before it belong to the title. Without it only
            what is in brackets is believed.
    """
    hits = _believed(name, len(name) if start is None else start)
    values, lists = _told(hits)
    if start is not None:
        _add_codes(name, start, lists, hits)
    if len(lists["subtitles"]) > 1:
        lists["subtitles"].pop("yes", None)
    extensions = containers(name, files)
    values |= {field: tuple(entries)[:_MOST_VALUES] for field, entries in lists.items()}
    if "resolution" not in values:
        values["resolution"] = _resolution_of_standard(hits)
    if extensions and "audio_codec" not in values:
        values["audio_codec"] = _codec_of(extensions)
    if values.get("edition") in _UNTOLD:
        values["edition"] = open_edition(name) or values.get("edition")
    heard = sound(name)
    values |= {
        "containers": extensions,
        "bitrate": heard.bitrate,
        "bit_depth": heard.bit_depth,
        "sample_rate": heard.sample_rate,
        "release_group": release_group(name),
    }
    return fitted(Technical.model_validate, values)


def _believed(name: str, start: int) -> list[Hit]:
    """What describes the release: what stands behind the start or in brackets, and clear words."""
    hits = scan(name)
    return [
        hit
        for hit in hits
        if (
            hit.start >= start
            or not (hit.weak or hit.word.field.in_titles)
            or is_inside_bracket(name, hit.start)
        )
        and not (hit.field == "languages" and _is_name(name, hit, hits))
    ]


def _is_name(name: str, language: Hit, hits: Sequence[Hit]) -> bool:
    """Whether what reads as a language is a person ("Dan Harbour") or the end of a site."""
    if _is_of_site(name, (language.start, language.end), hits):
        return True
    if not language.weak or not name[language.start : language.end].istitle():
        return False
    return not any(
        0 <= language.start - hit.end < _BESIDE or 0 <= hit.start - language.end < _BESIDE
        for hit in hits
        if hit is not language
    )


def _is_of_site(name: str, place: tuple[int, int], hits: Sequence[Hit]) -> bool:
    """Whether a word ends the address of a site in brackets: `[lantern.LT]`.

    In `(DVDRip.ITA)` the word before it describes the release.
    """
    start, end = place
    if name[start - 1 : start] != "." or name[end : end + 1] not in ("]", ")"):
        return False
    opened = max(name.rfind("[", 0, start), name.rfind("(", 0, start))
    return not any(opened < hit.start < start for hit in hits)


def _told(hits: Sequence[Hit]) -> tuple[dict[str, Any], Lists]:
    """The fields that take one value, with flags, and those that take all values.

    Of those that take one it is that of the first word, unless a clearer one follows.
    """
    first: dict[str, Hit] = {}
    flags: dict[str, Any] = {}
    lists: Lists = {name: {} for name in _list_fields()}
    for hit in hits:
        field = hit.word.field
        if field.takes == "all":
            told = _languages_in(hit.text) if hit.value == RUN else (hit.value,)
            lists[field.name] |= dict.fromkeys(told)
        elif field.takes == "flag":
            flags[hit.value] = True
        elif field.takes == "first":
            before = first.setdefault(field.name, hit)
            if before.word.vague and not (hit.word.vague or hit.word.yields):
                first[field.name] = hit
    return {field: hit.value for field, hit in first.items()} | flags, lists


@cache
def _list_fields() -> tuple[str, ...]:
    """The names of the fields that take all values."""
    return tuple(name for name, field in fields().items() if field.takes == "all")


def _languages_in(text: str) -> list[str]:
    """The languages that a run of words names."""
    spoken = [hit.value for hit in scan(_SUBTITLE.sub(" ", text)) if hit.field == "languages"]
    return spoken or ["yes"]


def _add_codes(name: str, start: int, lists: Lists, hits: Sequence[Hit]) -> None:
    """Add the languages of codes in capitals; before "sub" they are those of the subtitles.

    What was read as something else is no code.
    """
    for language, place, end in language_codes(name, start):
        if any(hit.start == place for hit in hits) or _is_of_site(name, (place, end), hits):
            continue
        is_subtitle = _CODE_OF_SUBTITLES.match(name[place : place + 9])
        lists["subtitles" if is_subtitle else "languages"][language] = None


def _resolution_of_standard(hits: Sequence[Hit]) -> str | None:
    texts = {hit.text for hit in hits}
    standards = _RESOLUTION_BY_STANDARD.items()
    return next((resolution for standard, resolution in standards if standard in texts), None)


def _codec_of(extensions: Sequence[str]) -> str | None:
    codecs = _CODEC_BY_EXTENSION.items()
    return next((codec for extension, codec in codecs if extension in extensions), None)


def containers(name: str, files: Sequence[TorrentFile] | None) -> tuple[str, ...]:
    """Container extensions, the one with most files first; that of the name if it has no files."""
    counts: dict[str, int] = {}
    for path in [file.path for file in files] if files else [name]:
        extension = path.rpartition(".")[2].lower()
        if extension in CONTAINERS and extension not in _NO_CONTAINER:
            counts[extension] = counts.get(extension, 0) + 1
    by_count = sorted(counts, key=lambda extension: (-counts[extension], extension))
    return tuple(by_count[:_MOST_CONTAINERS])
