"""The numbers of volumes and parts, as people write them."""

import random
import re

_WORDS = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty"""
WORDS = _WORDS.split()
_ROMAN = """i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"""
ROMAN = _ROMAN.split()

_PART = re.compile(
    r"\b(?P<noun>vol(?:ume)?|pt|part|chapter|book|episode)\b\.?\s*(?P<number>\d{1,2}|[ivx]{1,5}|"
    + "|".join(WORDS)
    + r")\b",
    re.IGNORECASE,
)
_LAST = re.compile(r"(?<=[A-Za-z]\s)(?P<number>[2-9]|1\d|II|III|IV|VI|VII|VIII|IX)$")
_NOUNS = {"vol": ["Vol.", "Volume", "Vol"], "pt": ["Pt.", "Part", "Pt"]}
_SAME_NOUN = {"volume": "vol", "part": "pt"}


def value(number: str) -> int | None:
    """The number that digits, a roman numeral or a word stand for."""
    low = number.lower()
    if low.isdigit():
        return int(low)
    for numbers in (WORDS, ROMAN):
        if low in numbers:
            return numbers.index(low) + 1
    return None


def renumbered(title: str, rng: random.Random, step: int = 0) -> str | None:
    """A title with its number written in another way, or with a number that is `step` higher."""
    match = _PART.search(title) or _LAST.search(title)
    number = value(match["number"]) if match else None
    if match is None or number is None or not 1 <= number + step <= 20:
        return None
    number += step
    forms = [str(number), ROMAN[number - 1].upper()]
    noun = match.groupdict().get("noun")
    if noun:
        low = noun.lower()
        nouns = _NOUNS.get(_SAME_NOUN.get(low, low), [noun])
        forms = [
            f"{other} {form}" for other in nouns for form in [*forms, WORDS[number - 1].title()]
        ]
    others = [form for form in forms if form.lower() != match[0].lower()]
    return title[: match.start()] + rng.choice(others) + title[match.end() :]


def counted(title: str) -> str | None:
    """A title whose number words are digits ("Ten Small Ships" is "10 Small Ships")."""
    tokens = title.split(" ")
    changed = [
        str(WORDS.index(token.lower()) + 1) if token.lower() in WORDS[1:] else token
        for token in tokens
    ]
    return " ".join(changed) if changed != tokens and len(tokens) > 1 else None
