"""The steps from data to a network.

Wide and invented names come first, then the ones that were read, then 8 bits. Each part goes on
after a kill as if there had been none: names are drawn in the same order again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from tokenizers import Tokenizer

from models.extract.tagger.encode import Reader
from models.text.known_names import KnownNames
from models.training.classifier import vocabulary
from models.training.classifier.base import base_folder
from models.training.experiment.folder import Experiment
from models.training.experiment.loop import Measure
from models.training.tagger import shipped
from models.training.tagger.corpus import Corpus, Epoch, near, wide
from models.training.tagger.model import Net, pretrained, started
from models.training.tagger.settings import TaggerRecipe
from models.training.tagger.train import Inputs, Part, encode, fit, mixed, observe, opinions

_CLOSE_EPOCHS = 3
"""Epochs of read names that are made; they are seen in turn."""

Opinion = Callable[[Inputs, str], Inputs]
"""Adds a teacher's shares to inputs that have a name, or gives them back as they are."""

Run = Experiment[TaggerRecipe]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from, and how it is read."""

    corpus: Corpus
    reader: Reader

    def encoded(self, epoch: Epoch) -> Inputs:
        """An epoch as the network reads it."""
        return encode(self.reader, *epoch)


@dataclass(frozen=True, slots=True)
class Course:
    """Lessons with the opinion of a teacher."""

    lessons: Lessons
    opinion: Opinion


class Epochs:
    """Epochs of names, each drawn when it is asked for; the ones before it are drawn then, too.

    Args:
        draw: draws the next one.
        read: reads it.
    """

    def __init__(self, draw: Callable[[], Epoch], read: Callable[[Epoch], Inputs]) -> None:
        self._draw = draw
        self._read = read
        self._drawn = -1
        self._inputs: Inputs | None = None

    def __call__(self, epoch: int) -> Inputs:
        """The inputs of an epoch, counted from 0; never of one before the last one asked for."""
        while self._drawn < epoch:
            drawn = self._draw()
            self._drawn += 1
            self._inputs = self._read(drawn) if self._drawn == epoch else None
        assert self._inputs is not None
        return self._inputs


def reader_of(works: KnownNames | None = None) -> Reader:
    """The reader over the shipped tokenizer, and the shipped catalogue if no other is given."""
    return Reader(
        Tokenizer.from_file(str(shipped.path("tokenizer"))),
        works if works is not None else KnownNames.load(shipped.path("catalogue")),
    )


def teacher(experiment: Run, lessons: Lessons) -> Net:
    """The network whose opinion is learnt: what ships, or a BERT that is taught all names first."""
    settings = experiment.recipe.teacher
    if settings.base == "shipped":
        return shipped.net()
    torch.manual_seed(experiment.recipe.seed)
    net = _based(settings.base)
    net.load_state_dict(experiment.step("teacher", lambda: _taught(experiment, lessons, net)))
    net.eval()
    return net


def _based(base: str) -> Net:
    """A BERT of a folder over the shipped pieces."""
    folder = base_folder(base)
    known = Tokenizer.from_file(str(shipped.path("tokenizer"))).get_vocab()
    pieces = vocabulary.vocabulary_of(vocabulary.base_tokenizer(folder))
    return pretrained(folder, sorted(known, key=known.__getitem__), pieces)


def _taught(experiment: Run, lessons: Lessons, net: Net) -> dict[str, torch.Tensor]:
    recipe = experiment.recipe
    corpus, settings, rows = lessons.corpus, recipe.teacher, recipe.rows
    rng = random.Random(recipe.seed)  # noqa: S311
    scale = settings.scale * rows.scale
    first = Epochs(lambda: wide(corpus, rng, scale), lessons.encoded)
    fit(net, first, Part(experiment, "teacher-wide", settings.wide))
    then = Epochs(lambda: near(corpus, rng), lessons.encoded)
    fit(net, then, Part(experiment, "teacher-near", settings.near))
    return dict(net.to("cpu").state_dict())


def tagger(
    experiment: Run, lessons: Lessons, measure_of: Callable[[Net], Measure | None] | None = None
) -> Net:
    """Train the network: floats first, then 8 bits.

    Args:
        experiment: where it goes on, and how it is trained.
        lessons: what it learns from.
        measure_of: makes the measure of a network on what is held out.
    """
    net = begun(experiment.recipe)
    net.load_state_dict(
        experiment.step("student", lambda: _student(experiment, lessons, net, measure_of))
    )
    net.eval()
    return net


def _student(
    experiment: Run,
    lessons: Lessons,
    net: Net,
    measure_of: Callable[[Net], Measure | None] | None,
) -> dict[str, torch.Tensor]:
    opinion: Opinion = untaught
    if experiment.recipe.teacher.base:
        opinion = _opinion(experiment, teacher(experiment, lessons))
    torch.manual_seed(experiment.recipe.seed)
    net.load_state_dict(begun(experiment.recipe).state_dict())
    measure = None if measure_of is None else measure_of(net)
    course = Course(lessons, opinion)
    broad(experiment, net, course)
    closed(experiment, net, course, measure=measure)
    return dict(net.to("cpu").state_dict())


def begun(recipe: TaggerRecipe) -> Net:
    """The network before its first step."""
    if recipe.start == "shipped":
        net = shipped.net()
    else:
        reader = Tokenizer.from_file(str(shipped.path("tokenizer")))
        net = started(shipped.classifier("model"), reader.get_vocab_size())
    net.layers = net.layers[: recipe.layers]
    return net


def broad(experiment: Run, net: Net, course: Course, name: str = "student") -> None:
    """Teach a network wide names, if the recipe has any."""
    recipe, lessons = experiment.recipe, course.lessons
    if recipe.wide is None or recipe.rows.works == "made":
        return
    rng = random.Random(recipe.seed + 1)  # noqa: S311
    drawn = wide(lessons.corpus, rng, recipe.rows.scale)
    names = course.opinion(lessons.encoded(drawn), "wide")
    fit(net, lambda epoch: names, Part(experiment, f"{name}-wide", recipe.wide))


def closed(
    experiment: Run,
    net: Net,
    course: Course,
    name: str = "student",
    measure: Measure | None = None,
) -> None:
    """Teach a network the names that were read, in floats and then in 8 bits."""
    recipe, lessons, rows = experiment.recipe, course.lessons, experiment.recipe.rows
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed + 2)  # noqa: S311
    close = []
    for epoch in range(_CLOSE_EPOCHS):
        drawn = near(lessons.corpus, rng, rows.near_scale, rows.rehearsed)
        close.append(course.opinion(lessons.encoded(drawn), f"near-{epoch}"))

    def turn(epoch: int) -> Inputs:
        return close[epoch % len(close)]

    fit(net, turn, Part(experiment, f"{name}-near", recipe.near), measure)
    observe(net, close[0], recipe.machine.device)
    if recipe.last is not None:
        fit(net, turn, Part(experiment, f"{name}-8-bits", recipe.last), measure)


def untaught(inputs: Inputs, name: str) -> Inputs:
    """No teacher: inputs as they are."""
    del name
    return inputs


def _opinion(experiment: Run, net: Net) -> Opinion:
    """Adds the opinion of a teacher to inputs; it is asked once, whatever is killed."""
    recipe = experiment.recipe

    def taught(inputs: Inputs, name: str) -> Inputs:
        said = experiment.step(f"opinions-{name}", lambda: opinions(net, inputs, recipe.machine))
        trust = recipe.rows.label_trust
        if trust is None:
            return replace(inputs, soft=said)
        return replace(inputs, soft=mixed(inputs, said, trust), soft_share=1.0)

    return taught
