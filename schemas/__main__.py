"""`python -m schemas export`: write JSON Schema, AsyncAPI and OpenAPI of the contracts."""

import argparse
import sys
from pathlib import Path

from schemas.export import EXPORTED, export


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m schemas", description="The contracts, for other languages."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser(
        "export", help="write a JSON Schema a contract, asyncapi.json and openapi.json"
    )
    exporting.add_argument(
        "--out",
        type=Path,
        default=EXPORTED,
        help=f"folder (default {EXPORTED.name}/ in the package)",
    )
    chosen = parser.parse_args(arguments)
    written = export(chosen.out)
    for path in written:
        print(f"wrote {path}")
    print(f"{len(written)} files changed" if written else "already up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
