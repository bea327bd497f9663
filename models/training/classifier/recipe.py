"""The steps from data to networks: gather rows, ask teachers, train both members."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.text.encoder_input import classified_text
from models.text.known_names import KnownNames
from models.training.classifier import augment, bare, data, invented, linear, vocabulary, weak
from models.training.classifier.data import Row
from models.training.classifier.known import known_names
from models.training.classifier.model import Net, Size, narrowed, pretrained, pretrained_words
from models.training.classifier.teacher import Smol, shares, smol_inputs
from models.training.classifier.train import (
    Inputs,
    Run,
    Schedule,
    Targets,
    encode,
    fit,
    hard_targets,
    observe,
    predict,
    soft_targets,
)

log = logging.getLogger(__name__)

COPY_TRUST = 0.25
"""How much of a redressed copy's target is the label of its original.

What was dropped may have been what decided it.
"""

FIRST_ROWS = 150_000
"""Weak rows that a teacher starts with.

They teach it styles and words, not the mixture of a DHT.
"""

PLAIN = 20_000
"""Invented names of plain files."""

AUTHORS = 14_000
"""Invented bare names of books and albums, half each."""

TAILS = 0.25
"""Share of rows shown with file tails."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is learnt from, and what is held out."""

    read: list[Row]
    """Rows that were read and labelled one by one."""
    copies: list[Row]
    """The same in other dress."""
    weak: list[Row]
    plain: list[Row]
    """Invented names."""
    held: list[Row]
    known: KnownNames
    seen: dict[str, NDArray[np.float32]] = field(default_factory=dict, repr=False)
    """Flags by name: the same rows are encoded for each network."""

    @property
    def all(self) -> list[Row]:
        """The rows that teachers have an opinion on."""
        return [*self.read, *self.copies, *self.weak]

    def flags(self, rows: Sequence[Row]) -> NDArray[np.float32]:
        """What is known of the names of rows."""
        names = [row.name for row in rows]
        new = list({name for name in names if name not in self.seen})
        for start in range(0, len(new), 4096):
            part = new[start : start + 4096]
            self.seen.update(zip(part, self.known.flags(part), strict=True))
        return np.stack([self.seen[name] for name in names])


def gather(
    folder: Path, *, scale: float, copies: int, seed: int, limit: int | None = None
) -> Corpus:
    """Read the data.

    Args:
        folder: the data folder.
        scale: shrinks the weak sources.
        copies: redressed copies made of each row that was read.
        seed: of all that is drawn.
        limit: rows of each kind, to try the recipe out.
    """
    rng = random.Random(seed)  # noqa: S311
    read, held = data.split(data.labelled(folder))
    banned = data.forbidden(folder, held)
    if limit:
        rng.shuffle(read)
        read = read[:limit]
    known = {row.name for row in read}
    other = weak.rows(
        folder, rng, scale, lambda name: name not in known and data.near_copy(name) not in banned
    )
    if limit:
        rng.shuffle(other)
        other = other[:limit]
    redressed = augment.with_tails(augment.copies(read, copies, rng, COPY_TRUST), rng, TAILS)
    redressed += bare.with_years_moved(read, rng, COPY_TRUST)
    bare_names = [row for row in bare.works(folder, rng) if data.near_copy(row.name) not in banned]
    if limit:
        bare_names = rng.sample(bare_names, min(limit, len(bare_names)))
    other = augment.with_tails(
        [
            replace(row, name=augment.redressed(row.name, rng)) if rng.random() < 0.5 else row
            for row in other
        ],
        rng,
        TAILS / 2,
    )
    other += bare_names
    log.info(
        "%d rows read, %d copies, %d weak, %d held out",
        len(read),
        len(redressed),
        len(other),
        len(held),
    )
    names = [*invented.plain(folder, rng, PLAIN), *invented.authors(folder, rng, AUTHORS)]
    plain = [row for row in names if data.near_copy(row.name) not in banned]
    return Corpus(read, redressed, other, plain, held, known_names(folder))


def _teach(
    net: torch.nn.Module,
    corpus: Corpus,
    prepare: Callable[[Sequence[Row]], Inputs],
    rates: tuple[float, float],
    run: Run,
) -> NDArray[np.float32]:
    """Weak labels first, then the ones that were read: the last word is theirs.

    Returns:
        The logits on all rows.
    """
    rng = random.Random(run.seed)  # noqa: S311
    known = [row for row in corpus.weak if row.medium is not None]
    first = rng.sample(known, min(len(known), FIRST_ROWS)) + rng.sample(
        corpus.copies, len(corpus.copies) // 3
    )
    fit(
        net,
        prepare(first),
        hard_targets(first),
        Schedule(1, 256, rates[0]),
        replace(run, name=f"{run.name} weak"),
    )
    last = augment.with_tails(corpus.read, rng, 0.15)
    fit(net, prepare(last), hard_targets(last), Schedule(3, 64, rates[1]), run)
    return predict(net, prepare(corpus.all), run.device)


def teach_smol(
    corpus: Corpus, folder: Path, gguf: str, *, seed: int, device: str
) -> NDArray[np.float32]:
    """SmolLM2's logits on all rows."""
    torch.manual_seed(seed)
    net = Smol(folder, gguf)

    def prepare(rows: Sequence[Row]) -> Inputs:
        return smol_inputs(folder, gguf, rows)

    return _teach(net, corpus, prepare, (1e-4, 6e-5), Run(seed, device, "smol"))


def teach_mini(corpus: Corpus, folder: Path, *, seed: int, device: str) -> NDArray[np.float32]:
    """The logits of all six layers of MiniLM on all rows, told what is known of them."""
    torch.manual_seed(seed)
    base = vocabulary.base_tokenizer(folder)
    known = vocabulary.vocabulary_of(base)
    pieces = sorted(known, key=known.__getitem__)
    net = pretrained(folder, pieces, known)

    def prepare(rows: Sequence[Row]) -> Inputs:
        return encode(base, rows, corpus.flags(rows))

    return _teach(net, corpus, prepare, (1.5e-4, 1.2e-4), Run(seed, device, "mini"))


def opinion(logits: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """What several teachers think together: the mean of their shares."""
    mean: NDArray[np.float32] = np.mean([shares(part) for part in logits], axis=0, dtype=np.float32)
    return mean


@dataclass(frozen=True, slots=True)
class Words:
    """The pieces that names are made of, and how they start."""

    pieces: list[str]
    tokenizer: Tokenizer
    start: Path
    """Folder of MiniLM, whose vectors they start with."""


def small_words(corpus: Corpus, folder: Path, size: int) -> Words:
    """Choose the pieces: those that names use most."""
    base = vocabulary.base_tokenizer(folder)
    texts = [(classified_text(row.name), 5) for row in corpus.read] + [
        (classified_text(row.name), 1) for row in corpus.weak[::3]
    ]
    pieces = vocabulary.choose(base, texts, size)
    return Words(pieces, vocabulary.build(pieces), folder)


def small_bert(
    corpus: Corpus,
    words: Words,
    opinions: NDArray[np.float32],
    plan: tuple[Size, Schedule],
    run: Run,
) -> Net:
    """Train the network that ships: in floats first, then a pass more with everything in 8 bits.

    Args:
        corpus: the rows.
        words: what names are cut into.
        opinions: the teachers', on `corpus.all`.
        plan: how large the network is, and how it is trained in floats.
        run: seed and device.
    """
    size, schedule = plan
    torch.manual_seed(run.seed)
    base = vocabulary.vocabulary_of(vocabulary.base_tokenizer(words.start))
    net = Net(len(words.pieces), size)
    with torch.no_grad():
        start = pretrained_words(words.start, words.pieces, base)
        net.words.weight.copy_(narrowed(start, size.width))
    rows = corpus.all
    inputs = encode(words.tokenizer, rows, corpus.flags(rows))
    targets = soft_targets(rows, opinions)
    fit(net, inputs, targets, schedule, replace(run, name="small"))
    close = len(corpus.read) + len(corpus.copies)
    near = Inputs(inputs.ids[:close], inputs.lengths[:close], inputs.flags[:close])
    observe(net, near, run.device)
    exact = Targets(targets.shares[:close], targets.known[:close], targets.weight[:close])
    gentle = Schedule(1, max(64, schedule.batch // 2), schedule.rate / 5)
    fit(net, near, exact, gentle, replace(run, seed=run.seed + 1, name="small, 8 bits"))
    net.to("cpu")
    return net


def linear_member(
    corpus: Corpus, opinions: NDArray[np.float32], *, epochs: int, seed: int, device: str
) -> linear.Linear:
    """Train the n-gram table on the same targets, and on the labels of the invented names.

    The BERT learnt nothing good from those: a pass over them halves its false adult flags on plain
    file names and misses as many adult works more. Of a linear model they correct single words.
    """
    soft, hard = soft_targets(corpus.all, opinions), hard_targets(corpus.plain)
    joined = (
        np.concatenate(pair)
        for pair in (
            (soft.shares, hard.shares),
            (soft.known, hard.known),
            (soft.weight, hard.weight),
        )
    )
    bags = linear.bags([*corpus.all, *corpus.plain])
    return linear.fit(bags, Targets(*joined), epochs=epochs, run=Run(seed, device))
