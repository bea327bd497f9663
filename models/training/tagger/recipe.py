"""The steps from data to a network: wide and invented names first, then the ones that were read,
then 8 bits.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.extract.tagger.encode import Belief, Reader
from models.text.known_names import KnownNames
from models.training.classifier import vocabulary
from models.training.classifier.data import near_copy, place, read_json_lines
from models.training.classifier.train import Schedule
from models.training.tagger import synth
from models.training.tagger.data import GOLD, Example, read_rows, scene_rows
from models.training.tagger.model import Net, pretrained, started
from models.training.tagger.train import Inputs, encode, fit, observe, opinions
from schemas.media import MEDIUM_OF, SUBCATEGORIES, Subcategory

log = logging.getLogger(__name__)

HELD_OUT = 0.06
"""Share of the read rows kept for calibration and choices."""

SCENE = {"audio": 30_000, "video": 30_000, "book": 6_000}
INVENTED = 30_000
TEACHER_SCALE = 0.45
"""Share of the wide names that the teacher reads: on two cores it reads 130 a second."""

REFILLED = 5
"""Copies of each read row with another work filled in, a wide epoch."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is learnt from, what is held out, and what names are refilled from."""

    read: list[Example]
    held: list[Example]
    scene: list[Example]
    works: synth.Works
    lost: int
    verdicts: dict[str, Belief]
    """What the classifier says of each read name."""


def gather(data: Path, *, seed: int, scale: float = 1.0) -> Corpus:
    """Read the data; `scale` shrinks the scene rows."""
    rng = random.Random(seed)  # noqa: S311
    rows, lost = read_rows(data)
    gold = (
        {near_copy(str(raw["name"])) for raw in read_json_lines(data / GOLD)}
        if (data / GOLD).is_file()
        else set()
    )
    rows = [row for row in rows if near_copy(row.name) not in gold]
    held = [row for row in rows if place(row.name) < HELD_OUT]
    read = [row for row in rows if place(row.name) >= HELD_OUT]
    scene = scene_rows(data, {kind: int(count * scale) for kind, count in SCENE.items()}, rng)
    classifier = Classifier.load(threads=2)
    answers = classifier.classify([NamedSubject(row.name) for row in rows])
    verdicts = {
        row.name: Belief(one.subcategory, one.confidence)
        for row, one in zip(rows, answers, strict=True)
    }
    log.info(
        "%d rows read (%d left out: a value is not in the name), %d held out, %d scene",
        len(read),
        lost,
        len(held),
        len(scene),
    )
    return Corpus(read, held, scene, synth.Works.read(data), lost, verdicts)


def beliefs(
    examples: Sequence[Example], rng: random.Random, verdicts: dict[str, Belief] | None = None
) -> list[Belief | None]:
    """What each name's classifier might say: mostly right and more or less sure, sometimes nothing,
    sometimes wrong.
    """
    out: list[Belief | None] = []
    for example in examples:
        chance = rng.random()
        verdict = (verdicts or {}).get(example.name)
        if chance < 0.1:
            out.append(None)
        elif chance < 0.16:
            out.append(
                Belief(
                    rng.choice(SUBCATEGORIES[MEDIUM_OF[example.subcategory]]),
                    rng.uniform(0.4, 0.95),
                )
            )
        elif chance < 0.19:
            out.append(Belief(rng.choice(list(Subcategory)), rng.uniform(0.3, 0.8)))
        elif verdict is not None and chance < 0.5:
            out.append(verdict)
        else:
            out.append(Belief(example.subcategory, rng.uniform(0.6, 1.0)))
    return out


def wide(corpus: Corpus, reader: Reader, rng: random.Random, scale: float) -> Inputs:
    """An epoch of all kinds of names."""
    rows: list[Example] = []
    for example in corpus.read:
        rows.append(synth.redressed(example, rng))
        for _ in range(REFILLED if rng.random() < scale else 1):
            made = synth.refilled(example, corpus.works, rng)
            if made is not None:
                rows.append(
                    replace(
                        made if rng.random() < 0.5 else synth.redressed(made, rng),
                        weight=0.8 * example.weight,
                    )
                )
    for example in corpus.scene:
        one = synth.refilled(example, corpus.works, rng) if rng.random() < 0.4 else example
        one = one or example
        rows.append(replace(synth.redressed(one, rng) if rng.random() < 0.4 else one, weight=0.5))
    made_up = synth.invented(int(INVENTED * scale), corpus.works, rng)
    rows += [synth.redressed(one, rng) if rng.random() < 0.3 else one for one in made_up]
    rng.shuffle(rows)
    return encode(reader, rows, beliefs(rows, rng))


def near(corpus: Corpus, reader: Reader, rng: random.Random) -> Inputs:
    """An epoch of the read names, in their own dress and in others, with a few wide ones so that
    nothing is forgotten.
    """
    rows = [one for one in corpus.read if rng.random() < 0.85]
    rows += [synth.redressed(one, rng) for one in corpus.read if rng.random() < 0.5]
    for example in corpus.read:
        made = synth.refilled(example, corpus.works, rng) if rng.random() < 0.8 else None
        if made is not None:
            rows.append(replace(made, weight=0.7 * example.weight))
    rows += [
        replace(one, weight=0.3) for one in rng.sample(corpus.scene, min(len(corpus.scene), 4_000))
    ]
    rows += [replace(one, weight=0.4) for one in synth.invented(3_000, corpus.works, rng)]
    rng.shuffle(rows)
    return encode(reader, rows, beliefs(rows, rng, corpus.verdicts))


def reader_of(folder: Path) -> Reader:
    """The reader over the classifier's tokenizer and catalogue."""
    return Reader(
        Tokenizer.from_file(str(folder / "tokenizer.json")),
        KnownNames.load(folder / "catalogue.bin"),
    )


def teacher(
    corpus: Corpus, reader: Reader, tokenizer: Tokenizer, minilm: Path, *, seed: int, scale: float
) -> Net:
    """MiniLM's six layers, taught on wide names and then on the read ones."""
    torch.manual_seed(seed)
    base = vocabulary.vocabulary_of(vocabulary.base_tokenizer(minilm))
    known = tokenizer.get_vocab()
    net = pretrained(minilm, sorted(known, key=known.__getitem__), base)
    rng = random.Random(seed)  # noqa: S311
    fit(
        net,
        [lambda: wide(corpus, reader, rng, scale)],
        Schedule(1, 64, 2e-4),
        seed=seed,
        name="teacher, wide",
    )
    fit(
        net,
        [lambda: near(corpus, reader, rng)] * 3,
        Schedule(3, 64, 1e-4),
        seed=seed,
        name="teacher, near",
    )
    return net


def tagger(
    corpus: Corpus,
    reader: Reader,
    classifier: Path,
    opinion: "Opinion",
    *,
    seed: int,
    wide_epochs: int = 3,
    near_epochs: int = 6,
    batch: int = 64,
    scale: float = 1.0,
) -> Net:
    """Train the network that ships: floats first, then 8 bits.

    Args:
        corpus, reader: what it learns from, and how names are read.
        classifier: folder of the classifier's weights, where it starts.
        opinion: adds a teacher's shares to inputs, or gives them back as they are.
        seed, wide_epochs, near_epochs, batch, scale: of the training.
    """
    torch.manual_seed(seed)
    vocabulary_size = Tokenizer.from_file(str(classifier / "tokenizer.json")).get_vocab_size()
    net = started(classifier / "model.onnx", vocabulary_size)
    rng = random.Random(seed + 1)  # noqa: S311
    names = opinion(wide(corpus, reader, rng, scale))
    fit(
        net,
        [lambda: names] * wide_epochs,
        Schedule(wide_epochs, batch, 5e-4),
        seed=seed,
        name="wide",
    )
    close = [opinion(near(corpus, reader, rng)) for _ in range(3)]
    turns = [lambda index=index: close[index % len(close)] for index in range(near_epochs)]
    fit(net, turns, Schedule(near_epochs, batch, 2.5e-4), seed=seed, name="near")
    observe(net, close[0])
    fit(
        net,
        [lambda: close[0], lambda: close[1]],
        Schedule(2, batch, 8e-5),
        seed=seed,
        name="8 bits",
    )
    return net


Opinion = Callable[[Inputs], Inputs]


def untaught(inputs: Inputs) -> Inputs:
    """No teacher: inputs as they are."""
    return inputs


def taught(net: Net) -> Opinion:
    """Adds the opinion of a teacher to inputs."""
    return lambda inputs: replace(inputs, soft=opinions(net, inputs))
