"""`python -m models activate`: weights of one's own answer, or those that ship again."""

import argparse
import os
import sys
from pathlib import Path

from models.oneshot.options import add_weights, make_parser
from models.oneshot.safe import safe

_REFUSED = 3
_WRONG = 2
_ENV_FILE = Path(".env")
"""Settings of workers that start in this folder."""

_EXAMPLES = """examples:
  python -m models activate EXPERIMENT         what `python -m models.training ...` made
  python -m models activate EXPERIMENT --name mine
  python -m models activate qwen               a model that is installed; `models list` has them
  python -m models activate --list             what answers in each stage, and why
  python -m models activate --reset classify   what ships again: classify, tagger, match or llm

EXPERIMENT is copied below the folder of weights with a revision of 100 or more, answers one
question, and is asked from then on by `mimmo` at once, and by workers when they start again. It is
refused if training refused it. The settings STREAMS_CLASSIFY_MODEL, STREAMS_TAGGER_MODEL,
STREAMS_MATCH_MODEL and STREAMS_LLM_MODEL name other models for one process. A file .env is read by
workers alone; --list says where it names one.

exit codes: 0 done; 1 weights are missing or cannot answer, the last line says which; 2 wrong usage;
3 refused by the gate of training
"""


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what = "weights of your own answer, or those that ship again"
    parser = make_parser("python -m models activate", what, _EXAMPLES)
    parser.add_argument(
        "target", nargs="?", metavar="FOLDER|NAME", help="an experiment, or an installed model"
    )
    parser.add_argument("--name", help="what to call it (default: the folder's name)")
    parser.add_argument(
        "--force",
        action="store_true",
        help="also where classes of your own, or the classifier they were learnt beside, are lost",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--reset", metavar="STAGE", help="make what ships active again")
    how.add_argument("--list", action="store_true", help="what answers in each stage")
    add_weights(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Activate, go back, or tell; returns the exit code.

    Raises:
        models.registry.WeightsError, models.runtime.MissingRuntime: the message says what to do.
    """
    parser = make()
    chosen = parser.parse_args(arguments)
    if bool(chosen.target) == bool(chosen.list or chosen.reset):
        parser.error("give FOLDER or NAME, or --reset STAGE, or --list")
    if chosen.name and not chosen.target:
        parser.error("--name goes with FOLDER")
    if chosen.force and not chosen.target:
        parser.error("--force goes with FOLDER or NAME")
    if chosen.list:
        return tell(chosen.weights)
    if chosen.reset:
        return _reset(chosen.reset, chosen.weights, parser)
    return _activate(chosen)


def tell(weights_dir: Path) -> int:
    """Print what answers in each stage. Returns 1 where something cannot answer."""
    from models.active import Stage, chosen
    from models.beside import stale
    from models.registry import WeightsError

    code = 0
    for stage in Stage:
        try:
            weights = chosen(stage, weights_dir)
            for role, file in weights.manifest.files.items():
                if file.local:
                    weights.path(role)
        except WeightsError as error:
            code = 1
            _say(f"{stage}: cannot answer: {safe(str(error))}")
            continue
        _say(f"{stage}: {weights.told}  {weights.origin}")
        if (told := stale(weights)) is not None:
            _say(f"{stage}: {told}")
    if overruling := _in_env_file():
        _say(f"""{" and ".join(overruling)} in {_ENV_FILE}: workers that start in this folder read \
it, `mimmo` and this command do not. Set them in the environment, where all see them""")
    return code


def _in_env_file() -> list[str]:
    """The settings in `.env`, in this folder, that decide which weights a worker asks."""
    from models.active import Stage, variable

    try:
        text = _ENV_FILE.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    named = {line.removeprefix("export ").partition("=")[0].strip() for line in text.splitlines()}
    known = [*map(variable, Stage), "STREAMS_HOME"]
    return [name for name in known if name in named and name not in os.environ]


def _activate(chosen: argparse.Namespace) -> int:
    from models import installing
    from models.folders import Refused

    try:
        done = installing.activate(chosen.target, chosen.weights, chosen.name, force=chosen.force)
    except Refused as error:
        sys.stderr.writelines(f"{safe(line)}\n" for line in str(error).splitlines())
        return _REFUSED
    weights = done.weights
    _say(f"{weights.stage}: {weights.told}, is active; before: {done.before}")
    if done.beside is not None:
        _tell_uncompared(weights.stage, done.before.partition("@")[0], done.beside)
    _tell_next(weights.stage, weights.manifest.revision)
    return 0


def _tell_uncompared(stage: str, before: str, beside: str) -> None:
    from models.training.compare.weights import TASKS

    task = next(task for task, known in TASKS.items() if known == stage)
    sys.stderr.write(
        f"the gate held it against {safe(beside)}, and not against what it replaces. To compare:\n"
        f"  python -m models.training compare {task} {safe(before)} active --evaluation FILE\n"
    )


def _reset(name: str, weights_dir: Path, parser: argparse.ArgumentParser) -> int:
    from models import active, installing

    named = "tagger" if name == "extract" else name
    if named not in active.SHIPPED:
        parser.error(f"no stage {name!r}; there are: {', '.join(active.Stage)}")
    stage = active.Stage(named)
    before = installing.reset(stage, weights_dir)
    ships = active.shipped(stage)
    if before is None:
        _say(f"{stage}: {ships.told}, which ships, was active already")
        return 0
    _say(f"{stage}: {ships.told}, which ships, is active again; before: {safe(before)}")
    _tell_next(stage, active.revision_of_results(ships))
    return 0


def _tell_next(stage: str, revision: int) -> None:
    from models.active import RESULTS, Stage

    # Rules, tagger and language models count their revisions each for themselves: without its
    # method a low number would bring back old results of the others.
    methods = {Stage.TAGGER: " --method tagger", Stage.LLM: " --method llm"}
    results = RESULTS[Stage(stage)]
    work = "llm --pending" if stage == Stage.LLM else results
    method = methods.get(Stage(stage), "")
    _say(f"""workers ask it when they start again; for what is stored:
  python -m streams.reprocess {work}
  python -m infra.postgres activate {results} {revision}{method}""")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
