"""`python -m models.training tagger`: from names with their fields to a tagger."""

import argparse
from pathlib import Path

from models.classify.ensemble import MODEL as CLASSIFIER
from models.extract.tagger.run import MODEL
from models.training.classifier.base import base_folder
from models.training.experiment import starts as begun_with
from models.training.experiment.errors import DataMissing, require_files
from models.training.experiment.folder import Experiment
from models.training.experiment.results import Made
from models.training.experiment.task import Task
from models.training.row_files import CATALOGUE, FIELDS, GOLD
from models.training.tagger import data
from models.training.tagger.settings import TaggerRecipe

_EXAMPLES = """examples:
  python -m models.training tagger --data DATA --recipe tagger-own --out EXPERIMENT
      DATA has fields/p2p_labelled.jsonl.gz of your own: what ships learns on, and forgets nothing
  python -m models.training tagger --data DATA --out EXPERIMENT
      the whole data folder, two cores, about two hours: MiniLM teaches; so it ships
  python -m models.training tagger --data DATA --out EXPERIMENT --set rows.scale=0.02 \\
      --set teacher.base=\"\"
      to see it run: some minutes, no teacher
  python -m models activate EXPERIMENT
      make the accepted weights the ones that are used

what is counted of a tagger, in models/extract/evidence/trust.toml; --help of each says more:
  python -m models.training.tagger.folds --data DATA --out FOLDS
      answers of taggers that have not seen the names
  python -m models.training.tagger.precedence --data DATA --answers FOLDS/answers.jsonl
      whom to believe where it and the rules differ
  python -m models.training.tagger.asking --data DATA
      about which names it need not be asked
"""

SOURCES = (
    data.SCENE_AUDIO,
    data.SCENE_VIDEO,
    data.SCENE_BOOK,
    *CATALOGUE,
)
"""Files that names are refilled and invented from."""

_WANTED = f"the folder that holds {FIELDS}"


def files(folder: Path, recipe: TaggerRecipe) -> list[Path]:
    """The files that are learnt from.

    Raises:
        DataMissing: one that the recipe cannot do without is not there.
    """
    paths = require_files(folder, [FIELDS], _WANTED)
    if recipe.rows.works == "data":
        missing = [name for name in SOURCES if not (folder / name).is_file()]
        if missing:
            raise DataMissing(
                f"{folder / missing[0]} is not there, and recipe {recipe.name} needs the scene "
                "files and the lists of works. For names of your own alone: --recipe tagger-own"
            )
        paths += [folder / name for name in SOURCES]
    if (folder / GOLD).is_file():
        paths.append(folder / GOLD)
    return paths


def starts(recipe: TaggerRecipe) -> dict[str, Path]:
    """The weights that training begins with, and those of the teacher.

    Raises:
        RecipeError, DataMissing: one is not there.
    """
    begun = CLASSIFIER if recipe.start == "classifier" else MODEL
    weights = begun_with.shipped(begun, "model")
    teacher = recipe.teacher.base
    if teacher == "shipped":
        weights |= begun_with.shipped(MODEL, "model")
    elif teacher:
        weights |= begun_with.base(f"teacher.base={teacher}", base_folder(teacher))
    return weights


def train(experiment: Experiment[TaggerRecipe]) -> Made:
    """Ask the teacher, train, export, calibrate and measure."""
    from models.training.classifier.model import Precision
    from models.training.experiment.precision import prepare
    from models.training.tagger.corpus import gathered
    from models.training.tagger.held_share import measure_of
    from models.training.tagger.manifest import described
    from models.training.tagger.recipe import Lessons, reader_of, tagger

    recipe = experiment.recipe
    prepare(recipe.machine)
    lessons = Lessons(gathered(experiment.root, recipe, experiment.judged), reader_of())
    device = recipe.machine.device
    net = tagger(experiment, lessons, lambda net: measure_of(net, lessons, device))
    net.set_precision(Precision.EIGHT_BITS)
    return described(experiment, lessons, net.eval())


TASK = Task(
    name="tagger",
    what="train the tagger, which says what the words of a name are",
    examples=_EXAMPLES,
    recipe=TaggerRecipe,
    files=files,
    train=train,
    starts=starts,
)


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    return TASK.parser()


def run(arguments: list[str]) -> int:
    """Train; returns the exit code."""
    return TASK.run(arguments)
