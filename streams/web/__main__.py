"""`python -m streams.web`: the console."""

import sys
from importlib.util import find_spec

NEEDED = ("fastapi", "jinja2", "python_multipart", "uvicorn")
"""What the extra `web` brings."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command, if what it needs is installed; returns its exit code."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        sys.stderr.write(
            f"the console needs {', '.join(missing)}: install the extra `web` with"
            " `uv pip install -e .[web]`\n"
        )
        return 1
    from streams.web.command import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
