"""The ban list: what is dropped before any topic or table holds it.

Replay and crawl ask it first. Rules are data (`rules.toml`). A term is written in clear text or as
a SHA-256, so that a list can be shipped without spelling out what it bans. Both are compared
without what may disguise a word (`models.ban.disguise`).
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from models.ban.disguise import (
    MIN_JOINED,
    MIN_TERM,
    is_unspaced,
    keys_of,
    term_key,
    undisguised,
    words_of,
)
from schemas import Torrent

SHIPPED_RULES = Path(__file__).with_name("rules.toml")

INFOHASH_RULE = "infohash"
"""The rule id answered for a banned infohash."""

MAX_WORDS = 3
"""Words of the longest term.

A longer window would cost a hash more for each word of every name.
"""

_DOMAIN = "mimmo-ban:"
"""Stands before a term when it is hashed, so that the hashes are in nobody's ready-made table."""

_HEX64 = re.compile(r"[0-9a-f]{64}")
_INFOHASH = re.compile(r"[0-9a-f]{40}")
_RULE_ID = re.compile(r"[\w.-]{1,64}")
_RULE_KEYS = frozenset({"id", "note", "terms", "sha256"})


class BanRulesInvalid(ValueError):
    """A ban list cannot be read; the message names the file and what is wrong in it."""


def term_hash(term: str) -> str:
    """The SHA-256 (hex) of a term, for the `sha256` list of a rule."""
    return _hash(term_key(term)).hex()


def infohash_hash(infohash: str) -> str:
    """The SHA-256 (hex) of an infohash's 20 bytes, for a list of banned infohashes."""
    return hashlib.sha256(bytes.fromhex(infohash)).hexdigest()


def _hash(key: str) -> bytes:
    return hashlib.sha256((_DOMAIN + key).encode("utf-8", "surrogatepass")).digest()


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

        Args:
            rules: TOML file in the form of `rules.toml`.
            infohashes: text file with the SHA-256 (hex) of the 20 bytes of one infohash a line;
                `#` starts a comment.

        Raises:
            BanRulesInvalid: a file is missing or has not that form.
        """
        ban_list = cls()
        ban_list._add_rules(SHIPPED_RULES)
        if rules:
            ban_list._add_rules(rules)
        if infohashes:
            ban_list._add_infohashes(infohashes)
        return ban_list

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
        rule = self._check_texts([name])
        if rule is None and paths:
            # Folders and words repeat: each part and each term is looked at once.
            rule = self._check_texts({part for path in paths for part in path.split("/")})
        return rule

    def check_torrent(self, torrent: Torrent) -> str | None:
        """Returns the id of the rule that bans a torrent by name, infohash or a path, or None."""
        paths = [file.path for file in torrent.files or ()]
        return self.check(torrent.name, infohash=torrent.infohash, paths=paths)

    def _bans_infohash(self, infohash: str) -> bool:
        try:
            return hashlib.sha256(bytes.fromhex(infohash)).digest() in self._infohashes
        except ValueError:
            return False

    def _check_texts(self, texts: Iterable[str]) -> str | None:
        keys: set[str] = set()
        for text in texts:
            plain = undisguised(text)
            for term, rule in self._anywhere.items():
                if term in plain:
                    return rule
            keys |= keys_of(plain)
        clear = self._clear
        hashed = self._hashed
        for key in keys:
            if key in clear:
                return clear[key]
            if hashed:
                hidden = hashed.get(_hash(key))
                if hidden is not None:
                    return hidden
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
            if not isinstance(rule, Mapping):
                raise BanRulesInvalid(f"{path}: rules is not a list of [[rules]] tables")
            self._add_rule(path, rule)

    def _add_rule(self, path: Path, rule: Mapping[str, Any]) -> None:
        name = rule.get("id")
        if not isinstance(name, str) or not _RULE_ID.fullmatch(name):
            raise BanRulesInvalid(
                f"{path}: a rule needs an id of letters, digits, '.', '_' or '-'; got {name!r}"
            )
        unknown = set(rule) - _RULE_KEYS
        if unknown:
            raise BanRulesInvalid(f"{path}: rule {name}: unknown key {min(unknown)!r}")
        for term in _strings(path, name, rule, "terms"):
            if is_unspaced(term):
                self._anywhere.setdefault(undisguised(term), name)
            elif not _is_long_enough(term):
                raise BanRulesInvalid(
                    f"{path}: rule {name}: a term has {MIN_TERM} letters or more "
                    f"({MIN_JOINED} when it is several words) "
                    f"and at most {MAX_WORDS} words; got {term!r}"
                )
            else:
                self._clear.setdefault(term_key(term), name)
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
                is_plain = _INFOHASH.fullmatch(digest)
                hint = " (that is an infohash: list its SHA-256 instead)" if is_plain else ""
                raise BanRulesInvalid(
                    f"{path}:{number}: {digest[:80]!r} is no SHA-256 in hex{hint}"
                )
            self._infohashes.add(bytes.fromhex(digest))


def _is_long_enough(term: str) -> bool:
    """Whether a term has enough letters for its words, and not too many words."""
    letters = len(term_key(term))
    words = len(words_of(undisguised(term)))
    return words <= MAX_WORDS and letters >= (MIN_JOINED if words > 1 else MIN_TERM)


def _strings(path: Path, rule: str, table: Mapping[str, Any], key: str) -> Iterator[str]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BanRulesInvalid(f"{path}: rule {rule}: {key} is not a list of strings")
    yield from values
