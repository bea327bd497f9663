"""What a class of one's own is told by: the n-grams of a name, and what the BERT makes of it.

Words of the same root in several scripts (`partitura`, `партитура`, `παρτιτούρα`) share no
characters, so a name that is not in Latin letters is read a second time as it would be written in
them.
"""

import unicodedata
from collections.abc import Sequence

from anyascii import anyascii

from models.classify.ensemble import Input
from models.classify.ngrams import text_of


def own_text(name: str, paths: Sequence[str] = ()) -> str:
    """The characters that n-grams of classes of one's own are taken of, and words looked for in."""
    text = text_of(name, paths)
    if text.isascii():
        return text
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter)
    )
    if plain.isascii():
        return plain
    words = [*plain.split(), *anyascii(plain).lower().split()]
    return f" {' '.join(words)} "


def own_texts(inputs: Sequence[Input]) -> list[str]:
    """The texts of several inputs."""
    return [own_text(name, paths) for name, paths in inputs]
