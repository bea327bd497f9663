"""The two networks that ship: the small BERT and the table of n-grams."""

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.text.encoder_input import classified_text
from models.training.classifier import balance, linear, shipped, vocabulary
from models.training.classifier.base import base_folder
from models.training.classifier.corpus import Corpus
from models.training.classifier.data import Row
from models.training.classifier.model import (
    Net,
    Size,
    narrowed,
    pretrained,
    pretrained_words,
)
from models.training.classifier.settings import ClassifierRecipe
from models.training.classifier.train import (
    Inputs,
    Part,
    Targets,
    encode,
    fit,
    hard_targets,
    observe,
    right_share,
    soft_targets,
)
from models.training.experiment.folder import Experiment
from models.training.experiment.loop import Measure
from models.training.experiment.recipe import Schedule

log = logging.getLogger(__name__)

_SMALLEST_LAST_BATCH = 64


@dataclass(frozen=True, slots=True)
class Taught:
    """Rows with what is to be answered on them; the first `close` were read, or are copies."""

    corpus: Corpus
    rows: list[Row]
    targets: Targets
    close: int


def taught_of(
    corpus: Corpus, opinions: NDArray[np.float32] | None, recipe: ClassifierRecipe
) -> Taught:
    """Labels, mixed with the teachers' opinion where there is one."""
    rows = corpus.all
    targets = hard_targets(rows) if opinions is None else soft_targets(rows, opinions)
    close = len(corpus.read) + len(corpus.copies)
    if recipe.rows.is_balanced and close < len(rows):
        shown = balance.order(close, len(rows) - close)
        targets = balance.weighed(targets, close, shown)
        rows = [rows[index] for index in shown]
    return Taught(corpus, rows, targets, close)


def tokenizer_of(recipe: ClassifierRecipe, corpus: Corpus) -> Tokenizer:
    """What names are cut into: the shipped pieces, or those that names use most."""
    if recipe.small.start == "shipped":
        return Tokenizer.from_file(str(shipped.path("tokenizer")))
    base = vocabulary.base_tokenizer(base_folder(recipe.small.base))
    texts = [(classified_text(row.name), 5) for row in corpus.read]
    texts += [(classified_text(row.name), 1) for row in corpus.weak[::3]]
    return vocabulary.build(vocabulary.choose(base, texts, recipe.small.vocabulary))


def started(recipe: ClassifierRecipe, tokenizer: Tokenizer) -> Net:
    """The network before its first step."""
    small = recipe.small
    if small.start == "shipped":
        return shipped.small_net()
    folder = base_folder(small.base)
    base = vocabulary.vocabulary_of(vocabulary.base_tokenizer(folder))
    known = vocabulary.vocabulary_of(tokenizer)
    pieces = sorted(known, key=known.__getitem__)
    if small.start == "layers":
        net = pretrained(folder, pieces, base)
        net.layers = net.layers[: small.layers]
        return net
    net = Net(len(pieces), Size(small.layers, small.width, small.heads))
    with torch.no_grad():
        net.words.weight.copy_(narrowed(pretrained_words(folder, pieces, base), small.width))
    return net


def small_bert(
    experiment: Experiment[ClassifierRecipe], taught: Taught, tokenizer: Tokenizer
) -> Net:
    """Train the network that ships: in floats first, then a pass more with everything in 8 bits.

    Returns:
        The network, on the CPU, in 8 bits.
    """
    recipe, corpus, targets = experiment.recipe, taught.corpus, taught.targets
    torch.manual_seed(recipe.seed)
    net = started(recipe, tokenizer)
    inputs = encode(tokenizer, taught.rows, corpus.flags(taught.rows))
    measure = _measure(net, corpus, tokenizer, recipe.machine.device)
    schedule = recipe.small.training
    part = Part(experiment, "small", recipe.seed)
    fit(net, (inputs, targets), schedule, part, measure)
    close = taught.close
    near = Inputs(inputs.ids[:close], inputs.lengths[:close], inputs.flags[:close])
    observe(net, near, part.device)
    exact = Targets(targets.shares[:close], targets.known[:close], targets.weight[:close])
    gentle = Schedule(
        epochs=1,
        batch=max(_SMALLEST_LAST_BATCH, int(schedule.batch * recipe.small.last_batch)),
        rate=schedule.rate * recipe.small.last_rate,
    )
    last = Part(experiment, "small-8-bits", recipe.seed + 1)
    if recipe.small.start == "shipped":
        # What ships has 8 bits already, and rows of one's own alone would draw it to themselves.
        near, exact = inputs, targets
    fit(net, (near, exact), gentle, last, measure)
    net.to("cpu")
    if recipe.small.start == "shipped":
        net.load_state_dict(between(net, shipped.small_net(), recipe.small.kept))
    return net


def _measure(net: Net, corpus: Corpus, tokenizer: Tokenizer, device: str) -> Measure | None:
    """How right a network is on the rows that choose. Returns None if there are none."""
    rows = corpus.choosing
    if not rows:
        return None
    inputs = encode(tokenizer, rows, corpus.flags(rows))
    return lambda: right_share(net, inputs, rows, device)


def between(learnt: Net, before: Net, share: float) -> dict[str, torch.Tensor]:
    """The weights between two networks, `share` of them of the second one."""
    old = before.state_dict()
    return {
        name: torch.lerp(weights, old[name], share) for name, weights in learnt.state_dict().items()
    }


def linear_member(experiment: Experiment[ClassifierRecipe], taught: Taught) -> linear.Linear:
    """Train the n-gram table on the same targets, and on the labels of the invented names.

    The BERT learnt nothing good from those: a pass over them halves its false adult flags on plain
    file names and misses as many adult works more. Of a linear model they correct single words.
    """
    recipe, corpus, soft = experiment.recipe, taught.corpus, taught.targets
    hard = hard_targets(corpus.plain)
    joined = Targets(
        np.concatenate((soft.shares, hard.shares)),
        np.concatenate((soft.known, hard.known)),
        np.concatenate((soft.weight, hard.weight)),
    )
    torch.manual_seed(recipe.seed)
    net = shipped.linear_table() if recipe.linear.start == "shipped" else linear.Linear()
    part = Part(experiment, "linear", recipe.seed)
    linear.fit_in(part, net, linear.bags([*taught.rows, *corpus.plain]), joined)
    return net


def trained(experiment: Experiment[ClassifierRecipe], taught: Taught) -> dict[str, Any]:
    """Both networks and the vocabulary, as they are kept: finished steps are not made again."""
    tokenizer = tokenizer_of(experiment.recipe, taught.corpus)
    table = experiment.step("linear", lambda: linear_member(experiment, taught).state_dict())
    small = experiment.step("small", lambda: small_bert(experiment, taught, tokenizer).state_dict())
    return {"tokenizer": tokenizer, "linear": dict(table), "small": dict(small)}
