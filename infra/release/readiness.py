"""Whether this checkout may become a release: the changelog tells of it, and all is committed."""

import re
import subprocess
import tomllib
from pathlib import Path

from infra.release import ROOT, ReleaseError


def version(root: Path = ROOT) -> str:
    """The version that `pyproject.toml` says."""
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return str(table["project"]["version"])


def check(version: str, root: Path = ROOT) -> None:
    """Refuse what is not ready.

    Raises:
        ReleaseError: the changelog has no section of this version, or changes outside of it; or
            something is not committed.
    """
    sections = _sections((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if version not in sections:
        raise ReleaseError(
            f"CHANGELOG.md has no section '## {version}': move there what is Unreleased"
        )
    if sections.get("Unreleased"):
        raise ReleaseError(
            f"CHANGELOG.md has changes that are Unreleased: move them to '## {version}'"
        )
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if changed:
        raise ReleaseError(
            f"not committed: {changed[0][3:]}"
            + (f" and {len(changed) - 1} more" if changed[1:] else "")
            + "; commit it, or try with DIRTY=1"
        )


def _sections(text: str) -> dict[str, str]:
    """What the changelog says, by version; a date in brackets is no part of a version."""
    parts = re.split(r"^## (\S+)(?: \(\d{4}-\d\d-\d\d\))?$", text, flags=re.MULTILINE)
    return {name: told.strip() for name, told in zip(parts[1::2], parts[2::2], strict=True)}
