"""A release is refused while the changelog or Git says that it is not ready."""

import subprocess
from pathlib import Path

import pytest

from infra.release import ReleaseError, build, readiness

EMPTY = "# Changelog\n\n## Unreleased\n\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository of version 1.2.0 where all is committed."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n', encoding="utf-8")
    change(tmp_path, f"{EMPTY}## 1.2.0\n\n- a lamp\n")
    return tmp_path


def change(folder: Path, changelog: str) -> None:
    """Commit a changelog."""
    (folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    author = ["-c", "user.name=Moth", "-c", "user.email=moth@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "-m", "Lamps"]):
        subprocess.run(["git", *words], cwd=folder, check=True)


def test_a_version_of_which_the_changelog_tells_is_ready(checkout: Path) -> None:
    readiness.check(readiness.version(checkout), checkout)
    change(checkout, f"{EMPTY}## 1.2.0 (2026-01-02)\n\n- a lamp\n")
    readiness.check("1.2.0", checkout)


@pytest.mark.parametrize("heading", ["## 1.2.1", "## 1.2.0 (unreleased)", "## 11.2.0", "## 1.2"])
def test_a_version_of_which_the_changelog_does_not_tell_is_refused(
    checkout: Path, heading: str
) -> None:
    change(checkout, f"{EMPTY}{heading}\n\n- a lamp\n")
    with pytest.raises(ReleaseError, match=r"no section '## 1\.2\.0'"):
        readiness.check("1.2.0", checkout)


def test_changes_that_no_version_tells_of_are_refused(checkout: Path) -> None:
    change(checkout, f"{EMPTY}- a moth\n\n## 1.2.0\n\n- a lamp\n")
    with pytest.raises(ReleaseError, match="Unreleased: move them"):
        readiness.check("1.2.0", checkout)


def test_a_checkout_with_changes_is_refused(checkout: Path) -> None:
    (checkout / "lamp.py").write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"not committed: lamp\.py; .* DIRTY=1"):
        readiness.check("1.2.0", checkout)


def test_the_sums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    for name in ("a.whl", "b.tar.gz"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    build.sums(tmp_path)
    build.sums(tmp_path)
    done = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.split() == ["a.whl:", "OK", "b.tar.gz:", "OK"]
