"""The title among the words that stand before a cut."""

import re

from models.extract.names.scan import scan
from models.extract.names.words import EDGES, is_words

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff5e"
_BRACKETS = re.compile(r"\s*(?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}|（[^（）]*）|【[^【】]*】)")
_TITLE_BRACKET = re.compile(r"\s*\((?:\d{1,3}\)(?=[ ._]?[A-Za-z])|[A-Za-z]{1,2}\)(?=[A-Za-z]))")
"""Brackets that a title begins with: "(7) Days of Harbour", "(Un)quiet"."""
_CLOSING = re.compile(r"[\])}）】]")
_UNCLOSED = re.compile(r"(?<=[\w)\]}!?'])[ ._-]*[\[({【][^\[\](){}【】]*\Z")
"""A bracket behind the title that the description goes on in."""
_INNER = re.compile(r"[\[(【](?P<text>[^\[\]【】()]{2,120})[\])】]")
_AKA = re.compile(r"[ ._](?:AKA|a\.k\.a\.?)[ ._]", re.IGNORECASE)
_LATIN_TAIL = re.compile(
    rf"^.*[{_CJK}][^A-Za-z]*?[ ._／/|·\]）】)》-]*"
    rf"(?P<latin>(?:[A-Za-z]|(?<![{_CJK}])\d)[^{_CJK}]*)$"
)
_LATIN_HEAD = re.compile(
    rf"^(?P<latin>[A-Za-z0-9][^{_CJK}/|]*?)(?:[ ._]{{1,8}}\d{{1,4}})?"
    rf"[ ._]{{0,8}}[/|（(「]?[ ._]{{0,8}}[{_CJK}]"
)
_NUMBERED = re.compile(r"^(?:Top|No)\b", re.IGNORECASE)
_SLASH = re.compile(r"\s+[/|]\s+|／|(?<=[\u3040-\u9fff])/\s?(?=[A-Za-z])|\s\|\s")
_SLASHES = re.compile(r"[/|／]")
_CHANNEL = re.compile(
    r"^(?:CCTV\d{0,2}|CCTV-4K|KBS\d?|GDTV\d?|MBC|SBS|TVB|Jade|TVBOXNOW|BTV|HunanTV|ZJTV|JSTV|DFTV)"
    r"(?:-?4K|\+|HD)?[ ._]+(?=\S)"
)
_PUBLISHER = re.compile(
    r"^(?:BBC(?:[ ._](?:One|Two|Three|Four|[1-4]))?|PBS|ITV\d?|(?:Channel|Ch)[ ._]?[45]"
    r"|(?:Discovery|History|Smithsonian)[ ._]Ch(?:annel)?|N\.G"
    r"|(?:National|Nat)[ ._]?Geo(?:graphic)?|Udemy|Lynda(?:\.com)?|Coursera"
    r"|Pluralsight(?:\.com)?|Skillshare|Packt|LinkedIn|(?:TTC|TGC)(?:[ ._]Video)?)"
    r"[ ._]+(?:-[ ._]+)?(?=[^\W_]+[ ._]+[^\W_])",
    re.IGNORECASE,
)
"""Who broadcast or sells it, if two words or more follow."""
_SERVICE = re.compile(r"^(?:NF|AMZN|DSNP|HMAX|ATVP|PCOK|PMTP)\.(?=[^\W_]+\.)")
_LATIN_WORDS = re.compile(r"[A-Za-z]{2,}")
_FOREIGN = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_TAIL = re.compile(
    r"(?<!final)(?:[ ._]+-?[ ._]*|[ ._]*[(\[][ ._]*)"
    r"(?:(?:temporada|season|saison|staffel|stagione|сезон)[ ._]*\d{0,2}"
    r"|(?:the[ ._])?complete"
    r"(?:[ ._](?:tv[ ._])?(?:series|collection|pack|season|\d+[ ._]episodes))?"
    r"|int[eé]grale|complete[ ._]series|mini-?series?|miniserie|documentary|specials|ova|oad"
    r"|NCOP|NCED|PV|batch|recap|compressed|fixed|s\d{1,2}|(?:19|20)\d\d-(?:19|20)?\d\d"
    r"|(?:www[ ._])?[A-Za-z]\w+\.(?:tv|com|net|org|ru)|\d{1,3}[ ._]episodes)"
    r"[ ._]*[)\]]?[ ._-]*$",
    re.IGNORECASE,
)
_TAIL_WORDS = (
    *("temporada", "season", "saison", "staffel", "stagione", "сезон", "complete", "series"),
    *("serie", "collection", "pack", "episodes", "grale", "documentary", "specials"),
    *("ova", "oad", "ncop", "nced", "pv", "batch", "recap", "compressed", "fixed"),
    *(".tv", ".com", ".net", ".org", ".ru"),
)
"""How a tail that is no number ends: what has none of these endings is not searched for one."""
_SEASON = " season", ".season", "_season"
_LONGEST_TAIL = 12
_TAIL_SPAN = re.compile(r"[ ._]+-?[ ._]*[(\[]?[ ._]*\d{2,4}-\d{2,4}[ ._]*[)\]]?[ ._-]*$")
_TAIL_NUMBER = re.compile(r"[ ._]-[ ._]\d{1,4}(?:\.\d){0,2}(?:v\d)?$")
_TAG = re.compile(
    r"(?:TV|OVA|全\d+集|第.{1,4}[集季]|\w{0,3}字幕组?|★?(?:\d{4}年)?[\d一二三四五六七八九十]{1,2}月(?:新番)?★?)"
    r"[ \d-]*"
)
_TWO_LETTERS = re.compile(r"\w{2}")
_LETTERS = re.compile(r"[^\W\d]{2}")
_LATIN = re.compile(r"[A-Za-z]")
_FEWEST = 4
"""Letters of a Latin title beside another script; fewer are a tag or part of it ("SP", "Re：…")."""
_MOST_TAILS = 2


def title_in(text: str, *, is_numbered: bool = False, is_dated: bool = False) -> str:
    """The title in what stands before the cut, without channel, brackets and numbers.

    Of a title in two languages it is the Latin one.

    Args:
        text: what stands before the cut.
        is_numbered: whether the cut is the numbering: a span of numbers before it is no numbering
            but the end of the title.
        is_dated: whether the cut is the year: before it, a season without a number is a word
            ("Open Season 2006").
    """
    text = _without_sender(text.rstrip(EDGES + "([{【（"))
    text = _without_open_bracket(text)
    text = _out_of_brackets(text)
    text = _beside_brackets(text)
    text = _AKA.split(text, maxsplit=1)[0]
    if _SLASHES.search(text):
        text = _of_two_parts(text)
    if not text.isascii():
        text = _of_two_scripts(text)
    if is_dated and text.rstrip(EDGES).casefold().endswith(_SEASON):
        return text.strip(EDGES)
    return _without_tail(text, is_numbered=is_numbered).strip(EDGES)


def _without_sender(text: str) -> str:
    """The text without the channel, the publisher or the service that it begins with."""
    for pattern in (_CHANNEL, _PUBLISHER, _SERVICE):
        if (match := pattern.match(text)) is not None:
            return text[match.end() :]
    return text


def _without_open_bracket(text: str) -> str:
    """The text before a bracket that nothing closes, if there are words outside of brackets."""
    if max(map(text.rfind, "[({【")) <= max(map(text.rfind, "])}】")):
        return text
    head = _UNCLOSED.sub("", text)
    return head if head != text and _TWO_LETTERS.search(_BRACKETS.sub("", head)) else text


def _out_of_brackets(text: str) -> str:
    """The title that stands in one of the leading brackets if there are no words outside."""
    if not text.strip().startswith(("[", "【", "(")):
        return text
    if _TWO_LETTERS.search(_BRACKETS.sub("", text)):
        return text
    inner = [match["text"] for match in _INNER.finditer(text)]
    titles = [title for title in inner if is_words(title) and not _is_tag(title)]
    latin = [title for title in titles if _LATIN_WORDS.search(title)]
    return next(iter(latin or titles), text)


def _beside_brackets(text: str) -> str:
    """What stands outside of brackets if there are words."""
    if not _CLOSING.search(text):
        return text
    head = _TITLE_BRACKET.match(text)
    begin = head.end() if head else 0
    outside = text[:begin] + _BRACKETS.sub(" ", text[begin:])
    return outside.strip() if _TWO_LETTERS.search(outside) else text


def _of_two_parts(text: str) -> str:
    """The Latin one of titles that are parted by a slash, else the first of them."""
    parts = [part for part in _SLASH.split(text) if is_words(part)]
    if len(parts) < 2:
        return text
    latin = [part for part in parts if _LATIN_WORDS.search(part) and not _FOREIGN.search(part)]
    return (latin or parts)[0]


def _of_two_scripts(text: str) -> str:
    """The Latin title before or behind one in Chinese, Japanese or Korean."""
    if len(_LATIN.findall(text)) < _FEWEST:
        return text
    for pattern in (_LATIN_HEAD, _LATIN_TAIL):
        match = pattern.match(text)
        if match is None or _NUMBERED.match(match["latin"]):
            continue
        if len(_LATIN.findall(match["latin"])) >= _FEWEST:
            return match["latin"]
    return text


def _without_tail(text: str, *, is_numbered: bool) -> str:
    """The title without what counts or describes it at its end: a season, a number, `Complete`."""
    for _ in range(_MOST_TAILS):
        if not _may_have_tail(text):
            break
        text = _TAIL.sub("", text) or text
        if not is_numbered:
            text = _TAIL_SPAN.sub("", text) or text
        text = _TAIL_NUMBER.sub("", text) or text
    return text


def _may_have_tail(text: str) -> bool:
    """Whether the last word may be that of a tail: a number, or one of the words of `_TAIL`."""
    end = text.rstrip().rstrip(" ._-)]")
    return end[-1:].isdigit() or end[-_LONGEST_TAIL:].casefold().endswith(_TAIL_WORDS)


def _is_tag(text: str) -> bool:
    """Whether the words of a bracket are a number, a date or tags."""
    if not _LETTERS.search(text):
        return True
    described = sum(hit.end - hit.start for hit in scan(text))
    return described * 2 > len(text) or _TAG.fullmatch(text) is not None
