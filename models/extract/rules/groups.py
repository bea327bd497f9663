"""The release group, and what re-posters hang behind it.

The group stands after the last dash (scene), in brackets at the start (fansub) or at the end, or
last in a bracket of technical words.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from models.extract.names.languages import is_language_code
from models.extract.names.scan import Hit, is_described, scan
from models.extract.names.scene_prefix import scene_prefix
from models.extract.names.words import REMEMBERED, is_inside_bracket

Hits = tuple[Hit, ...]

_FARTHEST_DASH = 6
"""Characters behind a technical word in which its dash stands."""
_LONGEST_LAST = 32
"""Characters of the longest group at the end of a name, with what stands around it."""
_LONGEST_KNOWN = 20

_EXTENSION = re.compile(
    r"\.(?:mkv|mp4|avi|m4v|ts|wmv|mov|mp3|flac|m4a|zip|rar|iso|nzb|nfo|torrent|epub|pdf|mk3d)\s*$",
    re.IGNORECASE,
)
_POSTERS = re.compile(
    r"(?:-(?:RP|1|NZBGeek|Obfuscated|Obfuscation|Scrambled|sample|Pre|postbot|xpost|Rakuv\w*"
    r"|WhiteRev|BUYMORE|AsRequested|AlternativeToRequested|GEROV|Z0iDS3N|Chamele0n|4P|4Planet"
    r"|AlteZachen|RePACKPOST)"
    r"|[ _.](?:English|German|French)"
    r"|\s*-?\s*[\[{]\s*(?:eztv\w*(?:[. ]\w+)?|ettv|rartv|rarbg(?:\.\w+)?|tgx|glotorrents|ethd|vtv"
    r"|mazemaze16|orarbg|eztvx\.to|publichd"
    r"|(?:www\.)?[\w-]+(?:\.[\w-]+)*"
    r"\.(?:com|org|net|cc|to|io|re|gov|uk|eu|info|is|ro|ag|it|pw|se|xyz))\s*[\]}]"
    r"|\s*-=\{[^}]*\}=-)\s*$",
    re.IGNORECASE,
)
"""What indexers and posters append, as Radarr and Sonarr list it (ReleaseGroupParser)."""

_POSTERS_END = (
    *("]", "}", "=-", "english", "german", "french", "-rp", "-1", "-nzbgeek", "-obfuscated"),
    *("-obfuscation", "-scrambled", "-sample", "-pre", "-postbot", "-xpost", "-whiterev"),
    *("-buymore", "-asrequested", "-alternativetorequested", "-gerov", "-z0ids3n", "-chamele0n"),
    *("-4p", "-4planet", "-altezachen", "-repackpost"),
)
"""How those end: a name that ends otherwise is not searched for them."""
_LONGEST_POSTER = 24

_MOST_POSTERS = 3
_TAKEN_IN = re.compile(r"_(?:int|rerip|repack)$", re.IGNORECASE)
_KNOWN = re.compile(
    r"[-. \[](D-Z0N3|Blu-bits|FTW-HS|MrSeeN-SiMPLE|BEN[ .]THE[ .]MEN|VARYG|E\.N\.D"
    r"|YTS\.(?:MX|AM|AG|LT))\]?$"
)
"""Groups whose names have a separator in them; Radarr keeps the same list."""

_LAST = re.compile(
    r"(?:(?<=[^\s])-|[@￡]|(?<=\s)-\s?|_-_|(?<=\))\s-\s)(?P<group>[^\W_][\w®ツ]{1,24})[)\]]?\s*$"
)
_BEHIND_WORD = re.compile(
    r"(?:[. ]?\d(?:[. ]\d)?)?\)?-(?P<group>[^\W_][\w®ツ]{1,24}?(?:-[^\W_]\w{1,15})?)"
    r"(?:_(?:eng|ita|fre|ger|spa|esp|multi|rus|sample|proof|subs?)\w*)?"
    r"(?=\.?(?:$|[\s\[\](){}+])|\.-\.|\.(?:proof|sample|subs?)$)",
    re.IGNORECASE,
)
"""A dash behind a technical word, perhaps with its channels (`AAC2.0-GRP`), whatever follows."""
_LAST_WORD = re.compile(r"(?:[. ]?\d(?:[. ]\d)?)?[. ](?P<group>[A-Za-z][A-Za-z0-9]{2,14})$")
"""A last word behind a technical one: `x264 GRP`."""
_WRITTEN_AS_GROUP = re.compile(r"[A-Z0-9]{4,}$|\w*[a-z][A-Z]|\w*[A-Z]{2,}[a-z]|\w*\d[A-Za-z]")
"""Capitals or digits as no word of a language has them."""
_BEHIND_YEAR = re.compile(r"-(?:19|20)\d\d-(?P<group>[^\W_]\w{1,24}?)(?:_\w+)?(?=$|[\s\[({])")
"""`Artist-Title-2003-GRP`."""
_END_BRACKET = re.compile(r"[\[(](?P<group>(?![a-z]{2}\])[A-Za-z][\w.&+-]{1,20})\]\s*$")
_IN_BRACKET = re.compile(
    r"[\[(][^\[\]()]*(?:\d{3,4}p|x26[45]|HEVC)[^\[\]()]*?[ .-]"
    r"(?P<group>[A-Za-z][A-Za-z0-9]{1,20})[\])]\s*$",
    re.IGNORECASE,
)
_FANSUB = re.compile(r"^\s*[\[【](?P<group>[^\[\]【】]{1,40})[\]】]")
_NO_GROUP = re.compile(
    r"^(?:\d+|(?:19|20)\d[\dx]|[0-9a-f]{8}|\d{3,4}p|[xh]?26[45]|dl\w*|(?:bd|web|tv|hdtv|dvd)?mux"
    r"|rip|ray|hd|ma|es|cd\d?|vol|end|fin|batch|full|edition|subs?|episode|season|s\d+(?:e\d+)*"
    r"|e\d+|part\w*|single|album|ep|lossless|mp3|flac|web|multi|dual|official|english|sub|raw"
    # Quantities, and what lies beside the work.
    r"|\d+(?:k|kb|kbits?|kbps|kbs|\w*bits?|[mg]b|k?hz|fps|rpm|km|cds?|dvds?|ch)|box(?:set)?|comm"
    r"|commentary|chapters?|cues?|logs?|scans?|cov(?:ers?)?|art(?:work|book)?|booklet|soundtrack"
    r"|ost|yuv\w+|extras?|bonus|sample|proper|repack|discogra(?:phy|fia)|mkv|mp4|avi|m4a|m4b|epub"
    r"|pdf|mobi|cbr|cbz|iso|rar|zip"
    # Processors and systems that a program runs on.
    r"|amd64|x86(?:_64)?|x64|i[3-6]86|ia32|ia64|arm(?:64|hf|el|v\d\w?)?|aarch64|ppc\w*|riscv\w*"
    r"|s390x|win(?:dows)?(?:32|64)?|linux|macos|osx|android|universal|desktop|server|netinst|live|minimal"
    # Forms of the discs of a console, and the region of a program.
    r"|cia|cso|ntsc(?:-[ju])?|(?-i:US|GB|EN)"
    # How a program was made to run.
    r"|(?:pre)?activat(?:ed|ion|or)|(?:pre)?crack(?:ed|s)?|keygen|keymaker|serials?|licen[cs]ed?"
    r"|patch(?:ed)?|portable|setup|installer|updates?|beta|alpha|final|stable|registered|unlocked"
    # What a name says of its sound or its text.
    r"|explicit|tr\d\d|unabridged"
    r"|audio-?book|h(?:ö|oe)rbuch|audiolibro|audiolivre|luisterboek|ljudbok|lydbok|аудиокнига"
    r")$",
    re.IGNORECASE,
)
_SIGNS = "@￡"
_SIGNS_BEFORE_LAST = f"-{_SIGNS}"
_PREFIX = r"(?<![^\W_])(?:pre|re|non|semi|multi|dual|sci|hi|wi|lo)-"
"""Begins a compound word, such as `Re-Upload`."""
_COMPOUND = re.compile(_PREFIX, re.IGNORECASE)
_PREFIX_BEFORE = re.compile(_PREFIX + r"\Z", re.IGNORECASE)
_LONGEST_PREFIX = 6
_YEAR_OR_FORMAT = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<![^\W_])(?:s\d\d(?:e\d\d)?|e-?book|epub|pdf|mobi|azw3?|cb[rz]"
    r"|retail|incl|keygen|v\d[\d.]*)(?![^\W_])",
    re.IGNORECASE,
)
"""What describes a release, too, and is no technical word."""
_SIGNATURE = re.compile(r"\s-(?=\S)|\w*[a-z][A-Z]")
"""`Title -Group`, or capitals inside a word, as groups write themselves."""
_BY = re.compile(
    r"[\[(](?:[^\[\]()]*[ ._])?by[ ._](?P<group>[^\W_][\w-]{1,23})[\])]\s*$", re.IGNORECASE
)
"""`[Rip by Group]`."""
_BY_AT_END = re.compile(
    r"[ ._]by[ ._](?P<group>(?-i:(?![a-zа-я]+\Z))[^\W_]\w{1,23})\Z", re.IGNORECASE
)
"""`DVDRip by Group`; in small letters it is a word."""
_LONGEST_BY = 30
_BEFORE_TAIL = re.compile(r".*[-+&](?=[^-+&]+$)")
_PARTS = re.compile(r"[-.+&_ ]")
# `[email protected]` is what sites write for anything with an @, to hide addresses from robots.
_SITE = re.compile(
    r"\.(?:com|org|net|ru|cc|to|tv|me|io|in|li|info|xyz|uno|pl)\b|www\.|https?:"
    r"|\.(?-i:[a-z]{2,8})\s*$|^email.protected$|^\d{3,4}p$",
    re.IGNORECASE,
)


def release_group(name: str) -> str | None:
    """The group that made the release. Returns None if the name does not say."""
    text = _without_posters(_EXTENSION.sub("", name.strip()))
    if match := _KNOWN.search(text, max(0, len(text) - _LONGEST_KNOWN)):
        return match[1]
    return _behind_dash(text, _hits(name, text)) or scene_prefix(text) or _in_brackets(text)


def _hits(name: str, text: str) -> Hits:
    """What describes the release in a name of which the end was taken off; it is read once."""
    if name.startswith(text):
        return tuple(hit for hit in scan(name) if hit.end <= len(text))
    return scan(text)


def _behind_dash(text: str, hits: Hits) -> str | None:
    """The group behind the last dash, or behind one that follows a technical word or the year."""
    for place in _signed_places(text, hits):
        if place is not None and (group := _signed(place, text)) is not None:
            return group
    match = _last_signed(text)
    if match is not None and _is_signed(text, match, hits):
        group = _TAKEN_IN.sub("", match["group"])
        if _is_group(group, text) and not _is_inside_hit(match.span("group"), hits):
            return group
    return _last_word(text, hits[-1].end) if hits else None


def _signed_places(text: str, hits: Hits) -> Iterator[re.Match[str] | None]:
    """Where a group may stand behind a technical word, the last one first, or behind the year."""
    for hit in reversed(hits):
        if "-" in text[hit.end : hit.end + _FARTHEST_DASH]:
            yield _BEHIND_WORD.match(text, hit.end)
    yield _BEHIND_YEAR.search(text)


def _last_signed(text: str) -> re.Match[str] | None:
    """The last word behind a dash or another sign. Returns None if none stands near the end."""
    begin = max(0, len(text) - _LONGEST_LAST)
    if max(text.rfind(sign, begin) for sign in _SIGNS_BEFORE_LAST) < 0:
        return None
    return _LAST.search(text, begin)


def _signed(place: re.Match[str], text: str) -> str | None:
    """The group at a place, without a second part that is no name. Returns None if it is none.

    In the middle of a bracket are languages and formats, at its end may be the group.
    """
    start, end = place.span("group")
    if is_inside_bracket(text, start) and text[end : end + 1] not in ("]", ")", "}", ""):
        return None
    group: str = _TAKEN_IN.sub("", place["group"])
    head, _, tail = group.partition("-")
    if tail and _is_ordinary(tail):
        group = head
    elif tail and _is_ordinary(head):
        group = tail
    return group if _is_group(group, text) else None


def _last_word(text: str, end: int) -> str | None:
    """The last word, if it stands behind the last technical one and is written as groups are."""
    match = _LAST_WORD.match(text, end)
    if match is None or not _WRITTEN_AS_GROUP.match(match["group"]):
        return None
    return match["group"] if _is_group(match["group"], text) else None


def _in_brackets(text: str) -> str | None:
    """The group in brackets before the name, behind it, or last among technical words."""
    patterns = [_FANSUB] if text[:1] in ("[", "【") else []
    if text[-1:] in ("]", ")"):
        patterns = [_BY, *patterns, _END_BRACKET, _IN_BRACKET]
    elif "by" in text[-_LONGEST_BY:].lower() and any(hit.start > 1 for hit in scan(text)):
        patterns = [*patterns, _BY_AT_END]
    for pattern in patterns:
        match = pattern.search(text)
        if match is not None and not _SITE.search(match["group"]):
            group = match["group"].strip()
            ends_in_format = pattern is _END_BRACKET and _is_format(group)
            if _is_group(group, text) and not ends_in_format:
                return group
    return None


def _is_signed(text: str, last: re.Match[str], hits: Hits) -> bool:
    """Whether the last word behind a dash may sign the release, and is no part of the title.

    A description or the year stands before it, or the name is written without spaces, as the scene
    does. A compound such as `Sci-Fi` is a word.
    """
    start = last.start("group")
    if _PREFIX_BEFORE.search(text, max(0, start - _LONGEST_PREFIX), start):
        return False
    if last[0][0] in _SIGNS or not (" " in text or last[0].startswith("_")):
        return True
    if _SIGNATURE.match(text, start - 2) or _SIGNATURE.match(last["group"]):
        return True
    is_described = any(hit.start < start for hit in hits)
    return is_described or _YEAR_OR_FORMAT.search(text, 0, start) is not None


def _is_inside_hit(place: tuple[int, int], hits: Hits) -> bool:
    """Whether a word is part of a longer technical one, as in `Dual-Audio`."""
    start, end = place
    return any(hit.start < start and end <= hit.end for hit in hits)


def _without_posters(text: str) -> str:
    for _ in range(_MOST_POSTERS):
        if not _may_be_posted(text):
            break
        shorter = _POSTERS.sub("", text)
        if shorter == text or not shorter.strip():
            break
        text = shorter
    return text.strip()


def _may_be_posted(text: str) -> bool:
    """Whether a text ends as what a poster appends does."""
    end = text.rstrip()[-_LONGEST_POSTER:].casefold()
    return end.endswith(_POSTERS_END) or "-rakuv" in text.casefold()


def _is_group(word: str, text: str) -> bool:
    """Whether a word may name a group: it is not technical, a number or most of the name."""
    if _COMPOUND.match(word) or len(word) * 2 > len(text):
        return False
    return not all(_is_ordinary(part) for part in _PARTS.split(word))


def _is_format(word: str) -> bool:
    """Whether a word, or the last of several, tells format or language: `Web-480p`, `ES+EN`."""
    tail = _BEFORE_TAIL.sub("", word)
    return tail.lower() != "subs" and (is_language_code(tail) or _is_ordinary(tail))


@lru_cache(maxsize=REMEMBERED)
def _is_ordinary(word: str) -> bool:
    """Whether a word says something of the release, or is a number."""
    if _NO_GROUP.match(word) or not any(letter.isalpha() for letter in word):
        return True
    return is_described(word, len(word))
