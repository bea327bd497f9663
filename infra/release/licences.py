"""The licence of each dependency, and whether it is allowed (`licences.toml`)."""

import importlib.metadata
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from license_expression import (
    AND,
    OR,
    ExpressionError,
    LicenseSymbol,
    LicenseWithExceptionSymbol,
    Licensing,
    get_spdx_licensing,
)

from infra.release.locks import Locked

UNKNOWN = "unknown"
"""Said of a package whose licence nothing tells."""

_NO_LICENCES = {"DFSG approved", "OSI Approved"}
"""Classifiers that praise a licence and name none."""

RULES = Path(__file__).with_name("licences.toml")


@dataclass(frozen=True)
class Declared:
    """What is true of packages whose metadata do not say it, or not rightly."""

    name: str
    licence: str
    reason: str


@dataclass(frozen=True)
class Excepted:
    """A licence that some packages may have and others may not."""

    name: str
    licence: str
    locks: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Beside:
    """Something that is used and is no package of Python, and where it is."""

    name: str
    licence: str
    place: str


@dataclass(frozen=True)
class Rules:
    """What is allowed, and what metadata mean."""

    allowed: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    declared: tuple[Declared, ...] = ()
    excepted: tuple[Excepted, ...] = ()
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True)
class Licensed:
    """One version of a package, the lock files that pin it and its licence (an SPDX expression)."""

    name: str
    version: str
    locks: tuple[str, ...]
    licence: str


@cache
def rules(path: Path = RULES) -> Rules:
    """The rules of this repository."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    excepted = [{**entry, "locks": tuple(entry["locks"])} for entry in table["excepted"]]
    return Rules(
        allowed=frozenset(table["allowed"]),
        names=table["names"],
        declared=tuple(Declared(**entry) for entry in table["declared"]),
        excepted=tuple(Excepted(**entry) for entry in excepted),
        beside=tuple(Beside(**entry) for entry in table["beside"]),
    )


def licensed(
    packages: Iterable[Locked], known: Mapping[tuple[str, str], str], given: Rules
) -> list[Licensed]:
    """Give every version of every package its licence, sorted by name and version.

    Args:
        packages: those of the lock files.
        known: what was written down by name and version. It has the word where that version is not
            installed: an environment has one version of a package, and not every extra.
        given: the rules.
    """
    locks: dict[tuple[str, str], list[str]] = {}
    for package in packages:
        pinning = locks.setdefault((package.name, package.version), [])
        if package.lock not in pinning:
            pinning.append(package.lock)
    return [
        Licensed(name, version, tuple(sorted(pinning)), _licence(name, version, known, given))
        for (name, version), pinning in sorted(locks.items())
    ]


def _licence(name: str, version: str, known: Mapping[tuple[str, str], str], given: Rules) -> str:
    for declared in given.declared:
        if fnmatchcase(name, declared.name):
            return declared.licence
    try:
        metadata = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return known.get((name, version), UNKNOWN)
    fields = {key: metadata.get_all(key) or [] for key in ("License-Expression", "License")}
    classifiers = [text for text in metadata.get_all("Classifier") or [] if "License ::" in text]
    said = from_metadata(
        [*fields["License-Expression"], *fields["License"]], classifiers, given.names
    )
    if metadata["Version"] == version:
        return said
    return known.get((name, version), said)


def from_metadata(fields: list[str], classifiers: list[str], names: Mapping[str, str]) -> str:
    """The SPDX expression that the metadata of a package mean, else `UNKNOWN`.

    Args:
        fields: `License-Expression` and `License`, the better first.
        classifiers: those about licences. Of several, all are meant.
        names: what words that are not SPDX mean.
    """
    for text in fields:
        licence = names.get(text, text)
        if _parsed(licence) is not None:
            return licence
    called = {text.rpartition(" :: ")[2] for text in classifiers} - _NO_LICENCES
    if not called or not called <= names.keys():
        return UNKNOWN
    return " AND ".join(sorted({names[text] for text in called}))


def refusal(package: Licensed, given: Rules) -> str | None:
    """Why a package may not be used, in one line; None when it may."""
    if package.licence == UNKNOWN:
        return f"{package.name} {package.version}: its licence is unknown"
    if _is_allowed(_parsed(package.licence), given.allowed):
        return None
    for excepted in given.excepted:
        is_meant = fnmatchcase(package.name, excepted.name) and package.licence == excepted.licence
        if is_meant and set(package.locks) <= set(excepted.locks):
            return None
    return f"{package.name} {package.version}: {package.licence} is not allowed"


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()


def _parsed(text: str) -> Any:
    """The tree of an SPDX expression, None where it is none. `LicenseRef-` names are their own."""
    try:
        tree = _licensing().parse(text)
    except ExpressionError:
        return None
    unknown = _licensing().unknown_license_keys(tree) if tree is not None else []
    return None if any(not key.startswith("LicenseRef-") for key in unknown) else tree


def _is_allowed(tree: Any, allowed: frozenset[str]) -> bool:
    """Of licences joined by AND all must be allowed, of those joined by OR one."""
    if isinstance(tree, AND):
        return all(_is_allowed(part, allowed) for part in tree.args)
    if isinstance(tree, OR):
        return any(_is_allowed(part, allowed) for part in tree.args)
    if isinstance(tree, LicenseSymbol | LicenseWithExceptionSymbol):
        return str(tree) in allowed
    return False
