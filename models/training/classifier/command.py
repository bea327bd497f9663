"""`python -m models.training classifier`: from labelled names to a classifier."""

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.classify.ensemble import MODEL
from models.training.classifier import invented, known, weak
from models.training.classifier.base import base_folder, smol_file
from models.training.classifier.settings import ClassifierRecipe
from models.training.experiment import starts as begun_with
from models.training.experiment.errors import DataMissing, require_files
from models.training.experiment.folder import Experiment
from models.training.experiment.results import Made
from models.training.experiment.task import Task
from models.training.row_files import GOLD, NAMES

if TYPE_CHECKING:
    from models.training.classifier.corpus import Corpus

_EXAMPLES = """examples:
  python -m models.training classifier --data DATA --recipe classifier-own --out EXPERIMENT
      DATA has names/p2p_labelled.jsonl.gz of your own: what ships learns on, and forgets nothing
  python -m models.training classifier --data DATA --out EXPERIMENT
      the whole data folder, two cores, under two hours: MiniLM teaches
  python -m models.training classifier --data DATA --recipe classifier-gpu --out EXPERIMENT
      one GPU, ten minutes: SmolLM2 teaches, too; so were the shipped weights made
  python -m models.training classifier --data DATA --out EXPERIMENT --set rows.limit=500
      to see it run: some minutes
  python -m models.training classifier --data DATA --out EXPERIMENT --set teachers.bert=./my-bert
      a BERT of your own as the teacher (small.base: as the start of the small one)
  python -m models activate EXPERIMENT
      make the accepted weights the ones that are used
"""

_LISTS = (*weak.LISTS, *weak.DUMPS, *known.SOURCES, invented.BOOKS)
"""Files that are learnt from where they are there."""

_WANTED = f"the folder that holds {NAMES}"


def files(folder: Path, recipe: ClassifierRecipe) -> list[Path]:
    """The files that are learnt from.

    Raises:
        DataMissing: one that the recipe cannot do without is not there.
    """
    paths = require_files(folder, [NAMES], _WANTED)
    needs_lists = recipe.catalogue == "data" or recipe.rows.weak > 0
    if needs_lists or recipe.rows.plain or recipe.rows.authors:
        missing = [name for name in known.SOURCES if not (folder / name).is_file()]
        if missing:
            raise DataMissing(
                f"{folder / missing[0]} is not there, and recipe {recipe.name} needs the lists of "
                "works. For names of your own alone: --recipe classifier-own"
            )
        paths += [folder / name for name in _LISTS if (folder / name).is_file()]
    if recipe.rows.rehearsed:
        from models.training.classifier.corpus import UNLABELLED

        paths += [folder / name for name in UNLABELLED if (folder / name).is_file()]
    if (folder / GOLD).is_file():
        paths.append(folder / GOLD)
    return paths


def starts(recipe: ClassifierRecipe) -> dict[str, Path]:
    """The weights that training begins with, and those of the teachers.

    Raises:
        RecipeError, DataMissing: one is not there.
    """
    small, teachers = recipe.small, recipe.teachers
    roles = ["model"] if small.start == "shipped" or teachers.shipped else []
    roles += ["ngrams"] if recipe.linear.start == "shipped" or teachers.shipped else []
    weights = begun_with.shipped(MODEL, *roles)
    if teachers.bert:
        weights |= begun_with.base(f"teachers.bert={teachers.bert}", base_folder(teachers.bert))
    if small.start != "shipped":
        weights |= begun_with.base(f"small.base={small.base}", base_folder(small.base))
    if teachers.smol:
        path = smol_file(Path(teachers.smol))
        weights[f"teachers.smol={path.name}"] = path
    return weights


def train(experiment: Experiment[ClassifierRecipe]) -> Made:
    """Ask the teachers, train both members, export, calibrate and measure."""
    from models.training.classifier import manifest
    from models.training.classifier.corpus import gather
    from models.training.classifier.student import taught_of, trained
    from models.training.classifier.teaching import opinions
    from models.training.experiment.precision import prepare

    recipe = experiment.recipe
    prepare(recipe.machine)
    corpus = gather(experiment.root, recipe, experiment.judged)
    taught = taught_of(corpus, opinions(experiment, corpus), recipe)
    networks = trained(experiment, taught)
    shape = _export(experiment, networks, corpus)
    return manifest.described(corpus, experiment.candidate, experiment.root, shape)


def _export(
    experiment: Experiment[ClassifierRecipe], networks: dict[str, Any], corpus: "Corpus"
) -> dict[str, int]:
    """Write the files of the model; returns layers and width of the BERT."""
    from models.training.classifier import linear, manifest, shipped, works
    from models.training.classifier.export import export
    from models.training.classifier.model import Precision
    from models.training.classifier.student import started

    recipe = experiment.recipe
    out = {role: experiment.candidate / name for role, name in manifest.FILES.items()}
    net = started(recipe, networks["tokenizer"])
    net.load_state_dict(networks["small"])
    net.set_precision(Precision.EIGHT_BITS)
    table = linear.Linear()
    table.load_state_dict(networks["linear"])
    networks["tokenizer"].save(str(out["tokenizer"]), pretty=False)
    export(net.eval(), out["model"])
    linear.save(table, out["ngrams"])
    corpus.known.save(out["catalogue"])
    if recipe.catalogue == "data":
        works.known_works(experiment.root).save(out["works"])
    else:
        shutil.copyfile(shipped.path("works"), out["works"])
    return {"layers": len(net.layers), "width": net.words.weight.shape[1]}


TASK = Task(
    name="classifier",
    what="train the classifier: its small BERT and its linear member",
    examples=_EXAMPLES,
    recipe=ClassifierRecipe,
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
