"""The teachers of a training: each is taught the labels, and asked about every row."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.training.classifier import augment, shipped, vocabulary
from models.training.classifier.base import base_folder, smol_file
from models.training.classifier.corpus import Corpus
from models.training.classifier.data import Row
from models.training.classifier.model import pretrained
from models.training.classifier.settings import ClassifierRecipe, Lesson
from models.training.classifier.teacher import Smol, shares, smol_inputs
from models.training.classifier.train import Inputs, Part, encode, fit, hard_targets, predict
from models.training.experiment.folder import Experiment
from models.training.experiment.recipe import Schedule

Prepare = Callable[[Sequence[Row]], Inputs]
"""Reads rows as a teacher does."""


def opinions(
    experiment: Experiment[ClassifierRecipe], corpus: Corpus
) -> NDArray[np.float32] | None:
    """What the teachers think of `corpus.all` together: the mean of their shares.

    Each teacher's answers are kept, so a kill costs no more than a minute. Returns None if the
    recipe has no teacher.
    """
    teachers = experiment.recipe.teachers
    logits = []
    if teachers.bert:
        logits.append(experiment.step("teacher-bert", lambda: _bert(experiment, corpus)))
    if teachers.smol:
        logits.append(experiment.step("teacher-smol", lambda: _smol(experiment, corpus)))
    if teachers.shipped:
        threads = experiment.recipe.machine.threads
        logits.append(
            experiment.step("teacher-shipped", lambda: shipped.opinion(corpus.all, threads))
        )
    if not logits:
        return None
    mean: NDArray[np.float32] = np.mean([shares(part) for part in logits], axis=0, dtype=np.float32)
    return mean


def _bert(experiment: Experiment[ClassifierRecipe], corpus: Corpus) -> NDArray[np.float32]:
    """The logits of all layers of a BERT on all rows, told what is known of them."""
    recipe = experiment.recipe
    torch.manual_seed(recipe.seed)
    folder = base_folder(recipe.teachers.bert)
    base = vocabulary.base_tokenizer(folder)
    known = vocabulary.vocabulary_of(base)
    net = pretrained(folder, sorted(known, key=known.__getitem__), known)

    def prepare(rows: Sequence[Row]) -> Inputs:
        return encode(base, rows, corpus.flags(rows))

    part = Part(experiment, "teacher-bert", recipe.seed)
    return _teach(net, corpus, prepare, recipe.teachers.bert_lesson, part)


def _smol(experiment: Experiment[ClassifierRecipe], corpus: Corpus) -> NDArray[np.float32]:
    """SmolLM2's logits on all rows."""
    recipe = experiment.recipe
    torch.manual_seed(recipe.seed + 1)
    folder = Path(recipe.teachers.smol)
    gguf = smol_file(folder).relative_to(folder).as_posix()
    net = Smol(folder, gguf)

    def prepare(rows: Sequence[Row]) -> Inputs:
        return smol_inputs(folder, gguf, rows)

    part = Part(experiment, "teacher-smol", recipe.seed + 1)
    return _teach(net, corpus, prepare, recipe.teachers.smol_lesson, part)


def _teach(
    net: torch.nn.Module, corpus: Corpus, prepare: Prepare, lesson: Lesson, part: Part
) -> NDArray[np.float32]:
    """Weak labels first, then the ones that were read: the last word is theirs.

    Returns:
        The logits on all rows.
    """
    teachers = part.experiment.recipe.teachers
    rng = random.Random(part.seed)  # noqa: S311
    known = [row for row in corpus.weak if row.medium is not None]
    first = rng.sample(known, min(len(known), teachers.first_rows))
    first += rng.sample(corpus.copies, len(corpus.copies) // 3)
    if first:
        weak = Schedule(epochs=1, batch=lesson.weak_batch, rate=lesson.weak_rate)
        weak_part = Part(part.experiment, f"{part.name}-weak", part.seed)
        fit(net, (prepare(first), hard_targets(first)), weak, weak_part)
    last = augment.with_tails(corpus.read, rng, teachers.tails)
    read = Schedule(epochs=lesson.read_epochs, batch=lesson.read_batch, rate=lesson.read_rate)
    fit(net, (prepare(last), hard_targets(last)), read, part)
    return predict(net, prepare(corpus.all), part.device)
