"""What sites and groups hang before a name: addresses, bracketed tags, stars."""

import re

_SITE = re.compile(
    r"^\s*(?:"
    r"(?:[\[({【][^\[\](){}【】]{0,24}?)?www\.[\w-]+(?:\.[\w-]+)*"
    r"(?:[^\[\](){}【】]{0,24}[\])}】])?"
    r"|[\[({【]\s*[\w-]+(?:\.[\w-]+)*\.[a-z]{2,5}\s*[\])}】]"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net)(?![^\W_])"
    r"|[\w-]+\.(?:to|cc|tv|info|biz|xyz|ru|pl|eu|ph|me|io|in|li|ws|bz|club|site|online|pro|vip|top)"
    r"(?=\s+-\s|_|\s*[-=]+>)"
    r")[\s_\-–~|.>=»]*(?=\S)",
    re.IGNORECASE,
)
_FROM_SITE = re.compile(
    r"^[^\[\](){}]{0,12}[\[({【][^\[\](){}【】]*www\.[^\[\](){}【】]*[\])}】]\s*[-–]*\s*(?=\S)",
    re.IGNORECASE,
)
_SITE_IN_WORDS = re.compile(r"^\s*(?:\[\s*)?www \w+ \w{2,4}\s*(?:\]|-)\s*(?=\S)", re.IGNORECASE)
_LEADING_TAG = re.compile(
    r"^[\s_.]*(?:"
    r"\[[^\[\]]{1,48}\]"
    r"|【[^【】]{1,60}】"
    r"|\{[^{}]{1,40}\}"
    r"|\((?:[A-Z][\w& /-]{1,24})\)(?=\s*[A-Z\[])"
    r")[\s_.\-]*(?=\S)"
)
_STARS = re.compile(
    r"^(?:[\s★☆●◆\d年月季新番，,]*番[★☆，,]?|\d{6})\s+(?=\S)"
    r"|^\s*[★☆●◆]{1,3}[^★☆●◆\[\]【】]{1,12}[★☆●◆]{1,3}\s*"
    r"|^\s*[★☆●◆]{0,3}(?:\d{4}年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:新番)?[★☆●◆]{0,3}\s*(?=[\[【])"
    r"|^\s*(?:\d{4}|\d\d)年\d{1,2}月新?番[，,\s]*(?=\S)"
)
"""A banner of the season: `★10月新番★`, `2024年4月新番`."""
_MOST_BANNERS = 2

_BEFORE_WORDS = (_SITE, _FROM_SITE, _SITE_IN_WORDS)
_ALL = (*_BEFORE_WORDS, _LEADING_TAG, _STARS)


def after_decoration(name: str) -> int:
    """Where the name proper starts: after sites' addresses and bracketed tags."""
    start = 0
    while length := _decoration_length(name[start:]):
        start += length
    return start


def _decoration_length(text: str) -> int:
    """Characters of the first decoration of a text that is more than decoration; 0 if none."""
    for pattern in _that_may_begin(text):
        match = pattern.match(text)
        if match and 0 < match.end() < len(text):
            return match.end()
    return 0


def _that_may_begin(text: str) -> tuple[re.Pattern[str], ...]:
    """The decorations that a text may begin with: before a word stands neither tag nor banner."""
    first = text[:1]
    if not first.isascii() or not first.isalpha():
        return _ALL
    if "www" in text.lower():
        return _BEFORE_WORDS
    return (_SITE,) if "." in text else ()


def leading_tag_end(name: str) -> int:
    """Where the first site, bracketed tag or banner of the season ends; 0 if there is none.

    Banners right behind the tag are taken with it.
    """
    end = 0
    for pattern in (_SITE, _LEADING_TAG):
        if (match := pattern.match(name)) and match.end() < len(name):
            end = match.end()
            break
    for _ in range(0 if name.isascii() else _MOST_BANNERS):
        banner = _STARS.match(name[end:])
        if banner is None or end + banner.end() >= len(name):
            break
        end += banner.end()
    return end
