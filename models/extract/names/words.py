"""Small things that all title rules share: what stands before a name proper, and how its words are
written out.
"""

import re

from models.extract.rules.technical import CONTAINERS

_SITE = re.compile(
    r"^\s*(?:(?:[\[({【][^\[\](){}【】]{0,24}?)?www\.[\w-]+(?:\.[\w-]+)*(?:[^\[\](){}【】]{0,12}[\])}】])?|[\[({【]\s*[\w-]+(?:\.[\w-]+)*\.[a-z]{2,5}\s*[\])}】]"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net)(?!\w)|[\w-]+\.(?:to|cc|tv|info|biz|xyz|ru|pl|eu)(?=\s+-\s|_))[\s_\-–~|.]*(?=\S)",
    re.IGNORECASE,
)
_FROM_SITE = re.compile(
    r"^[^\[\](){}]{0,12}[\[({【][^\[\](){}【】]*www\.[^\[\](){}【】]*[\])}】]\s*[-–]*\s*(?=\S)",
    re.IGNORECASE,
)
_SITE_IN_WORDS = re.compile(r"^\s*(?:\[\s*)?www \w+ \w{2,4}\s*(?:\]|-)\s*(?=\S)", re.IGNORECASE)
_LEADING_TAG = re.compile(
    r"^[\s_.]*(?:\[[^\[\]]{1,48}\]|【[^【】]{1,60}】|\{[^{}]{1,40}\}|\((?:[A-Z][\w& /-]{1,24})\)(?=\s*[A-Z\[]))[\s_.\-]*(?=\S)"
)
_STARS = re.compile(r"^(?:[\s★☆●◆\d年月季新番，,]*番[★☆，,]?|\d{6})\s+(?=\S)|^★[^★]{1,12}★")
_ENDINGS = CONTAINERS | {
    "zip",
    "rar",
    "7z",
    "tar",
    "gz",
    "exe",
    "dmg",
    "pkg",
    "apk",
    "ova",
    "img",
    "nrg",
    "mdf",
    "torrent",
    "nzb",
    "ace",
    "bin",
    "pdf",
    "epub",
    "mobi",
    "azw3",
    "azw",
    "djvu",
    "fb2",
    "cbr",
    "cbz",
    "chm",
    "doc",
    "docx",
    "rtf",
    "txt",
    "lit",
    "srt",
    "nfo",
}
_SPACES = re.compile(r"[\s_]+")
EDGES = " \t-–—_.,:;|~+/\\★☆"
_OPENING = {")": "(", "]": "[", "}": "{"}


def after_decoration(name: str) -> int:
    """Where the name proper starts: after sites' addresses and bracketed tags."""
    start = 0
    while True:
        for pattern in (_SITE, _FROM_SITE, _SITE_IN_WORDS, _LEADING_TAG, _STARS):
            match = pattern.match(name[start:])
            if match and match.end() and start + match.end() < len(name):
                start += match.end()
                break
        else:
            return start


def leading_tag_end(name: str) -> int:
    """Where the first bracketed tag or site ends; 0 where there is none."""
    for pattern in (_SITE, _LEADING_TAG):
        if (match := pattern.match(name)) and match.end() < len(name):
            return match.end()
    return 0


def without_extension(name: str) -> str:
    """The name without the ending of a file."""
    stem, dot, extension = name.rpartition(".")
    return stem if dot and stem and extension.lower() in _ENDINGS else name


def readable(text: str) -> str:
    """Separators become spaces: dots and underscores where the name uses them for spaces. Unclosed
    brackets are closed off.
    """
    inner = text.strip(EDGES)
    if " " not in inner:
        text = inner.replace(".", " ")
    text = _SPACES.sub(" ", text).strip(EDGES)
    before = None
    while before != text:
        before = text
        for closing, opening in _OPENING.items():
            if text.count(closing) > text.count(opening) and text.endswith(closing):
                text = text[:-1].strip(EDGES)
            elif text.count(opening) > text.count(closing):
                head, _, tail = text.rpartition(opening)
                text = (head if len(head) >= len(tail) else tail).strip(EDGES)
    return text


def is_words(text: str) -> bool:
    """Whether there is anything to read."""
    return any(letter.isalnum() for letter in text)
