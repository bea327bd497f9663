"""`docs/licences.md`: the licence of every dependency.

`python -m infra.release licences` writes it, and reads it as well: a package that is not installed
here has the licence that stands there.
"""

import re
from pathlib import Path

from infra.release import ROOT, assets, locks
from infra.release.licences import Licensed, Rules, licensed, refusal, rules

PAGE = ROOT / "docs" / "licences.md"

_HEAD = """\
# Licences

The licence of every package that a lock file pins, as SPDX names it.
`python -m infra.release licences` writes this page. With `--check` it writes nothing and refuses an
old page, and every licence that is unknown or neither permissive nor LGPL or MPL. What the metadata
of a package do not say stands in `infra/release/licences.toml`, with the reason. Mimmo Streams
itself is under Apache-2.0.

| package | version | licence | pinned by |
|---|---|---|---|
"""
_EXCEPTIONS = """
## Exceptions

| package | licence | why it may stay |
|---|---|---|
"""
_DECLARED = """
## Said by us

| package | licence | whence we know |
|---|---|---|
"""
_OTHERS = """
## No packages of Python

| what | licence | where |
|---|---|---|
"""
_ROW = re.compile(r"^\| ([\w.-]+) \| ([\w.+!-]+) \| ([^|]+) \| requirements[^|]+\|$", re.MULTILINE)


def known(text: str) -> dict[tuple[str, str], str]:
    """Licences that a page has, by name and version."""
    return {(name, version): licence for name, version, licence in _ROW.findall(text)}


def current(page: Path = PAGE) -> list[Licensed]:
    """All packages of all lock files with their licences."""
    packages = [package for path in locks.paths() for package in locks.read(path)]
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    return licensed(packages, known(text), rules())


def refusals(packages: list[Licensed]) -> list[str]:
    """Why packages, or what else ships of others, may not be used, one line each."""
    files = [Licensed(file.name, file.version, (), file.licence) for file in assets.shipped()]
    lines = (refusal(package, rules()) for package in [*packages, *files])
    return [line for line in lines if line is not None]


def written(packages: list[Licensed], given: Rules) -> str:
    """The text of the page: what the lock files pin, exceptions, and what we say ourselves."""
    rows = [
        _row(package.name, package.version, package.licence, ", ".join(package.locks))
        for package in packages
    ]
    excepted = [_row(entry.name, entry.licence, entry.reason) for entry in given.excepted]
    declared = [_row(entry.name, entry.licence, entry.reason) for entry in given.declared]
    files = [
        _row(f"{file.name} {file.version}", file.licence, f"`{file.path}`; ships")
        for file in assets.shipped()
    ]
    beside = [_row(entry.name, entry.licence, entry.place) for entry in given.beside]
    parts = [_HEAD, *rows, _EXCEPTIONS, *excepted, _DECLARED, *declared, _OTHERS, *files, *beside]
    return "".join(parts)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
