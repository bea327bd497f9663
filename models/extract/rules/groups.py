"""The release group: after the last dash (scene), in brackets at the start (fansub) or at the end,
or last in a bracket of technical words. What re-posters hang behind it is taken off first.
"""

import re

from models.extract.names.scan import scan

_EXTENSION = re.compile(
    r"\.(?:mkv|mp4|avi|m4v|ts|wmv|mov|mp3|flac|m4a|zip|rar|iso|nzb|torrent|epub|pdf)\s*$",
    re.IGNORECASE,
)
# Radarr's and Sonarr's lists of what indexers and posters append (ReleaseGroupParser).
_POSTERS = re.compile(
    r"(?:-(?:RP|1|NZBGeek|Obfuscated|Obfuscation|Scrambled|sample|Pre|postbot|xpost|Rakuv\w*|WhiteRev|BUYMORE|AsRequested"
    r"|AlternativeToRequested|GEROV|Z0iDS3N|Chamele0n|4P|4Planet|AlteZachen|RePACKPOST)"
    r"|[ _.](?:English|German|French)"
    r"|\s*-?\s*[\[{]\s*(?:eztv\w*(?:[. ]\w+)?|ettv|rartv|rarbg(?:\.\w+)?|tgx|glotorrents|ethd|vtv"
    r"|mazemaze16|orarbg|eztvx\.to|publichd"
    r"|(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|cc|to|io|re|gov|uk|eu|info|is|ro|ag|it|pw|se|xyz))\s*[\]}]"
    r"|\s*-=\{[^}]*\}=-)\s*$",
    re.IGNORECASE,
)
_TAKEN_IN = re.compile(r"_(?:int|rerip|repack)$", re.IGNORECASE)
_KNOWN = re.compile(
    r"[-. ](D-Z0N3|Blu-bits|FTW-HS|MrSeeN-SiMPLE|BEN[ .]THE[ .]MEN|VARYG|E\.N\.D|YTS\.(?:MX|AM|AG|LT))\]?$"
)
"""Groups whose names have a separator in them; Radarr keeps the same list."""
_LAST = re.compile(
    r"(?:(?<=[^\s])-|[@￡]|(?<=\s)-\s?|(?<=\))\s-\s)(?P<group>[^\W_][\w®ツ]{1,24})[)\]]?\s*$"
)
_END_BRACKET = re.compile(r"[\[(](?P<group>[A-Za-z][\w.&+-]{1,20})\]\s*$")
_IN_BRACKET = re.compile(
    r"[\[(][^\[\]()]*(?:\d{3,4}p|x26[45]|HEVC)[^\[\]()]*?[ .-](?P<group>[A-Za-z][A-Za-z0-9]{1,20})[\])]\s*$",
    re.IGNORECASE,
)
_FANSUB = re.compile(r"^\s*[\[【](?P<group>[^\[\]【】]{1,40})[\]】]")
_NO_GROUP = re.compile(
    r"^(?:\d+|[0-9a-f]{8}|\d{3,4}p|[xh]?26[45]|dl|rip|ray|hd|ma|es|cd\d?|vol|end|fin|batch|full|edition|subs?|episode|season|s\d+|e\d+"
    r"|part\w*|single|album|ep|lossless|mp3|flac|web|multi|dual|official|english|sub|raw)$",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\.(?:com|org|net|ru|cc|to|tv|me|io|in|li|info|xyz|uno|pl)\b|www\.|https?:|^\d{3,4}p$",
    re.IGNORECASE,
)


def release_group(name: str) -> str | None:
    """The group that made the release; `None` where the name does not say."""
    text = _EXTENSION.sub("", name.strip())
    for _ in range(3):
        shorter = _POSTERS.sub("", text)
        if shorter == text or not shorter.strip():
            break
        text = shorter
    text = text.strip()
    if match := _KNOWN.search(text):
        return match[1]
    if (match := _LAST.search(text)) and _is_group(
        group := _TAKEN_IN.sub("", match["group"]), text
    ):
        return group
    fansub = _FANSUB.match(text)
    if fansub and not _SITE.search(fansub["group"]) and _is_group(fansub["group"].strip(), text):
        return fansub["group"].strip()
    for pattern in (_END_BRACKET, _IN_BRACKET):
        if (
            (match := pattern.search(text))
            and _is_group(match["group"], text)
            and not _SITE.search(match["group"])
        ):
            return match["group"]
    return None


def _is_group(word: str, text: str) -> bool:
    """Whether a word may be a group's name: no technical word, number or checksum, and not most of
    the name.
    """
    if (
        _NO_GROUP.match(word)
        or len(word) * 2 > len(text)
        or not any(letter.isalpha() for letter in word)
    ):
        return False
    return not any(hit.end - hit.start == len(word) for hit in scan(word))
