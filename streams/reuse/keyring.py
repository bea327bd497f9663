"""Who we are to other nodes, and whom we believe: two files in the folder `reuse` of the home."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from secrets import token_bytes, token_hex
from types import MappingProxyType

from infra.logging import get_logger
from infra.settings import Settings
from models.reuse.signing import Signer, SigningMissing, new_key
from schemas.whole_file import replace
from streams.operate.process import StartError

log = get_logger(__name__)

_KEY = "key.pem"
_HOME = "home.secret"
_TRUSTED = "trusted.txt"
_HEAD = "# Nodes that are believed, a line each: public key, name. See docs/reuse.md.\n"
_LINE = re.compile(r"([0-9a-f]{64})(?:\s+(\S.{0,63}))?")


def folder_of(settings: Settings) -> Path:
    """Where keys and what was told are kept."""
    return settings.home / "reuse"


def make_key(settings: Settings) -> Signer:
    """The node of this installation, with a new key where it has none.

    Raises:
        StartError: the key cannot be made, or read.
    """
    try:
        _once(folder_of(settings) / _KEY, new_key)
    except SigningMissing as error:
        raise StartError(str(error)) from error
    return signer(settings)


def home_secret(settings: Settings) -> bytes:
    """Random bytes that only this home has, made at the first call.

    Raises:
        StartError: they cannot be written, or read.
    """
    return _once(folder_of(settings) / _HOME, lambda: token_bytes(32))


def _once(path: Path, make: Callable[[], bytes]) -> bytes:
    """A file's content, which is made where there is none; nobody else may read it at any moment.

    What is there is never written over: of two that make it at a time the first stands.

    Raises:
        StartError: it cannot be written, or read.
    """
    try:
        if not path.exists():
            beside = path.with_name(f"{path.name}.{token_hex(4)}")
            content = make()
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                replace(beside, content, mode=0o600)
                with suppress(FileExistsError):
                    os.link(beside, path)
            finally:
                beside.unlink(missing_ok=True)
        return path.read_bytes()
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}") from error


def signer(settings: Settings) -> Signer:
    """The node of this installation.

    Raises:
        StartError: it has no key, or one that cannot be read.
    """
    path = folder_of(settings) / _KEY
    try:
        return Signer(path.read_bytes())
    except FileNotFoundError as error:
        raise StartError(
            "this installation has no key yet; make one: python -m streams.reuse keys --make"
        ) from error
    except SigningMissing as error:
        raise StartError(str(error)) from error
    except (OSError, ValueError, TypeError) as error:
        raise StartError(f"{path} is no key that can be read: {error}") from error


def own_node(settings: Settings) -> str | None:
    """The public key of this installation. Returns None if it has no key."""
    return signer(settings).node if (folder_of(settings) / _KEY).exists() else None


class TrustList:
    """The nodes that are believed. The file is read again when it changed."""

    def __init__(self, settings: Settings) -> None:
        self.path = folder_of(settings) / _TRUSTED
        self._seen: tuple[int, int, int] | None = None
        self._nodes: Mapping[str, str] = MappingProxyType({})

    @property
    def nodes(self) -> Mapping[str, str]:
        """Public key -> name.

        Raises:
            StartError: the file cannot be read; what it said before stands no more.
        """
        seen = self._state()
        if seen != self._seen:
            self._nodes = MappingProxyType(self._read())
            self._seen = seen
        return self._nodes

    def add(self, node: str, name: str) -> None:
        """Believe a node from now on.

        Raises:
            StartError: it is no public key, or the file cannot be written.
        """
        line = f"{node} {name}".strip()
        if not line.isprintable() or _LINE.fullmatch(line) is None:
            raise StartError(f"{line!r} is no public key (64 hex digits) with a name")
        with self._alone():
            self._write({**self._read(), node: name})

    def remove(self, node: str) -> bool:
        """Believe a node no more; what it told is not reused. Returns whether it was believed.

        Raises:
            StartError: the file cannot be written.
        """
        with self._alone():
            nodes = self._read()
            rest = {known: name for known, name in nodes.items() if known != node}
            if was_there := len(rest) < len(nodes):
                self._write(rest)
        return was_there

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps others from writing the list between our reading and writing of it.

        Raises:
            StartError: the folder cannot be written.
        """
        lock = self.path.with_suffix(".lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise StartError(f"cannot write {lock}: {error.strerror}") from error
        with os.fdopen(handle) as file:
            flock(file, LOCK_EX)
            yield

    def _state(self) -> tuple[int, int, int] | None:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _read(self) -> dict[str, str]:
        try:
            lines = self.path.read_bytes().decode().split("\n")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise StartError(f"cannot read {self.path}: {error}") from error
        nodes = {}
        for number, line in enumerate(lines, 1):
            if not (text := line.strip()) or text.startswith("#"):
                continue
            parts = _LINE.fullmatch(text) if text.isprintable() else None
            if parts is None:
                raise StartError(f"{self.path}, line {number}: no public key with a name")
            nodes[parts[1]] = parts[2] or ""
        return nodes

    def _write(self, nodes: Mapping[str, str]) -> None:
        lines = "".join(f"{node} {name}".rstrip() + "\n" for node, name in nodes.items())
        try:
            replace(self.path, _HEAD + lines)
        except OSError as error:
            raise StartError(f"cannot write {self.path}: {error.strerror}") from error
