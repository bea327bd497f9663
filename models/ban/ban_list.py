"""The ban list: what is dropped before any topic or table holds it (replay and crawl ask it first).

Rules are data (`rules.toml`). A term is written in clear text or as a SHA-256, so that a list can
be shipped without spelling out what it bans. Both are compared after the same folding: case, width,
accents, separators, leetspeak and look-alike Cyrillic and Greek letters.
"""

import hashlib
import itertools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

SHIPPED_RULES = Path(__file__).with_name("rules.toml")
INFOHASH_RULE = "infohash"
"""The rule id answered for a banned infohash."""

MAX_WORDS = 3
"""Words of the longest term; a longer window would cost a hash for each word of every name."""

MIN_JOINED = 8
"""A term shorter than this must be one word: two short words that happen to spell it together are
no match.
"""

MIN_TERM = 4
"""Letters of the shortest term; shorter ones are somebody's initials."""

_DOMAIN = b"mimmo-ban:"
_HEX64 = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[^\W_]+")
_SYMBOLS = re.compile(r"[@$!|€+]")
_DIGIT = re.compile(r"\d")
_SPELLED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]){3,}[^\W_](?![^\W_])")
# Scripts written without spaces: a term in one of them is looked for anywhere in the name.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)

# l, 1 and i stand for each other in disguised words, so all fold to i (in terms too).
_LEET = str.maketrans("013456789l", "oieasgtbgi")
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


class BanRulesInvalid(ValueError):
    """A ban list cannot be read; the message names the file and what is wrong in it."""


def folded(text: str) -> str:
    """Fold what disguises a word: case, width, accents, look-alike letters. Digits and separators
    stay.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        [c for c in apart if not unicodedata.combining(c) and c not in _INVISIBLE]
    ).translate(_LOOKALIKES)


def _unleet(word: str) -> str:
    return word if word.isdecimal() else word.translate(_LEET)


def term_key(term: str) -> str:
    """The form in which a term is compared: folded words, put together."""
    return "".join(_unleet(word) for word in _WORD.findall(folded(term)))


def term_hash(term: str) -> str:
    """The SHA-256 (hex) of a term, for the `sha256` list of a rule."""
    return _hash(term_key(term)).hex()


def infohash_hash(infohash: str) -> str:
    """The SHA-256 (hex) of an infohash's 20 bytes, for a list of banned infohashes."""
    return hashlib.sha256(bytes.fromhex(infohash)).hexdigest()


def _hash(key: str) -> bytes:
    return hashlib.sha256(_DOMAIN + key.encode("utf-8", "surrogatepass")).digest()


class BanList:
    """Says which rule bans a name, a path or an infohash.

    >>> BanList.load().check("Mimmo_Banned.Placeholder 2024")
    'placeholder'
    """

    def __init__(self) -> None:
        self._clear: dict[str, str] = {}
        self._anywhere: dict[str, str] = {}
        self._hashed: dict[bytes, str] = {}
        self._infohashes: set[bytes] = set()

    @classmethod
    def load(cls, *, rules: Path | None = None, infohashes: Path | None = None) -> Self:
        """Read the shipped rules, then those of the user.

        Args: rules: TOML file in the form of `rules.toml`. infohashes: text file, the SHA-256 (hex)
            of the 20 bytes of one infohash a line; `#` starts a comment.

        Raises:
            BanRulesInvalid: a file is missing or has not that form.
        """
        made = cls()
        for path in (SHIPPED_RULES, *((rules,) if rules else ())):
            made._add_rules(path)
        if infohashes:
            made._add_infohashes(infohashes)
        return made

    def check(
        self, name: str, *, infohash: str | None = None, paths: Sequence[str] = ()
    ) -> str | None:
        """The id of the rule that bans this torrent, or None.

        Args:
            name: the torrent's name, as it came.
            infohash: 40 hex digits; anything else is not looked up.
            paths: its file paths (`/` separated); each folder and file name is checked by itself.
        """
        if infohash is not None and self._infohashes and self._bans_infohash(infohash):
            return INFOHASH_RULE
        rule = self._check_text(name)
        if rule is None and paths:
            for part in {part for path in paths for part in path.split("/")}:
                rule = self._check_text(part)
                if rule is not None:
                    break
        return rule

    def _bans_infohash(self, infohash: str) -> bool:
        try:
            return hashlib.sha256(bytes.fromhex(infohash)).digest() in self._infohashes
        except ValueError:
            return False

    def _check_text(self, text: str) -> str | None:
        base = folded(text)
        for term, rule in self._anywhere.items():
            if term in base:
                return rule
        clear, hashed = self._clear, self._hashed
        seen = _keys(_words(base))
        if _SYMBOLS.search(base):
            seen |= _keys(_words(base.translate(_SYMBOL_LEET)))
        for key in seen:
            if key in clear:
                return clear[key]
            if hashed:
                found = hashed.get(
                    hashlib.sha256(_DOMAIN + key.encode("utf-8", "surrogatepass")).digest()
                )
                if found is not None:
                    return found
        return None

    def _add_rules(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                listed = tomllib.load(file).get("rules")
        except (OSError, ValueError) as error:
            raise BanRulesInvalid(f"{path}: {error}") from error
        if not isinstance(listed, list):
            raise BanRulesInvalid(f"{path}: has no [[rules]]")
        for rule in listed:
            self._add_rule(path, rule)

    def _add_rule(self, path: Path, rule: Mapping[str, Any]) -> None:
        name = rule.get("id")
        if not isinstance(name, str) or not re.fullmatch(r"[\w.-]{1,64}", name):
            raise BanRulesInvalid(
                f"{path}: a rule needs an id of letters, digits, '.', '_' or '-'; got {name!r}"
            )
        unknown = set(rule) - {"id", "note", "terms", "sha256"}
        if unknown:
            raise BanRulesInvalid(f"{path}: rule {name}: unknown key {min(unknown)!r}")
        for term in _strings(path, name, rule, "terms"):
            key = term_key(term)
            if _UNSPACED.search(term):
                self._anywhere.setdefault(folded(term), name)
                continue
            words = len(_WORD.findall(folded(term)))
            if len(key) < MIN_TERM or words > MAX_WORDS or (words > 1 and len(key) < MIN_JOINED):
                raise BanRulesInvalid(
                    f"{path}: rule {name}: a term has {MIN_TERM} letters or more ({MIN_JOINED} when it is several words) "
                    f"and at most {MAX_WORDS} words; got {term!r}"
                )
            self._clear.setdefault(key, name)
        for digest in _strings(path, name, rule, "sha256"):
            if not _HEX64.fullmatch(digest.lower()):
                raise BanRulesInvalid(f"{path}: rule {name}: {digest!r} is no SHA-256 in hex")
            self._hashed.setdefault(bytes.fromhex(digest), name)

    def _add_infohashes(self, path: Path) -> None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BanRulesInvalid(f"{path}: {error}") from error
        for number, line in enumerate(lines, 1):
            digest = line.partition("#")[0].strip().lower()
            if not digest:
                continue
            if not _HEX64.fullmatch(digest):
                hint = (
                    " (that is an infohash: list its SHA-256 instead)"
                    if re.fullmatch(r"[0-9a-f]{40}", digest)
                    else ""
                )
                raise BanRulesInvalid(
                    f"{path}:{number}: {digest[:80]!r} is no SHA-256 in hex{hint}"
                )
            self._infohashes.add(bytes.fromhex(digest))


def _strings(path: Path, rule: str, table: Mapping[str, Any], key: str) -> Iterator[str]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BanRulesInvalid(f"{path}: rule {rule}: {key} is not a list of strings")
    yield from values


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    # "w.o.r.d" is a word spelled out; a separator makes sure that it stays apart from its
    # neighbours.
    for spelled in _SPELLED.findall(text):
        words += ("", "", "".join(_WORD.findall(spelled)))
    return words


def _keys(words: list[str]) -> set[str]:
    """Every term that the words could spell: single ones (also without the digits around them),
    pairs, triples.
    """
    plain = [_unleet(word) for word in words]
    keys = {word for word in plain if len(word) >= MIN_TERM}
    for word in words:
        if len(word) > MIN_TERM and _DIGIT.search(word):
            bare = word.strip("0123456789")
            if len(bare) >= MIN_TERM:
                keys.add(_unleet(bare))
    for first, second in itertools.pairwise(plain):
        if first and second and len(first) + len(second) >= MIN_JOINED:
            keys.add(first + second)
    for first, second, third in zip(plain, plain[1:], plain[2:], strict=False):
        if first and second and third and len(first) + len(second) + len(third) >= MIN_JOINED:
            keys.add(first + second + third)
    return keys
