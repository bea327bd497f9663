"""`python -m streams.web`: the console."""

import sys
from collections.abc import Iterable
from importlib.util import find_spec

NEEDED = ("fastapi", "jinja2", "python_multipart", "uvicorn")
"""What the extra `web` brings."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command, if what it needs is installed; returns its exit code."""
    if complain("the console", NEEDED):
        return 1
    from streams.web.command import main as run

    return run(arguments)


def complain(who: str, needed: Iterable[str]) -> bool:
    """Says which of the packages that a command needs are missing. Returns whether any is."""
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        sys.stderr.write(
            f"{who} needs {', '.join(missing)}: install the extra `web` with"
            " `uv pip install -e .[web]`\n"
        )
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
