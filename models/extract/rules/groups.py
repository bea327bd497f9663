"""The release group, and what re-posters hang behind it.

The group stands after the last dash (scene), in brackets at the start (fansub) or at the end, or
last in a bracket of technical words.
"""

import re

from models.extract.names.scan import scan

_EXTENSION = re.compile(
    r"\.(?:mkv|mp4|avi|m4v|ts|wmv|mov|mp3|flac|m4a|zip|rar|iso|nzb|torrent|epub|pdf)\s*$",
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
    r"[-. ](D-Z0N3|Blu-bits|FTW-HS|MrSeeN-SiMPLE|BEN[ .]THE[ .]MEN|VARYG|E\.N\.D"
    r"|YTS\.(?:MX|AM|AG|LT))\]?$"
)
"""Groups whose names have a separator in them; Radarr keeps the same list."""

_LAST = re.compile(
    r"(?:(?<=[^\s])-|[@￡]|(?<=\s)-\s?|(?<=\))\s-\s)(?P<group>[^\W_][\w®ツ]{1,24})[)\]]?\s*$"
)
_END_BRACKET = re.compile(r"[\[(](?P<group>[A-Za-z][\w.&+-]{1,20})\]\s*$")
_IN_BRACKET = re.compile(
    r"[\[(][^\[\]()]*(?:\d{3,4}p|x26[45]|HEVC)[^\[\]()]*?[ .-]"
    r"(?P<group>[A-Za-z][A-Za-z0-9]{1,20})[\])]\s*$",
    re.IGNORECASE,
)
_FANSUB = re.compile(r"^\s*[\[【](?P<group>[^\[\]【】]{1,40})[\]】]")
_NO_GROUP = re.compile(
    r"^(?:\d+|[0-9a-f]{8}|\d{3,4}p|[xh]?26[45]|dl|rip|ray|hd|ma|es|cd\d?|vol|end|fin|batch|full"
    r"|edition|subs?|episode|season|s\d+|e\d+|part\w*|single|album|ep|lossless|mp3|flac|web|multi"
    r"|dual|official|english|sub|raw|explicit|tr\d\d|unabridged)$",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\.(?:com|org|net|ru|cc|to|tv|me|io|in|li|info|xyz|uno|pl)\b|www\.|https?:|^\d{3,4}p$",
    re.IGNORECASE,
)


def release_group(name: str) -> str | None:
    """The group that made the release. Returns None if the name does not say."""
    text = _without_posters(_EXTENSION.sub("", name.strip()))
    if match := _KNOWN.search(text):
        return match[1]
    if (match := _LAST.search(text)) is not None:
        group = _TAKEN_IN.sub("", match["group"])
        if _is_group(group, text):
            return group
    for pattern in (_FANSUB, _END_BRACKET, _IN_BRACKET):
        match = pattern.search(text)
        if match is not None and not _SITE.search(match["group"]):
            group = match["group"].strip()
            if _is_group(group, text):
                return group
    return None


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
    if _NO_GROUP.match(word) or len(word) * 2 > len(text):
        return False
    if not any(letter.isalpha() for letter in word):
        return False
    return not any(hit.end - hit.start == len(word) for hit in scan(word))
