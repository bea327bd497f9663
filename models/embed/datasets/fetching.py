"""Brings files of a list of addresses: goes on where it was, and checks size and SHA-256."""

import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path, PurePosixPath

from models.registry import sha256_of

_PART = ".part"
_CHUNK = 1 << 20
_SECONDS = 60
_TRIES = 4
"""Of one file, where the connection breaks."""

_MOST_BYTES = 1 << 40
"""Of a file whose size is not known; the largest set has 879 GiB."""

_AGENT = "mimmo-streams"


class BadList(ValueError):
    """A list of addresses cannot be read; the message says which line."""


class NotFetched(Exception):
    """A file did not come, or is another one; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """A file to fetch."""

    url: str
    name: str
    """Where it goes, below a folder."""
    size: int | None = None
    sha256: str | None = None


def read_list(path: Path) -> list[Address]:
    r"""Addresses of a file: `URL NAME [SIZE [SHA256]]`, parted by tabs; `-` for what is not known.

    Empty lines and those that begin with # are left out.

    Raises:
        BadList: a line is none, or a name would leave the folder.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadList(f"{path} cannot be read: {error}") from error
    addresses = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                addresses.append(_address(line.rstrip().split("\t")))
            except ValueError as error:
                raise BadList(f"{path}, line {number}: {error}") from error
    names = [address.name for address in addresses]
    if len(set(names)) < len(names):
        raise BadList(f"{path}: a name comes twice")
    return addresses


def _address(parts: Sequence[str]) -> Address:
    if not 2 <= len(parts) <= 4:
        raise ValueError("URL, NAME and perhaps SIZE and SHA256, parted by tabs")
    url, name, size, digest = (*parts, "-", "-")[:4]
    if not re.fullmatch(r"https?://[^/][!-~]*", url):
        raise ValueError(f"{url!r} is no address of http or https")
    path = PurePosixPath(name)
    if path.is_absolute() or not path.name or ".." in path.parts or "\\" in name:
        raise ValueError(f"{name!r} does not stay in the folder")
    if not name.isprintable() or path.name.lower().endswith(_PART):
        raise ValueError(f"{name!r} is no name: {_PART} is of files that are not whole yet")
    if size != "-" and not re.fullmatch(r"\d{1,18}", size, re.ASCII):
        raise ValueError(f"{size!r} is no size in bytes")
    if digest != "-" and not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(f"{digest!r} is no SHA-256")
    known = (None if size == "-" else int(size), None if digest == "-" else digest)
    return Address(url, name, *known)


def fetch_all(
    addresses: Sequence[Address], folder: Path, on_failed: Callable[[Address, str], None]
) -> Iterator[int]:
    """Fetch all files; one that does not come does not stop the others.

    Args:
        addresses: of the files.
        folder: where they go.
        on_failed: is told of those that did not come.

    Yields:
        Files that are done with.
    """
    for place, address in enumerate(addresses, 1):
        try:
            fetch_file(address, folder)
        except NotFetched as error:
            on_failed(address, str(error))
        yield place


def fetch_file(address: Address, folder: Path, pause: float = 1.0) -> Path:
    """Fetch a file, or the rest of it; what is there and right is left as it is.

    Args:
        address: of the file.
        folder: where it goes.
        pause: seconds before the second try; twice as long before each more.

    Raises:
        NotFetched: it did not come, or is another one.
    """
    target = folder / address.name
    if target.is_file():
        if (wrong := _wrong(target, address)) is None:
            return target
        raise NotFetched(f"{target} is there and {wrong}: remove it")
    part = target.with_name(target.name + _PART)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotFetched(f"{target.parent} cannot be made: {error.strerror}") from error
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            _append(address, part)
            break
        except urllib.error.HTTPError as error:
            if error.code < 500 or attempt == _TRIES - 1:
                raise NotFetched(f"{address.url}: {error.code} {error.reason}") from error
        except (OSError, HTTPException) as error:
            if attempt == _TRIES - 1:
                raise NotFetched(f"{address.url}: {error!r}") from error
        except ValueError as error:  # of an address, or of a length that is no number
            raise NotFetched(f"{address.url}: {error}") from error
    if (wrong := _wrong(part, address)) is not None:
        part.unlink()  # what is wrong does not get right by more of it
        raise NotFetched(f"{address.url} {wrong}")
    part.replace(target)
    return target


def _append(address: Address, part: Path) -> None:
    """Fetch what a file lacks.

    Raises:
        OSError, HTTPException: the connection broke before its end.
        ValueError: the address is none, or the answer is another part or has no length.
    """
    there = part.stat().st_size if part.is_file() else 0
    limit = _limit(address)
    if there and there >= limit:
        return
    headers = {"User-Agent": _AGENT} | ({"Range": f"bytes={there}-"} if there else {})
    request = urllib.request.Request(address.url, headers=headers)  # noqa: S310
    try:
        answer = urllib.request.urlopen(request, timeout=_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        if there and error.code == 416:  # nothing is behind what is there
            return
        raise
    is_rest = answer.status == 206
    # One byte more than there may be is enough to see that it is another file.
    most = limit + 1 - (there if is_rest else 0)
    with answer:
        expected = answer.headers.get("Content-Length")
        told = answer.headers.get("Content-Range", "")
        if is_rest and not told.startswith(f"bytes {there}-"):
            raise ValueError(f"asked for what follows byte {there}, it gave {told!r}")
        came = 0
        with part.open("ab" if is_rest else "wb") as stream:
            while chunk := answer.read(min(_CHUNK, most - came)):
                stream.write(chunk)
                came += len(chunk)
    if came == most:
        return
    if expected is not None and came < int(expected):
        raise OSError(f"{came} of {expected} bytes came")


def _limit(address: Address) -> int:
    """Bytes that a file may have."""
    return _MOST_BYTES if address.size is None else address.size


def _wrong(path: Path, address: Address) -> str | None:
    """What is wrong with a file; None where nothing is."""
    size = path.stat().st_size
    if size > _limit(address):
        return f"has more than {_limit(address)} bytes"
    if address.size is not None and size != address.size:
        return f"has {size} bytes, not {address.size}"
    if address.sha256 is not None and (digest := sha256_of(path)) != address.sha256:
        return f"has the SHA-256 {digest}, not {address.sha256}"
    return None
