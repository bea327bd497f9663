"""`python -m models`, which is also `mimmo`; `models.commands` is the command line.

Everything is imported inside `main`, so that Ctrl-C ends it quietly from the start.
"""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.commands import Beyond

_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main(arguments: list[str] | None = None, beyond: "Beyond | None" = None) -> int:
    """Run the command line.

    Args:
        arguments: those of this process by default.
        beyond: commands that whoever calls this brings.

    Returns:
        What `models.commands.run` returns; 130 after Ctrl-C.
    """
    # Pydantic would look through every installed package for plugins; this project has none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from models import commands

        return commands.run(sys.argv[1:] if arguments is None else arguments, beyond)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
