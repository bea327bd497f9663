"""What disguises a word, and how it is undone before a name is compared with banned terms.

Case, width, accents, separators, leetspeak, look-alike letters of other scripts, letters spelled
out one by one, characters that nobody sees.
"""

import itertools
import re
import unicodedata

MIN_JOINED = 8
"""Letters of the shortest term of several words.

Two short words that happen to spell a shorter one together are no match.
"""

MIN_TERM = 4
"""Letters of the shortest term; shorter ones are somebody's initials."""

_WORD = re.compile(r"[^\W_]+")
_ASCII_WORDS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
"""What stands between words, as spaces. The same as `_WORD`, in a fifth of its time."""

_SYMBOLS = re.compile(r"[@$!|€+]")
_SPELLED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]){3,}[^\W_](?![^\W_])")
_FEWEST_SPELLED = 4
"""Words of one letter in the shortest word that is spelled out."""

_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
"""Scripts that are written without spaces."""

# l, 1 and i stand for each other in disguised words, so all fold to i (in terms too).
_LEET = str.maketrans("013456789l", "oieasgtbgi")
_ASCII_LEET = bytes.maketrans(b"013456789l", b"oieasgtbgi")
_SYMBOL_LEET = str.maketrans("@$!|€+", "asiiet")
_LOOKALIKES = str.maketrans(
    {
        # Cyrillic
        "а": "a",
        "в": "b",
        "е": "e",
        "к": "k",
        "м": "m",
        "н": "h",
        "о": "o",
        "р": "p",
        "с": "c",
        "т": "t",
        "у": "y",
        "х": "x",
        "і": "i",
        "ѕ": "s",
        "ј": "j",
        "ԛ": "q",
        "ԝ": "w",
        "ѵ": "v",
        "һ": "h",
        "ԁ": "d",
        "ӏ": "i",
        "є": "e",
        # Greek
        "α": "a",
        "β": "b",
        "ε": "e",
        "η": "n",
        "ι": "i",
        "κ": "k",
        "ν": "v",
        "ο": "o",
        "ρ": "p",
        "τ": "t",
        "υ": "u",
        "χ": "x",
        "ω": "w",
        # Latin letters that NFKD does not take apart
        "ı": "i",
        "ł": "i",
        "ø": "o",
        "đ": "d",
        "ħ": "h",
        "ŧ": "t",
        "ɑ": "a",
        "ɡ": "g",
    }
)

# Zero-width and soft characters that split a word without being seen.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
)


def undisguised(text: str) -> str:
    """The text without case, width, accents and look-alikes; digits and separators stay."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    visible = [c for c in decomposed if not unicodedata.combining(c) and c not in _INVISIBLE]
    return "".join(visible).translate(_LOOKALIKES)


def is_unspaced(term: str) -> bool:
    """Whether a term is of a script without spaces: it is looked for anywhere in a name."""
    return _UNSPACED.search(term) is not None


def words_of(text: str) -> list[str]:
    """The words of a text that `undisguised` made."""
    if text.isascii():
        return text.encode().translate(_ASCII_WORDS).decode().split()
    return _WORD.findall(text)


def term_key(term: str) -> str:
    """The form in which a term is compared: undisguised words, put together."""
    return "".join(_letters(word) for word in words_of(undisguised(term)))


def keys_of(text: str) -> set[str]:
    """Every term that a text could spell, given a text that `undisguised` made."""
    keys = _keys(text)
    if _SYMBOLS.search(text):
        keys |= _keys(text.translate(_SYMBOL_LEET))
    return keys


def _unleet(text: str) -> str:
    if text.isascii():
        return text.encode().translate(_ASCII_LEET).decode()
    return text.translate(_LEET)


def _letters(word: str) -> str:
    """The word without leetspeak; a number stays a number."""
    return word if word.isdecimal() else _unleet(word)


def _keys(text: str) -> set[str]:
    """Single words, also without the digits around them; pairs and triples of neighbours.

    Words that are spelled out as "w.o.r.d" are single words, too.
    """
    words = words_of(text)
    # Leetspeak turns letters and digits into letters, so the words of both texts are the same ones.
    letters = words_of(_unleet(text))
    plain = [
        word if word.isdecimal() else letter for word, letter in zip(words, letters, strict=True)
    ]
    single = list(zip(words, plain, strict=True))
    if list(map(len, words)).count(1) >= _FEWEST_SPELLED:
        spelled = ["".join(words_of(word)) for word in _SPELLED.findall(text)]
        single += [(word, _letters(word)) for word in spelled]
    keys = set()
    for word, key in single:
        if len(key) >= MIN_TERM:
            keys.add(key)
            if not word.isalpha():
                bare = word.strip("0123456789")
                if len(bare) >= MIN_TERM:
                    keys.add(_letters(bare))
    joined = [first + second for first, second in itertools.pairwise(plain)]
    joined += [pair + third for pair, third in zip(joined, plain[2:], strict=False)]
    keys.update([key for key in joined if len(key) >= MIN_JOINED])
    return keys
