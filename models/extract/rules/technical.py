"""Technical metadata by rules: what `scan` read, sorted into fields; bitrate, bit depth and
containers besides.
"""

import re
from collections.abc import Sequence
from typing import Any

from models.extract.names.scan import END, START, SUBTITLE, Hit, language_codes, scan
from models.extract.rules.groups import release_group
from models.extract.rules.listing import AUDIO, VIDEO
from schemas import Technical, TorrentFile

CONTAINERS = AUDIO | VIDEO | {"iso", "cue"}
"""Extensions that name a container of audio or video; `.cue` says that a long file holds an album.
"""
_NO_CONTAINER = frozenset({"cue"})

_BITRATE = re.compile(
    START + r"@?~?(\d{2,4})[ ._]?(?:kbps|kbits?(?:/s)?|kb/s|кбит|k(?=[\s\])]))(?!\w)", re.IGNORECASE
)
_BARE_BITRATE = re.compile(
    r"(?:\b(?:mp3|m4a|aac)[\s\-@]{1,3}|[\[(])(128|160|192|224|256|320)(?:\s?(?:cbr|vbr))?(?=[\s\])]|$)",
    re.IGNORECASE,
)
_BIT_DEPTH = re.compile(START + r"(8|10|12|16|24|32)[ ._-]?bits?" + END, re.IGNORECASE)
_DEPTH_AND_RATE = re.compile(
    START + r"(16|24|32)[-/ _](?:44(?:[.,]1)?|48|88(?:[.,]2)?|96|176(?:[.,]4)?|192)" + r"(?!\d)",
    re.IGNORECASE,
)
_SINGLE = ("resolution", "source", "codec", "audio_codec", "edition")

_BY_EXTENSION = {
    "flac": "FLAC",
    "mp3": "MP3",
    "m4b": "AAC",
    "opus": "Opus",
    "ape": "APE",
    "wv": "WavPack",
    "dsf": "DSD",
    "wav": "WAV",
}


def technical(
    name: str, files: Sequence[TorrentFile] | None = None, start: int | None = None
) -> Technical:
    """What a name (and the extensions of its files) say about the release. Unknown is `None` or
    empty.

    Args: name: the name. files: the files, if they are known. start: where the description of the
        release begins (`scan.description`, or an earlier year or numbering). Languages and weak
        words before it belong to the title. Without it only what is in brackets or at the end is
        believed.
    """
    hits = scan(name)
    after = len(name) if start is None else start
    described = [
        hit
        for hit in hits
        if hit.start >= after
        or (not hit.weak and hit.field not in ("languages", "edition"))
        or _bracketed(name, hit)
    ]
    found: dict[str, Any] = dict.fromkeys(_SINGLE)
    lists: dict[str, dict[str, None]] = {"hdr": {}, "languages": {}, "subtitles": {}}
    for hit in described:
        if hit.field == "source" and hit.value in _LATE and found["source"] not in (None, "WEB-DL"):
            continue
        if hit.field in _SINGLE:
            if found[hit.field] is None or (
                hit.field == "source" and found["source"] in _VAGUE and hit.value not in _VAGUE
            ):
                found[hit.field] = hit.value
        elif hit.field == "flags":
            found[hit.value] = True
        elif hit.value == "run":
            lists["subtitles"] |= dict.fromkeys(_languages_in(hit.text))
        elif hit.field in lists:
            lists[hit.field][hit.value] = None
    if start is not None:
        _add_codes(name, after, lists)
    if len(lists["subtitles"]) > 1:
        lists["subtitles"].pop("yes", None)
    found |= {field: tuple(values)[:32] for field, values in lists.items()}
    if found["resolution"] is None and any(hit.text == "uhd" for hit in described):
        found["resolution"] = "2160p"
    if found["resolution"] is None and any(hit.text in ("pal", "ntsc") for hit in described):
        found["resolution"] = "576p" if any(hit.text == "pal" for hit in described) else "480p"
    found["containers"] = containers(name, files)
    found["bitrate"] = _number(_BITRATE, name) or _number(_BARE_BITRATE, name)
    found["bit_depth"] = _number(_BIT_DEPTH, name) or _number(_DEPTH_AND_RATE, name)
    found["release_group"] = release_group(name)
    if found["audio_codec"] is None:
        found["audio_codec"] = next(
            (codec for ext, codec in _BY_EXTENSION.items() if ext in found["containers"]), None
        )
    return Technical(**found)


_VAGUE = frozenset({"HDRip", "CD"})
"""Sources that a clearer one beside them overrules."""
_LATE = frozenset({"Remux"})
"""A remux of a broadcast is a broadcast: the word names the source only if nothing else does."""


def _bracketed(name: str, hit: Hit) -> bool:
    """Whether the word stands in brackets, alone or among others."""
    opened = max(name.rfind(mark, 0, hit.start) for mark in "[({【")
    closed = max(name.rfind(mark, 0, hit.start) for mark in "])}】")
    return opened > closed


def _languages_in(text: str) -> list[str]:
    """The languages that a run of words names."""
    found = [
        hit.value
        for hit in scan(re.sub(rf"(?:soft|hard|ext)?-?{SUBTITLE}", " ", text))
        if hit.field == "languages"
    ]
    return found or ["yes"]


def _add_codes(name: str, start: int, lists: dict[str, dict[str, None]]) -> None:
    """Two-letter codes where the release is described: languages, or subtitles before "sub"."""
    for language, place in language_codes(name, start):
        kind = (
            "subtitles"
            if re.match(r"..[ .-]?subs?(?![a-z])", name[place : place + 9], re.IGNORECASE)
            else "languages"
        )
        lists[kind][language] = None


def containers(name: str, files: Sequence[TorrentFile] | None) -> tuple[str, ...]:
    """Container extensions, the one with most files first; from the name itself where files are
    unknown.
    """
    counts: dict[str, int] = {}
    for path in [file.path for file in files] if files else [name]:
        extension = path.rpartition(".")[2].lower()
        if extension in CONTAINERS and extension not in _NO_CONTAINER:
            counts[extension] = counts.get(extension, 0) + 1
    return tuple(sorted(counts, key=lambda extension: (-counts[extension], extension))[:16])


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match and int(match[1]) > 0 else None
