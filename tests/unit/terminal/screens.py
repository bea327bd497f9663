"""Screens as text, kept beside the tests: what a person would see, without colours.

`UPDATE_SCREENS=1 pytest tests/unit/terminal` writes them anew; look at the difference before it is
committed.
"""

import os
from pathlib import Path
from typing import Any

from textual.app import App

KEPT = Path(__file__).with_name("screens")


def text_of(app: App[Any]) -> str:
    """The screen, a line each, without blanks at the ends."""
    strips = app.screen._compositor.render_strips()
    lines = ("".join(segment.text for segment in strip).rstrip() for strip in strips)
    return "\n".join(lines) + "\n"


def assert_is_kept(app: App[Any], name: str) -> None:
    """The screen is as it was kept."""
    path = KEPT / f"{name}.txt"
    shown = text_of(app)
    if os.environ.get("UPDATE_SCREENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
