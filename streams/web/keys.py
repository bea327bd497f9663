"""API keys: who may ask and who may write. `python -m streams.web.keys` makes and revokes them.

A key is shown once, when it is made. The file in `STREAMS_HOME/web/keys.toml` has its SHA-256
alone: of 160 random bits that is enough, nobody can guess them.
"""

import argparse
import fcntl
import hashlib
import hmac
import re
import secrets
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from infra.settings import Settings, settings
from schemas.whole_file import replace
from streams.operate.process import parser

_BYTES = 20
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_DIGEST = re.compile(r"[0-9a-f]{64}")

_EXAMPLES = """examples:
  python -m streams.web.keys add sonarr            a key that may read; it is shown once
  python -m streams.web.keys add phone --write     a key that may send corrections, too
  python -m streams.web.keys add boss --write --models   one that may import and activate models
  python -m streams.web.keys list
  python -m streams.web.keys revoke sonarr         from the next request on

exit codes: 0 done; 1 it cannot be done, the last line says why; 2 wrong options
"""


class Scope(StrEnum):
    """What a key is good for."""

    READ = "read"
    WRITE = "write"
    MODELS = "models"
    """To import models and to activate revisions, which runs their code and rewrites rows."""


class KeyRefused(Exception):
    """A key cannot be made or revoked; the message says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key."""

    name: str
    digest: str
    """The SHA-256 of the key, in hex."""
    scopes: frozenset[Scope]
    created_at: str


class Keys:
    """The keys of a file, read again when it changes: a revoked key opens nothing any more."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: tuple[Key, ...] = ()
        self._stamp: tuple[int, int, int] | None = None

    def all(self) -> tuple[Key, ...]:
        """Every key that is known now."""
        stamp = _stamp(self.path)
        if stamp != self._stamp:
            self._keys = read(self.path)
            self._stamp = stamp
        return self._keys

    def find(self, text: str) -> Key | None:
        """The key that a client sent. Returns None if it is unknown.

        Every key is compared in full, so the time that it takes tells nothing.
        """
        digest = _digest(text)
        match = None
        for key in self.all():
            if hmac.compare_digest(key.digest, digest):
                match = key
        return match

    def name(self, text: str, scope: Scope = Scope.WRITE) -> str | None:
        """The name of a key that is good for a scope. Returns None if it is not, or is unknown."""
        key = self.find(text)
        return key.name if key is not None and scope in key.scopes else None


def path_of(current: Settings) -> Path:
    """Where the keys of an installation are."""
    return current.home / "web" / "keys.toml"


def read(path: Path) -> tuple[Key, ...]:
    """The keys of a file; none if there is no file.

    Raises:
        KeyRefused: the file is not as this program writes it.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise KeyRefused(f"{path} cannot be read ({error}); mend it or remove it") from error
    return tuple(_key(path, name, table) for name, table in tables.items())


def _key(path: Path, name: str, table: object) -> Key:
    refused = f"{path}: the key {name!r} is not as it was written; revoke it and make another"
    if not isinstance(table, dict):
        raise KeyRefused(refused)
    try:
        digest, scopes = str(table["sha256"]), frozenset(Scope(word) for word in table["scopes"])
    except (KeyError, TypeError, ValueError) as error:
        raise KeyRefused(refused) from error
    if not (_NAME.fullmatch(name) and _DIGEST.fullmatch(digest)):
        raise KeyRefused(refused)
    return Key(name, digest, scopes, str(table.get("created_at", "")))


def add(path: Path, name: str, scopes: frozenset[Scope]) -> str:
    """Make a key and keep its hash; returns the key, which nobody can read again.

    Raises:
        KeyRefused: the name is taken, or is no name.
    """
    if not _NAME.fullmatch(name):
        raise KeyRefused("a name has small letters, digits, - and _, at most 63 of them")
    secret = secrets.token_hex(_BYTES)
    with _changing(path):
        keys = read(path)
        if any(key.name == name for key in keys):
            raise KeyRefused(f"there is a key {name} already; revoke it first")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        _write(path, (*keys, Key(name, _digest(secret), scopes, now)))
    return secret


def revoke(path: Path, name: str) -> None:
    """Forget a key.

    Raises:
        KeyRefused: there is none of that name.
    """
    with _changing(path):
        keys = read(path)
        rest = tuple(key for key in keys if key.name != name)
        if len(rest) == len(keys):
            known = ", ".join(key.name for key in keys) or "none"
            raise KeyRefused(f"there is no key {name!r}; known are: {known}")
        _write(path, rest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


@contextmanager
def _changing(path: Path) -> Iterator[None]:
    """One command at a time may change the file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, keys: tuple[Key, ...]) -> None:
    """The whole file, moved into its place when it is on the disk."""
    text = "\n".join(
        f"[{key.name}]\n"
        f'sha256 = "{key.digest}"\n'
        f"scopes = [{', '.join(f'{chr(34)}{scope}{chr(34)}' for scope in sorted(key.scopes))}]\n"
        f'created_at = "{key.created_at}"\n'
        for key in keys
    )
    replace(path, text, mode=0o600)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    reading = parser("python -m streams.web.keys", "Keys of Torznab and the JSON API.", _EXAMPLES)
    commands = reading.add_subparsers(dest="command", required=True, metavar="COMMAND")
    adding = commands.add_parser("add", help="make a key and show it once")
    adding.add_argument("name", metavar="NAME", help="who will use it")
    adding.add_argument("--write", action="store_true", help="let it send corrections, too")
    adding.add_argument("--models", action="store_true", help="let it import and activate models")
    commands.add_parser("list", help="show names, scopes and when they were made")
    revoking = commands.add_parser("revoke", help="forget a key")
    revoking.add_argument("name", metavar="NAME")
    chosen = reading.parse_args(arguments)
    try:
        for line in _run(chosen, path_of(settings())):
            sys.stdout.write(line + "\n")
    except (KeyRefused, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run(chosen: argparse.Namespace, path: Path) -> Iterator[str]:
    match chosen.command:
        case "add":
            asked = {Scope.WRITE: chosen.write, Scope.MODELS: chosen.models}
            scopes = {Scope.READ, *(scope for scope, is_asked in asked.items() if is_asked)}
            yield add(path, chosen.name, frozenset(scopes))
        case "revoke":
            revoke(path, chosen.name)
        case _:
            for key in read(path):
                yield f"{key.name:24} {','.join(sorted(key.scopes)):12} {key.created_at}"


if __name__ == "__main__":
    sys.exit(main())
