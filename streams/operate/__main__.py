"""`python -m streams.operate COMMAND`: the care of what is stored."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from streams.operate.process import parser

COMMANDS = {
    "backup": ("streams.operate.backup.command", "main_backup", "copy all tables, while all runs"),
    "restore": ("streams.operate.backup.command", "main_restore", "write a copy back"),
    "retain": ("streams.operate.retain", "main", "drop torrents by age, class, seeders, size"),
    "vacuum": ("streams.operate.vacuum", "main", "what Postgres should clean up, and why"),
    "export": ("streams.operate.export.command", "main", "results as Parquet, JSON lines, CSV"),
    "verify": ("streams.operate.verify", "main", "whether the tables agree with each other"),
    "plan": ("streams.operate.capacity.command", "main", "what so many torrents need"),
    "aggregate": ("streams.operate.aggregate", "main", "count what models said, by day"),
}
"""Module, function and what it is for, by the name of the command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that is named; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    listed = "\n".join(f"  {name:10} {what}" for name, (_, _, what) in COMMANDS.items())
    reading = parser(
        "python -m streams.operate",
        "The care of what is stored; each command has --help with examples.",
        f"commands:\n{listed}\n",
    )
    reading.add_argument("command", choices=list(COMMANDS), metavar="COMMAND", help="one of these")
    chosen = reading.parse_args(given[:1])
    module, function, _ = COMMANDS[chosen.command]
    run: Callable[[Sequence[str]], int] = getattr(import_module(module), function)
    return run(given[1:])


if __name__ == "__main__":
    sys.exit(main())
