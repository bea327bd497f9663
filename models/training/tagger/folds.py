"""Taggers that have not seen the names that they are asked about.

The names that were read are dealt out into folds, near-copies together. One network learns from
scene and invented names alone; of it a copy for each fold goes on with the read names of the other
folds, and answers those of its own. The answers are what precedence and calibration are counted on:
`python -m models.training.tagger.precedence`.

What stays seen: the classifier, whose belief the taggers are told, was trained on names of the same
source, and the rules were written while looking at half of the names.
"""

import argparse
import copy
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.evaluation.folds import folds
from models.extract.tagger.run import Tagger
from models.text.known_names import KnownNames
from models.training import command
from models.training.classifier.data import near_copy
from models.training.experiment.errors import TrainingError
from models.training.held_out import family
from models.training.tagger import answers, calibrate
from models.training.tagger.data import Example

if TYPE_CHECKING:
    from models.training.experiment.folder import Experiment
    from models.training.tagger.corpus import Corpus
    from models.training.tagger.model import Net
    from models.training.tagger.recipe import Lessons
    from models.training.tagger.settings import TaggerRecipe

_NEAR = 0.5
"""What of the scale an epoch of read names has: its copies are made anew for each fold."""

_EPILOG = """examples:
  python -m models.training.tagger.folds --data DATA --out /tmp/folds
      two cores, about 20 minutes; what is in the folder already is not trained again
  python -m models.training.tagger.folds --data DATA --out /tmp/blind --without-catalogue
      what the tagger is worth if nobody tells it which names the world knows
"""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The folder of a cross-validation with its recipe, and what its networks learn from."""

    experiment: "Experiment[TaggerRecipe]"
    lessons: "Lessons"

    @property
    def out(self) -> Path:
        """Where answers are written."""
        return self.experiment.folder


def fold_of(examples: Sequence[Example], count: int) -> list[int]:
    """The fold of each name; the names of a release family are in one."""
    return folds([(family(row.name), near_copy(row.name)) for row in examples], count)


def without_read(corpus: "Corpus") -> "Corpus":
    """The corpus with no name that was read."""
    return replace(corpus, read=[], held=[])


def answered(
    crossing: Crossing, rows: Sequence[Example], count: int, wanted: Sequence[int]
) -> None:
    """Write what each fold's network says of its own names, fold by fold.

    Args:
        crossing: what the networks learn from; its corpus has all names that were read.
        rows: the names that were read.
        count: how many folds.
        wanted: the folds that are answered, from 0.
    """
    of = fold_of(rows, count)
    wide = _wide(crossing)
    for fold in wanted:
        path = crossing.out / f"fold-{fold}.jsonl"
        if path.is_file():
            continue
        learnt = [row for row, own in zip(rows, of, strict=True) if own != fold]
        asked = [row for row, own in zip(rows, of, strict=True) if own == fold]
        answers.write(path, _of_fold(crossing, wide, learnt, asked, fold))
    parts = sorted(crossing.out.glob("fold-*.jsonl"))
    answers.write(
        crossing.out / answers.FILE, (answer for part in parts for answer in answers.read(part))
    )


def _wide(crossing: Crossing) -> "Net":
    """The network that has seen no read name."""
    import torch

    from models.training.tagger import recipe

    experiment = crossing.experiment
    net = recipe.begun(experiment.recipe)

    def taught() -> dict[str, Any]:
        unread = replace(crossing.lessons, corpus=without_read(crossing.lessons.corpus))
        torch.manual_seed(experiment.recipe.seed)
        net.load_state_dict(recipe.begun(experiment.recipe).state_dict())
        recipe.broad(experiment, net, recipe.Course(unread, recipe.untaught), "unread")
        return dict(net.to("cpu").state_dict())

    net.load_state_dict(experiment.step("unread", taught))
    return net


def _of_fold(
    crossing: Crossing,
    wide: "Net",
    learnt: Sequence[Example],
    asked: Sequence[Example],
    fold: int,
) -> list[answers.Answer]:
    """The answers of a network that has learnt from the names of all other folds."""
    from models.training.tagger import recipe
    from models.training.tagger.export import export

    corpus = replace(crossing.lessons.corpus, read=list(learnt), held=[])
    lessons = replace(crossing.lessons, corpus=corpus)
    net = copy.deepcopy(wide)
    recipe.closed(crossing.experiment, net, recipe.Course(lessons, recipe.untaught), f"fold-{fold}")
    model = crossing.out / f"fold-{fold}.onnx"
    export(net.to("cpu").eval(), model)
    tagger = Tagger(model, lessons.reader, calibrate.NEUTRAL)
    verdicts = corpus.verdicts
    tags = tagger.tag([row.name for row in asked], [verdicts[row.name] for row in asked])
    return [answers.Answer(row.name, fold, said) for row, said in zip(asked, tags, strict=True)]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.tagger.folds",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with fields/ and catalogue/"
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for networks and answers, outside the code"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument(
        "--only", type=int, nargs="+", metavar="FOLD", help="answer these folds alone, from 0"
    )
    parser.add_argument(
        "--without-catalogue", action="store_true", help="tell the tagger of no known name"
    )
    parser.add_argument(
        "--scale", type=float, default=0.4, help="share of the names that each epoch has"
    )
    parser.add_argument("--epochs", type=int, default=2, help="epochs of the names that were read")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Train a network for each fold and write the answers. Returns the exit code."""
    options = _arguments().parse_args(arguments)
    try:
        return _cross(options)
    except ImportError as error:
        return command.lacks_packages(error, "train,onnx")
    except TrainingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _cross(options: argparse.Namespace) -> int:
    from models.training.experiment.folder import Experiment
    from models.training.experiment.precision import prepare
    from models.training.tagger import recipe as steps
    from models.training.tagger.command import files
    from models.training.tagger.corpus import gather

    recipe = _recipe(options)
    prepare(recipe.machine)
    command.logger(__name__)
    learnt_from = files(options.data, recipe)
    with Experiment.begin(options.out, recipe, learnt_from, options.data) as experiment:
        corpus = gather(options.data, seed=options.seed, scale=options.scale)
        works = KnownNames.of({}) if options.without_catalogue else None
        crossing = Crossing(experiment, steps.Lessons(corpus, steps.reader_of(works)))
        wanted = options.only or range(options.folds)
        answered(crossing, [*corpus.read, *corpus.held], options.folds, wanted)
    return 0


def _recipe(options: argparse.Namespace) -> "TaggerRecipe":
    """The recipe of the tagger that ships, but shorter and without a teacher."""
    from models.training.experiment.recipe import load_recipe
    from models.training.tagger.settings import TaggerRecipe

    name = "tagger-folds-blind" if options.without_catalogue else "tagger-folds"
    changes = (
        f"name={name}",
        f"seed={options.seed}",
        'teacher.base=""',
        f"machine.threads={options.threads}",
        f"rows.scale={options.scale}",
        f"rows.near_scale={_NEAR * options.scale}",
        "wide.epochs=1",
        f"near.epochs={options.epochs}",
    )
    recipe = load_recipe(TaggerRecipe, "tagger", changes)
    return recipe.model_copy(update={"last": None})


if __name__ == "__main__":
    sys.exit(main())
