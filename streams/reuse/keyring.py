"""Who we are to other nodes, and whom we believe: two files in the folder `reuse` of the home."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from infra.logging import get_logger
from infra.settings import Settings
from models.reuse.signing import Signer, SigningMissing, new_key
from streams.operate.process import StartError

log = get_logger(__name__)

_KEY = "key.pem"
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
    path = folder_of(settings) / _KEY
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Nobody else may read it at any moment; what is there is never written over.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return signer(settings)
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new_key())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, SigningMissing):
            raise StartError(str(error)) from error
        raise
    return signer(settings)


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
        self._seen: tuple[int, int] | None = None
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
        if _LINE.fullmatch(f"{node} {name}".strip()) is None:
            raise StartError(f"{node} {name} is no public key (64 hex digits) with a name")
        self._write({**self.nodes, node: name})

    def remove(self, node: str) -> bool:
        """Believe a node no more; what it told is not reused. Returns whether it was believed.

        Raises:
            StartError: the file cannot be written.
        """
        rest = {known: name for known, name in self.nodes.items() if known != node}
        if was_there := len(rest) < len(self.nodes):
            self._write(rest)
        return was_there

    def _state(self) -> tuple[int, int] | None:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size

    def _read(self) -> dict[str, str]:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise StartError(f"cannot read {self.path}: {error}") from error
        nodes = {}
        for number, line in enumerate(lines, 1):
            if not (text := line.strip()) or text.startswith("#"):
                continue
            if (parts := _LINE.fullmatch(text)) is None:
                raise StartError(f"{self.path}, line {number}: no public key with a name")
            nodes[parts[1]] = parts[2] or ""
        return nodes

    def _write(self, nodes: Mapping[str, str]) -> None:
        lines = "".join(f"{node} {name}".rstrip() + "\n" for node, name in nodes.items())
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(_HEAD + lines, encoding="utf-8")
            beside.replace(self.path)
        except OSError as error:
            raise StartError(f"cannot write {self.path}: {error.strerror}") from error
