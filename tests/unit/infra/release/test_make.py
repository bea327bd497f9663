"""`python -m infra.release make` builds nothing that is not ready, and tries what it built."""

import sys
from pathlib import Path

import pytest

from infra.release import ReleaseError, build, readiness, trial
from infra.release.__main__ import main


@pytest.fixture
def unready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout that is not ready, where a build says so and ends."""

    def refuse(*_: object) -> None:
        raise ReleaseError("CHANGELOG.md has no section")

    def built(*_: object) -> None:
        raise ReleaseError("it was built")

    monkeypatch.setattr(readiness, "check", refuse)
    monkeypatch.setattr(build, "packages", built)


@pytest.mark.usefixtures("unready")
def test_what_is_not_ready_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["make"]) == 1
    assert capsys.readouterr().err == "error: CHANGELOG.md has no section\n"


@pytest.mark.usefixtures("unready")
def test_it_can_be_tried_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["make", "--dirty"]) == 1
    assert capsys.readouterr().err == "error: it was built\n"


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ReleaseError, match="the build failed"):
        build.packages(out, Path(__file__).parent)


def test_earlier_packages_do_not_stay_beside_new_ones(tmp_path: Path) -> None:
    (tmp_path / "mimmo_streams-0.0.1-py3-none-any.whl").write_text("", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    with pytest.raises(ReleaseError):
        build.packages(tmp_path, Path(__file__).parent)
    assert [path.name for path in tmp_path.glob("*.[wt]*")] == ["notes.txt"]


@pytest.mark.parametrize(
    ("script", "seconds", "said"),
    [
        ("import sys; sys.exit('no lamp')", 60, "(?s)failed:.*no lamp"),
        ("import time; time.sleep(60)", 1, "did not end within 1 s"),
    ],
)
def test_a_trial_that_fails_or_hangs_ends_the_release(
    tmp_path: Path, script: str, seconds: float, said: str
) -> None:
    tried = trial.Trial(Path(sys.executable), tmp_path)
    with pytest.raises(ReleaseError, match=said):
        tried.run([tried.python, "-c", script], seconds)


def test_a_trial_sees_nothing_of_our_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMS_HOME", "elsewhere")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    tried = trial.Trial(Path(sys.executable), tmp_path)
    script = "import os; print(os.getcwd(), *os.environ)"
    said = tried.run([tried.python, "-c", script], 60)
    assert str(tmp_path) in said
    assert "STREAMS_HOME" not in said
    assert "PYTHONPATH" not in said
