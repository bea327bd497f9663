"""Lets the command run where what it needs is installed, and says what is missing where not."""

from streams.web.__main__ import complain

_NEEDED = ("starlette", "uvicorn")
"""Of the extra `web`: no pages are made here."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    if complain("inference over HTTP", _NEEDED):
        return 1
    from streams.web.inference.command import main as run

    return run(arguments)
