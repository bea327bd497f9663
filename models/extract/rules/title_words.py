"""The title among the words that stand before a cut: without channel, brackets and numbers, of two
languages the Latin one.
"""

import re

from models.extract.names.scan import scan
from models.extract.names.words import EDGES, is_words

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff5e"
_BRACKETS = re.compile(r"\s*(?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}|（[^（）]*）|【[^【】]*】)")
_INNER = re.compile(r"[\[(【](?P<text>[^\[\]【】()]{2,120})[\])】]")
_AKA = re.compile(r"[ ._](?:AKA|a\.k\.a\.?)[ ._]", re.IGNORECASE)
_LATIN_TAIL = re.compile(
    rf"^.*[{_CJK}][^A-Za-z]*?[ ._／/|·\]）】)》-]*(?P<latin>[A-Za-z0-9][^{_CJK}]*)$"
)
_LATIN_HEAD = re.compile(rf"^(?P<latin>[A-Za-z0-9][^{_CJK}/|]*?)[ ._]*[/|（(「]?[ ._]*[{_CJK}]")
_NUMBERED = re.compile(r"^(?:Top|No)\b", re.IGNORECASE)
_SLASH = re.compile(r"\s+[/|]\s+|／|(?<=[\u3040-\u9fff])/\s?(?=[A-Za-z])|\s\|\s")
_CHANNEL = re.compile(
    r"^(?:CCTV\d{0,2}|CCTV-4K|KBS\d?|GDTV\d?|MBC|SBS|TVB|Jade|TVBOXNOW|BTV|HunanTV|ZJTV|JSTV|DFTV)(?:-?4K|\+|HD)?[ ._]+(?=\S)"
)
_LATIN_WORDS = re.compile(r"[A-Za-z]{2,}")
_FOREIGN = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_TRAILING = re.compile(
    r"(?<!final)(?:[ ._]+-?[ ._]*|[ ._]*[(\[][ ._]*)(?:(?:temporada|season|saison|staffel|stagione|сезон)[ ._]*\d{0,2}"
    r"|(?:the[ ._])?complete(?:[ ._]"
    r"(?:tv[ ._])?(?:series|collection|pack|season|\d+[ ._]episodes))?|int[eé]grale|complete[ ._]series|mini-?series?|miniserie"
    r"|documentary|specials?|ova|oad|NCOP|NCED|PV|batch|recap|compressed|fixed|s\d{1,2}|\d{2,4}-\d{2,4}"
    r"|(?:www[ ._])?[A-Za-z]\w+\.(?:tv|com|net|org|ru)|\d{1,3}[ ._]episodes)[ ._]*[)\]]?[ ._-]*$",
    re.IGNORECASE,
)
_LOOSE_NUMBER = re.compile(r"[ ._]-[ ._]\d{1,4}(?:\.\d){0,2}(?:v\d)?$")
_FEWEST = 4
"""Letters of a Latin title beside one in another script; fewer are a tag or part of it ("SP",
"Re：…").
"""


def title_in(text: str) -> str:
    """The title in what stands before the cut: without numbers and brackets, of two languages the
    Latin one.
    """
    text = text.rstrip(EDGES + "([{【（")
    text = _CHANNEL.sub("", text)
    stripped = text.strip()
    if stripped.startswith(("[", "【", "(")):
        inner = [
            match["text"]
            for match in _INNER.finditer(text)
            if is_words(match["text"]) and not _tag(match["text"])
        ]
        outside = _BRACKETS.sub("", text)
        if inner and not re.search(r"\w{2}", outside):
            latin = [one for one in inner if _LATIN_WORDS.search(one)]
            text = (latin or inner)[0]
    without = _BRACKETS.sub(" ", text)
    if re.search(r"\w{2}", without):
        text = without.strip()
    text = _AKA.split(text, maxsplit=1)[0]
    if len(parts := [part for part in _SLASH.split(text) if is_words(part)]) > 1:
        latin = [part for part in parts if _LATIN_WORDS.search(part) and not _FOREIGN.search(part)]
        text = latin[0] if latin else parts[0]
    for pattern in (_LATIN_HEAD, _LATIN_TAIL):
        match = pattern.match(text)
        if (
            match
            and len(re.findall(r"[A-Za-z]", match["latin"])) >= _FEWEST
            and not _NUMBERED.match(match["latin"])
        ):
            text = match["latin"]
            break
    for _ in range(2):
        text = _TRAILING.sub("", text) or text
        text = _LOOSE_NUMBER.sub("", text) or text
    return text.strip(EDGES)


def _tag(text: str) -> bool:
    """Whether the words of a bracket are a number, a date or tags."""
    if not re.search(r"[^\W\d]{2}", text):
        return True
    covered = sum(hit.end - hit.start for hit in scan(text))
    return covered * 2 > len(text) or bool(
        re.fullmatch(r"(?:TV|OVA|全\d+集|第.{1,4}[集季]|\w{0,3}字幕组?)[ \d-]*", text)
    )
