"""What the tagger learns from: names that were read, scene names, invented names, and beliefs."""

import logging
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tokenizers import Tokenizer

from models import registry
from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from models.extract.tagger.encode import Belief
from models.extract.tagger.run import MODEL
from models.training.classifier.data import near_copy, read_json_lines, split, unrelated
from models.training.experiment.errors import DataMissing
from models.training.held_out import ChosenOn, choosing, judging
from models.training.row_files import FIELDS, GOLD
from models.training.tagger.data import Example, read_rows, scene_rows
from models.training.tagger.invented import invented
from models.training.tagger.settings import TaggerRecipe
from models.training.tagger.synth import redressed, refilled
from models.training.tagger.works import Works
from schemas.media import MEDIUM_OF, SUBCATEGORIES, Subcategory

log = logging.getLogger(__name__)

HELD_OUT = 0.06
"""Share of the read rows kept for calibration and choices."""

SCENE = {"audio": 30_000, "video": 30_000, "book": 6_000}
INVENTED = 30_000

REFILLED = 5
"""Copies of each read row with another work filled in, in a wide epoch."""

_SHORTEST = 4
"""Letters of a piece of the vocabulary that is a word."""
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")

_SCENE_IN_NEAR = 4_000
_INVENTED_IN_NEAR = 3_000

Epoch = tuple[list[Example], list[Belief | None]]
"""The names of an epoch, and what the tagger is told about the class of each."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is learnt from, what is held out, and what names are refilled from.

    `lost` counts the read rows of which a value is not in the name; `verdicts` is what the
    classifier says of each read name; `chosen_on` is which of the held-out names choose.
    """

    read: list[Example]
    held: list[Example]
    scene: list[Example]
    works: Works
    lost: int
    verdicts: Mapping[str, Belief]
    chosen_on: ChosenOn = "half"

    @property
    def choosing(self) -> list[Example]:
        """The held-out names that stop the training and set how sure the tagger may be."""
        return choosing(self.held, self.chosen_on)

    @property
    def judging(self) -> list[Example]:
        """The held-out names that what came of it is measured on."""
        return judging(self.held, self.chosen_on)


def gathered(data: Path, recipe: TaggerRecipe, judged: Sequence[str] = ()) -> Corpus:
    """Read what a recipe learns from; not `judged` names and their families.

    Raises:
        DataMissing: nothing is left to learn from or to judge on, or a row is none.
    """
    rows = recipe.rows
    if rows.works == "made":
        corpus = gather_own(data, seed=recipe.seed)
    else:
        corpus = gather(data, seed=recipe.seed, scale=rows.scale)
    read = unrelated(corpus.read, judged)
    corpus = replace(corpus, read=read, chosen_on=recipe.chosen_on)
    if not corpus.read:
        raise DataMissing(f"{data / FIELDS} has no name of which all values stand in it")
    if not judged and not corpus.judging and not (data / GOLD).is_file():
        raise DataMissing(
            f"{data / FIELDS} has {len(corpus.read) + len(corpus.held)} rows: too few to learn from"
            " and to hold some out to judge on; give names that you read by --evaluation"
        )
    return corpus if rows.limit is None else replace(corpus, read=corpus.read[: rows.limit])


def gather(data: Path, *, seed: int, scale: float = 1.0) -> Corpus:
    """Read the data; `scale` shrinks the scene rows."""
    rng = random.Random(seed)  # noqa: S311
    rows, lost = read_rows(data)
    read, held = _split(data, rows)
    scene = scene_rows(data, {kind: int(count * scale) for kind, count in SCENE.items()}, rng)
    log.info(
        "%d rows read (%d left out: a value is not in the name), %d held out, %d scene",
        len(read),
        lost,
        len(held),
        len(scene),
    )
    return Corpus(read, held, scene, Works.read(data), lost, _verdicts([*read, *held]))


def gather_own(data: Path, *, seed: int) -> Corpus:
    """Read the names that were read alone; works are made of words of the shipped vocabulary."""
    rows, lost = read_rows(data)
    read, held = _split(data, rows)
    log.info(
        "%d rows read (%d left out: a value is not in the name), %d held out",
        len(read),
        lost,
        len(held),
    )
    return Corpus(read, held, [], Works.made(_words(), seed), lost, _verdicts([*read, *held]))


def _split(data: Path, rows: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Names that are learnt from, and those that are kept back; near-copies of gold are neither."""
    has_gold = (data / GOLD).is_file()
    gold = (
        {near_copy(str(row["name"])) for row in read_json_lines(data / GOLD)} if has_gold else set()
    )
    rows = [row for row in rows if near_copy(row.name) not in gold]
    return split(rows, HELD_OUT)


def _words() -> list[str]:
    """The words among the pieces of the shipped vocabulary: what real names are made of."""
    path = registry.file_path(registry.load(MODEL), "tokenizer")
    pieces = sorted(Tokenizer.from_file(str(path)).get_vocab())
    return [
        piece
        for piece in pieces
        if piece.isalpha() and (len(piece) >= _SHORTEST or _CJK.fullmatch(piece))
    ]


def _verdicts(rows: Sequence[Example]) -> dict[str, Belief]:
    """What the classifier says of each name."""
    answers = Classifier.load(threads=2).classify([NamedSubject(row.name) for row in rows])
    return {
        row.name: Belief(verdict.subcategory, verdict.confidence)
        for row, verdict in zip(rows, answers, strict=True)
    }


def wide(corpus: Corpus, rng: random.Random, scale: float) -> Epoch:
    """An epoch of all kinds of names."""
    rows: list[Example] = []
    for example in corpus.read:
        rows.append(redressed(example, rng))
        for _ in range(REFILLED if rng.random() < scale else 1):
            name = refilled(example, corpus.works, rng)
            if name is not None:
                dressed = name if rng.random() < 0.5 else redressed(name, rng)
                rows.append(replace(dressed, weight=0.8 * example.weight))
    for example in corpus.scene:
        name = refilled(example, corpus.works, rng) if rng.random() < 0.4 else example
        name = name or example
        dressed = redressed(name, rng) if rng.random() < 0.4 else name
        rows.append(replace(dressed, weight=0.5))
    for name in invented(int(INVENTED * scale), corpus.works, rng):
        rows.append(redressed(name, rng) if rng.random() < 0.3 else name)  # noqa: PERF401 (the draws stay in order)
    rng.shuffle(rows)
    return rows, beliefs(rows, rng)


def near(corpus: Corpus, rng: random.Random, scale: float = 1.0, rehearsed: int = 0) -> Epoch:
    """An epoch of the read names, in their own dress and in others.

    A few wide ones are among them, so that nothing is forgotten. `scale` shrinks the dressed and
    the wide ones; of `rehearsed` more nothing is labelled.
    """
    rows = [example for example in corpus.read if rng.random() < 0.85]
    rows += [redressed(example, rng) for example in corpus.read if rng.random() < 0.5 * scale]
    for example in corpus.read:
        name = refilled(example, corpus.works, rng) if rng.random() < 0.8 * scale else None
        if name is not None:
            rows.append(replace(name, weight=0.7 * example.weight))
    scene = rng.sample(corpus.scene, min(len(corpus.scene), int(_SCENE_IN_NEAR * scale)))
    rows += [replace(example, weight=0.3) for example in scene]
    names = invented(int(_INVENTED_IN_NEAR * scale), corpus.works, rng)
    rows += [replace(example, weight=0.4) for example in names]
    rows += [
        replace(example, spans={}, rehearsed=True)
        for example in invented(rehearsed, corpus.works, rng)
    ]
    rng.shuffle(rows)
    return rows, beliefs(rows, rng, corpus.verdicts)


def beliefs(
    examples: Sequence[Example], rng: random.Random, verdicts: Mapping[str, Belief] | None = None
) -> list[Belief | None]:
    """What each name's classifier might say.

    It is mostly right and more or less sure, sometimes says nothing, and is sometimes wrong.
    """
    return [_belief(example, rng, (verdicts or {}).get(example.name)) for example in examples]


def _belief(example: Example, rng: random.Random, verdict: Belief | None) -> Belief | None:
    chance = rng.random()
    if chance < 0.1:
        return None
    if chance < 0.16:
        siblings = SUBCATEGORIES[MEDIUM_OF[example.subcategory]]
        return Belief(rng.choice(siblings), rng.uniform(0.4, 0.95))
    if chance < 0.19:
        return Belief(rng.choice(list(Subcategory)), rng.uniform(0.3, 0.8))
    if verdict is not None and chance < 0.5:
        return verdict
    return Belief(example.subcategory, rng.uniform(0.6, 1.0))
