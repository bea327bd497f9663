"""The shape of the code: what a formatter does not see, and what makes a line hard to read."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

LONGEST_MODULE = 350

NOT_NOUNS = {"each", "one", "some", "found", "made", "left"}
"""Words that stand for a noun and say none: write `for torrent in torrents`."""

ELSEWHERE = re.compile(r"\.\./shared|\bDESIGN\b|\bfacts/|\bDEVELOPERS\b")
"""Documents that a reader of this repository does not have."""


def sources() -> list[Path]:
    """Every Python file that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in paths if path.is_file()]


PYTHON = [path for path in sources() if path.suffix == ".py"]


def targets(node: ast.AST) -> Iterator[ast.expr]:
    """The places that a statement or a comprehension gives a value to."""
    if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        yield node.target
    elif isinstance(node, ast.Assign):
        yield from node.targets


def test_names_of_values_are_nouns() -> None:
    faults = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            name = node.id if isinstance(node, ast.Name) and is_stored else None
            if isinstance(node, ast.arg):
                name = node.arg
            if name in NOT_NOUNS:
                faults.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} {name}")
    assert not faults, "\n".join(faults)


def test_one_attribute_a_line() -> None:
    faults = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for target in targets(node):
                parts = target.elts if isinstance(target, ast.Tuple) else []
                if any(isinstance(part, ast.Attribute) for part in parts):
                    faults.append(f"{path.relative_to(ROOT)}:{target.lineno}")
    assert not faults, "\n".join(faults)


def test_the_formatter_is_never_switched_off() -> None:
    mark = "# fmt: " + "skip"
    assert not [path for path in PYTHON if mark in path.read_text(encoding="utf-8")]


def test_modules_are_of_a_size_to_be_read_at_once() -> None:
    long = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON}
    too_long = {str(path): lines for path, lines in long.items() if lines > LONGEST_MODULE}
    assert not too_long


TEXT = {".py", ".md", ".toml", ".sql", ".yaml", ".json", ".yml", ".cfg", ".html", ".css"}


@pytest.mark.parametrize(
    "path",
    [path for path in sources() if path.suffix in TEXT and path.name != "tokenizer.json"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_nothing_cites_a_document_outside_the_repository(path: Path) -> None:
    if path == Path(__file__):
        return
    text = path.read_text(encoding="utf-8")
    assert not ELSEWHERE.findall(text)
