"""Technical metadata by rules (`technical.toml`): resolution, source, codecs, bitrate, languages, release group and so on."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from models.extract.listing import AUDIO, VIDEO
from schemas import Technical, TorrentFile

CONTAINERS = AUDIO | VIDEO | {"iso", "cue"}
"""Extensions that name a container of audio or video; `.cue` says that a long file holds an album."""
_NO_CONTAINER = frozenset({"cue"})

_START = r"(?<![^\s._\-\[\](){},+&/|~])"
_END = r"(?![^\s._\-\[\](){},+&/|~])"
_LISTS = frozenset({"hdr", "languages", "subtitles"})

_BITRATE = re.compile(_START + r"@?~?(\d{2,4})[ ._]?(?:kbps|kbit(?:/s)?|kb/s|кбит|k(?=[\s\])]))(?!\w)", re.IGNORECASE)
_BARE_BITRATE = re.compile(
    r"(?:\bmp3[\s\-@]{1,3}|[\[(])(128|160|192|224|256|320)(?:\s?(?:cbr|vbr))?(?=[\s\])]|$)", re.IGNORECASE
)
_BIT_DEPTH = re.compile(_START + r"(8|10|12|16|24|32)[ ._-]?bits?" + _END, re.IGNORECASE)
_DEPTH_AND_RATE = re.compile(
    _START + r"(16|24|32)[-/ _](?:44(?:[.,]1)?|48|88(?:[.,]2)?|96|176(?:[.,]4)?|192)" + r"(?!\d)", re.IGNORECASE
)
_GROUP = re.compile(r"-([A-Za-z0-9]{2,15})(?:\[[\w.]{2,12}\])?(?:\.(?:mkv|mp4|avi|m4v|ts))?$")
_FANSUB = re.compile(r"^\[([^\[\]]{2,30})\]")
_NO_GROUP = re.compile(r"^(?:\d+|[xh]26[45]|flac|mp3|dl|rip|ray|hd|web|dvd|cd|ma)$", re.IGNORECASE)


@cache
def rules() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The rules of `technical.toml`: field -> (value, pattern) in order."""
    table = tomllib.loads((Path(__file__).parent / "technical.toml").read_text(encoding="utf-8"))
    return {
        field: [(value, re.compile(f"{_START}(?:{pattern}){_END}", re.IGNORECASE)) for value, pattern in values.items()]
        for field, values in table.items()
    }


def technical(name: str, files: Sequence[TorrentFile] | None = None) -> Technical:
    """What a name (and the extensions of its files) say about the release. Unknown is `None` or empty."""
    found: dict[str, Any] = {}
    for field, patterns in rules().items():
        if field == "flags":
            found |= {value: True for value, pattern in patterns if pattern.search(name)}
        elif field in _LISTS:
            found[field] = tuple(value for value, pattern in patterns if pattern.search(name))
        else:
            found[field] = next((value for value, pattern in patterns if pattern.search(name)), None)
    if len(found["subtitles"]) > 1:
        found["subtitles"] = tuple(value for value in found["subtitles"] if value != "yes")
    found["containers"] = containers(name, files)
    found["bitrate"] = _number(_BITRATE, name) or _number(_BARE_BITRATE, name)
    found["bit_depth"] = _number(_BIT_DEPTH, name) or _number(_DEPTH_AND_RATE, name)
    found["release_group"] = release_group(name)
    if found["audio_codec"] is None:
        found["audio_codec"] = next((codec for ext, codec in _BY_EXTENSION.items() if ext in found["containers"]), None)
    return Technical(**found)


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


def containers(name: str, files: Sequence[TorrentFile] | None) -> tuple[str, ...]:
    """Container extensions, the one with most files first; from the name itself where files are unknown."""
    counts: dict[str, int] = {}
    for path in [file.path for file in files] if files else [name]:
        extension = path.rpartition(".")[2].lower()
        if extension in CONTAINERS and extension not in _NO_CONTAINER:
            counts[extension] = counts.get(extension, 0) + 1
    return tuple(sorted(counts, key=lambda extension: (-counts[extension], extension))[:16])


def release_group(name: str) -> str | None:
    """The group that made the release: at the end after a dash (scene), or in brackets at the start (fansub)."""
    if (match := _GROUP.search(name)) and not _NO_GROUP.match(match[1]):
        return match[1]
    match = _FANSUB.match(name)
    return match[1].strip() if match and not re.search(r"\d{3,4}p|\.(?:com|org|net|ru)\b", match[1]) else None


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match and int(match[1]) > 0 else None
