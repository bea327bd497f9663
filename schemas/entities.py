"""Escapes in names that were copied from a page or a link, and the characters they stand for."""

import html
import re
from typing import NamedTuple

_ENTITY = re.compile(
    r"&(?:amp;){0,3}(?P<named>#\d{2,7}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d{0,2});"
    r"|&(?P<cut>#0?3[489](?!\d)|#82(?:1[1-9]|2[016]|30)(?!\d)|(?:amp|quot|apos|nbsp)(?!\w))"
    r"|(?<=[^\W\d_])#0?39;(?=[^\W\d_])"
    r"|(?<!\d)%(?P<byte>2[0-8BCF]|3[AF]|5[BD]|7C)",
    re.IGNORECASE,
)
"""An HTML entity, perhaps escaped twice (`&amp;#39;`), without its semicolon or, inside a word,
without its ampersand (`Don#39;t`); or a mark as links write it (`%3A`).
"""


class Entity(NamedTuple):
    """An escape of a text, from and to, and what it stands for: a character, rarely two."""

    start: int
    end: int
    characters: str


def entities(text: str) -> list[Entity]:
    """The entities of a text; what only looks like one is left out."""
    if "&" not in text and "%" not in text and "39;" not in text:
        return []
    read = (
        Entity(match.start(), match.end(), _characters(match)) for match in _ENTITY.finditer(text)
    )
    return [entity for entity in read if entity.characters]


def without_entities(text: str) -> str:
    """The text with the characters that its entities stand for."""
    parts: list[str] = []
    end = 0
    for entity in entities(text):
        parts += [text[end : entity.start], entity.characters]
        end = entity.end
    return "".join([*parts, text[end:]])


def _characters(entity: re.Match[str]) -> str:
    """What an entity stands for; an empty text if it stands for nothing.

    What cannot be printed becomes a space.
    """
    if entity["byte"]:
        return chr(int(entity["byte"], 16))
    escape = f"&{entity['named'] or entity['cut'] or '#39'};"
    for spelling in (escape, escape.lower()):
        characters = html.unescape(spelling)
        if characters != spelling:
            return characters if characters and characters.isprintable() else " "
    return ""
