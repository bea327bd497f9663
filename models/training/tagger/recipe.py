"""The steps from data to a network.

Wide and invented names come first, then the ones that were read, then 8 bits.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from models.extract.tagger.encode import Reader
from models.text.known_names import KnownNames
from models.training.classifier import vocabulary
from models.training.classifier.train import Schedule
from models.training.tagger.corpus import Corpus, near, wide
from models.training.tagger.model import Net, pretrained, started
from models.training.tagger.train import Inputs, encode, fit, observe, opinions

TEACHER_SCALE = 0.45
"""Share of the wide names that the teacher reads: on two cores it reads 130 a second."""

_CLOSE_EPOCHS = 3
"""Epochs of read names that are made; they are seen in turn."""

Opinion = Callable[[Inputs], Inputs]
"""Adds a teacher's shares to inputs, or gives them back as they are."""


@dataclass(frozen=True, slots=True)
class Course:
    """How the network is trained.

    `scale` shrinks the wide names, `near_scale` an epoch of the read ones. The last epochs are in 8
    bits.
    """

    seed: int
    scale: float = 1.0
    near_scale: float = 1.0
    wide_epochs: int = 3
    near_epochs: int = 6
    last_epochs: int = 2
    batch: int = 64


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from, and how it is read."""

    corpus: Corpus
    reader: Reader

    def wide(self, rng: random.Random, scale: float) -> Inputs:
        """An epoch of all kinds of names."""
        return encode(self.reader, *wide(self.corpus, rng, scale))

    def near(self, rng: random.Random, scale: float = 1.0) -> Inputs:
        """An epoch of the read names."""
        return encode(self.reader, *near(self.corpus, rng, scale))


def reader_of(folder: Path, works: KnownNames | None = None) -> Reader:
    """The reader over the classifier's tokenizer, and its catalogue if no other is given."""
    return Reader(
        Tokenizer.from_file(str(folder / "tokenizer.json")),
        works if works is not None else KnownNames.load(folder / "catalogue.bin"),
    )


def teacher(lessons: Lessons, tokenizer: Tokenizer, minilm: Path, course: Course) -> Net:
    """MiniLM's six layers, taught on wide names and then on the read ones."""
    torch.manual_seed(course.seed)
    base = vocabulary.vocabulary_of(vocabulary.base_tokenizer(minilm))
    known = tokenizer.get_vocab()
    net = pretrained(minilm, sorted(known, key=known.__getitem__), base)
    rng = random.Random(course.seed)  # noqa: S311
    scale = TEACHER_SCALE * course.scale
    fit(
        net,
        [lambda: lessons.wide(rng, scale)],
        Schedule(1, 64, 2e-4),
        seed=course.seed,
        name="teacher, wide",
    )
    fit(
        net,
        [lambda: lessons.near(rng)] * 3,
        Schedule(3, 64, 1e-4),
        seed=course.seed,
        name="teacher, near",
    )
    return net


def tagger(lessons: Lessons, classifier: Path, opinion: Opinion, course: Course) -> Net:
    """Train the network that ships: floats first, then 8 bits.

    Args:
        lessons: what it learns from.
        classifier: folder of the classifier's weights, where it starts.
        opinion: adds a teacher's shares to inputs, or gives them back as they are.
        course: how it is trained.
    """
    net = broad(lessons, classifier, opinion, course)
    closed(net, lessons, opinion, course)
    return net


def broad(lessons: Lessons, classifier: Path, opinion: Opinion, course: Course) -> Net:
    """A network that starts with what the classifier knows, and has learnt from wide names."""
    torch.manual_seed(course.seed)
    pieces = Tokenizer.from_file(str(classifier / "tokenizer.json")).get_vocab_size()
    net = started(classifier / "model.onnx", pieces)
    rng = random.Random(course.seed + 1)  # noqa: S311
    names = opinion(lessons.wide(rng, course.scale))
    fit(
        net,
        [lambda: names] * course.wide_epochs,
        Schedule(course.wide_epochs, course.batch, 5e-4),
        seed=course.seed,
        name="wide",
    )
    return net


def closed(net: Net, lessons: Lessons, opinion: Opinion, course: Course) -> None:
    """Teach a network the names that were read, in floats and then in 8 bits."""
    torch.manual_seed(course.seed)
    rng = random.Random(course.seed + 2)  # noqa: S311
    close = [opinion(lessons.near(rng, course.near_scale)) for _ in range(_CLOSE_EPOCHS)]
    turns = [lambda turn=turn: close[turn % len(close)] for turn in range(course.near_epochs)]
    fit(
        net,
        turns,
        Schedule(course.near_epochs, course.batch, 2.5e-4),
        seed=course.seed,
        name="near",
    )
    observe(net, close[0])
    last = [lambda turn=turn: close[turn % len(close)] for turn in range(course.last_epochs)]
    fit(
        net,
        last,
        Schedule(course.last_epochs, course.batch, 8e-5),
        seed=course.seed,
        name="8 bits",
    )


def untaught(inputs: Inputs) -> Inputs:
    """No teacher: inputs as they are."""
    return inputs


def taught(net: Net) -> Opinion:
    """Adds the opinion of a teacher to inputs."""
    return lambda inputs: replace(inputs, soft=opinions(net, inputs))
