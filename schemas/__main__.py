"""`python -m schemas export | page`: the contracts as JSON Schema, AsyncAPI, OpenAPI and a page."""

import argparse
import sys
from pathlib import Path

from schemas.export import EXPORTED, export
from schemas.page import FILE, page


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
    showing = commands.add_parser(
        "page",
        help="write the topics, fields and examples as one HTML page",
        epilog="example: python -m schemas page --out /srv/www",
    )
    showing.add_argument(
        "--out", type=Path, default=Path(), help=f"folder of {FILE} (default: this one)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.command == "page":
        return _write_page(chosen.out)
    written = export(chosen.out)
    for path in written:
        print(f"wrote {path}")
    print(f"{len(written)} files changed" if written else "already up to date")
    return 0


def _write_page(folder: Path) -> int:
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")
    except OSError as error:
        print(f"cannot write {path}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
