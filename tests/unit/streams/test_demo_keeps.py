"""What the demo says of the console it keeps, and when: before the step that may take minutes."""

import io
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.console import Console

from infra.settings import Settings
from streams.lab.demo import Demo, Options
from streams.lab.gguf import GgufPart

ADDRESS = "http://127.0.0.1:8080"


class Quick(Demo):
    """The demo with its pipeline and its console there already."""

    def _run_pipeline(self, cleanup: ExitStack) -> None:
        pass

    def _open_console(self) -> str | None:
        return ADDRESS


def demo(monkeypatch: pytest.MonkeyPatch, *, keep: bool) -> tuple[Quick, io.StringIO, list[str]]:
    """A demo that is interrupted while it waits for llama.cpp, and what was told until then."""
    told = io.StringIO()
    before: list[str] = []

    def waits(part: GgufPart, current: Settings) -> bool:
        before.append(told.getvalue())
        raise KeyboardInterrupt

    monkeypatch.setattr(GgufPart, "run", waits)
    return Quick(Console(file=told), Options(Path("dump"), keep=keep)), told, before


def test_the_address_is_told_before_the_wait_and_ctrl_c_keeps_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, told, before = demo(monkeypatch, keep=True)
    kept.run()
    assert ADDRESS in before[0]
    assert "Ctrl-C leaves out the GGUF worker and keeps" in before[0]
    after = told.getvalue().removeprefix(before[0])
    assert "left out" in after
    assert "everything is left running" in after


def test_without_keep_ctrl_c_ends_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, told, before = demo(monkeypatch, keep=False)
    with pytest.raises(KeyboardInterrupt):
        ended.run()
    assert ADDRESS not in told.getvalue()
    assert "keeps" not in before[0]
