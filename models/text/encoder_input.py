"""The text that the BERT reads, the same for training and for answering.

So the model is asked what it has learnt to answer.
"""

import re
from collections.abc import Sequence

MAX_TOKENS_NAME = 48
"""Tokens of a bare name, with [CLS] and [SEP]. Real names have 20 to 25."""

MAX_TOKENS = 64
"""Tokens when file tails follow the name. The position table of the shipped model ends here."""

MAX_TAILS = 3
"""File tails shown to the model.

What an archive-only or mixed torrent is shows in its largest files.
"""

_MAX_CHARS = 400
"""Characters read of a name. 48 tokens are rarely more than 200; a longer text only costs time."""

LATEST_YEAR = 2020
"""The last year that the classifier's models are shown; a later one is read as this.

Labelled names with later years are mostly games, whose repackers write the year, and the lists of
works end with 2022. So what a model learns of such a year is who wrote it, not what came out in it:
of 42 bare `Title (Year)` of films of 2023 to 2025 it took 30 for games or albums, of 53 such names
with earlier years none.
"""

_LATER = re.compile(r"(?<!\d)(?<!\d\d[-. ]\d\d[-. ])20(?:2[1-9]|3\d)(?!\d|[-. ]\d\d(?!\d))")
"""A year after `LATEST_YEAR` that is no part of a date or of a longer number."""

_SITE_DAY = re.compile(
    r"^(?P<site>[\[(]?(?:[A-Za-z0-9]{1,30}[a-z][A-Z][A-Za-z0-9]{0,30}[\])]?[ ._]"
    r"|[A-Za-z0-9]{3,40}\.))"
    r"20(?P<year>\d\d)(?P<separator>[-. _])(?P<month>\d\d)(?P=separator)(?P<day>\d\d)"
    r"(?=[ ._]+[A-Za-z])"
    r"(?!.*\b(?i:live|concert|festival|tour|vs)\b)"
)
"""`SiteName.2024.03.15.Title`: clips of a site, which mostly write `24.03.15`.

An artist and a day (`Tin Lanterns 2024-03-15`) are several words, or one without dots.
"""

_SITE_SHORT_DAY = re.compile(
    r"[\[(]?[A-Za-z0-9]{3,40}[\])]?[ ._]?-?[ ._]?"
    r"(?<!\d)[0-3]\d(?P<separator>[-. _])(?:0[1-9]|1[0-2])(?P=separator)(?:0[1-9]|[12]\d|3[01])"
    r"(?=[ ._]+[A-Za-z])"
)
"""`SiteName.24.03.15.Title`, the way of most clips and of some daily shows."""

_SEPARATORS = str.maketrans("._", "  ") | dict.fromkeys(range(0xD800, 0xE000), " ")
"""A lone surrogate is no text in UTF-8: the tokenizer refuses it. A space keeps every offset."""


def name_text(name: str) -> str:
    """The name as the tokenizer sees it: dots and underscores stand for spaces in torrent names."""
    return name[:_MAX_CHARS].translate(_SEPARATORS)


def plain_years(text: str) -> str:
    """The text with `LATEST_YEAR` for every later year; no character moves.

    >>> plain_years("The Paper Harbour (2026)")
    'The Paper Harbour (2020)'
    """
    return _LATER.sub(str(LATEST_YEAR), text)


def is_of_a_site(name: str) -> bool:
    """Whether a name begins as clips of a site do: one word, and a day.

    Daily shows are named alike.

    >>> is_of_a_site("SomeSite.2024.03.15.Title"), is_of_a_site("Some Show 2024-03-15")
    (True, False)
    >>> is_of_a_site("SomeSite.24.03.15.Title"), is_of_a_site("Some.Show.24.03.15.Title")
    (True, False)
    """
    return _SITE_DAY.match(name) is not None or _SITE_SHORT_DAY.match(name) is not None


def classified_text(name: str) -> str:
    """The name as the classifier's models see it.

    It is `name_text`, with no year after `LATEST_YEAR` and a site's days as most names write them.
    """
    name = _SITE_DAY.sub(r"\g<site>\g<year> \g<month> \g<day>", name)
    return plain_years(name_text(name))


def tails_text(paths: Sequence[str]) -> str:
    """The last parts of some paths as one text.

    The directories are left out: they mostly repeat the torrent's name.
    """
    return " | ".join(classified_text(path.rsplit("/", 1)[-1]) for path in paths[:MAX_TAILS])


def assemble(name: list[int], tails: list[int], cls: int, sep: int) -> list[int]:
    """Token ids of one input, cut to the limits above.

    Args:
        name: tokens of the name.
        tails: tokens of the file tails; may be empty.
        cls: the token that an input starts with.
        sep: the token that ends the name, and the tails.

    Returns:
        `[CLS] name [SEP]`, or `[CLS] name [SEP] tails [SEP]`.
    """
    ids = [cls, *name[: MAX_TOKENS_NAME - 2], sep]
    if tails:
        ids += tails[: MAX_TOKENS - 1 - len(ids)]
        ids.append(sep)
    return ids
