"""Who reads a book aloud, and whether the text was shortened."""

import re
from collections.abc import Sequence

from models.extract.evidence.details import Detail
from models.extract.names.words import EDGES
from models.extract.rules.books.persons import is_persons, names_persons

READ_BY = "read-by"
"""The rule that reads a narrator."""

ABRIDGED = "abridged"
"""The rule that reads whether a text was shortened."""

READ_BY_PHRASE = re.compile(
    r"[\s,.;:(\[{_–—-]{0,8}(?<![^\W_])(?:(?:un)?(?:abridged|gek(?:ü|ue)rzt)\s+)?(?:audio\s*(?:book)?\s+)?"
    r"(?:(?:narrated|read|performed|performance|voiced|le[sc]t|uppläst|inläst|oplæst|indlæst|lu|narrado|leído|leido)\s+"
    r"(?:by|av|af|par|por)|(?:vor)?gelesen\s+von|letto\s+da|voorgelezen\s+door|narrator|sprecher"
    r"|lektor|lector|czyta|читает|чит\.?|исполнитель|озвучивает|narr\.)\s*:?\s+"
    r"(?P<narrator>[^()\[\]{}–—]{3,80}?)"
    r"(?=\s*[()\[\]{}–—]|\s+-|\s*$|[,.;]\s|\.\w{2,4}$|\s+\d{2,3}\s?k|\s+(?:m4b|m4a|mp3|flac)\b)",
    re.IGNORECASE,
)
SELF_READ = re.compile(
    r"(?:(?:the|its|der|dem|el|la|de)\s|l['’])?"
    r"(?:author(?:ess)?|autor(?:in|a|e|ka|em)?|auteure?|forfatteren|författaren|автор)",
    re.IGNORECASE,
)
"""What stands for the author's name where authors read their own books."""

_READING_WORDS = (
    *("read", "narrat", "perform", "voice", "lest", "lect", "uppl", "inl", "opl", "indl", "lu par"),
    *(
        "leído",
        "leido",
        "gelesen",
        "letto",
        "sprecher",
        "lektor",
        "lector",
        "czyta",
        "чит",
        "исполн",
    ),
    *("озвуч", "narr"),
)
"""What `READ_BY_PHRASE` needs: a name without them is not searched."""

_BRACKET = re.compile(r"[\[({]([^\[\](){}]{3,80})[\])}]")
_WHOLE = re.compile(
    r"(?<![^\W_])(?:unabridged|ungek(?:ü|ue)rzt\w{0,3}|uforkortet|oavkortad|uavkortet|integrale?)(?![^\W_])",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?<![^\W_])(?:abridged|gek(?:ü|ue)rzt\w{0,3})(?![^\W_])", re.IGNORECASE)


def narrator(name: str) -> Detail | None:
    """Who reads, as a phrase says or a bracket."""
    lower = name.lower()
    if any(word in lower for word in _READING_WORDS) and (said := READ_BY_PHRASE.search(name)):
        start, end = said.span("narrator")
        return Detail("narrator", name[start:end].strip(EDGES), READ_BY, start, end)
    for bracket in reversed(list(_BRACKET.finditer(name))):
        person, *others = bracket[1].split(",")
        if any(map(names_persons, others)):
            continue  # several persons are as likely the authors
        is_curly = bracket[0].startswith("{") and len(person.split()) > 1
        if bracket.start() > 0 and (is_persons if is_curly else names_persons)(person):
            start = bracket.start(1)
            return Detail("narrator", person.strip(), READ_BY, start, start + len(person.rstrip()))
    return None


def shortened(name: str) -> Sequence[Detail]:
    """Whether the text was shortened, where the name says."""
    lower = name.lower()
    if not any(word in lower for word in ("abridged", "gek", "fork", "avkort", "integral")):
        return []
    for pattern, value in ((_WHOLE, False), (_CUT, True)):
        if (match := pattern.search(name)) is not None:
            return [Detail("abridged", value, ABRIDGED, *match.span())]
    return []
