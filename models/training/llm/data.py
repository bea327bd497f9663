"""Questions and answers: the tagger's names, asked as a GGUF worker asks them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from models.extract.llm.prompt import (
    ENDING,
    Fields,
    Prompt,
    answer_text,
    kind_of,
    normalised,
    opening,
)
from models.extract.names.words import readable
from models.training.classifier.data import near_copy, read_json_lines, split
from models.training.experiment.errors import DataMissing
from models.training.llm.settings import Mix
from models.training.llm.works import of_labelled
from models.training.row_files import CATALOGUE, FIELDS, GOLD
from models.training.tagger import data as names
from models.training.tagger.corpus import SCENE
from models.training.tagger.data import Example, read_rows, scene_rows
from models.training.tagger.invented import invented
from models.training.tagger.synth import redressed, refilled
from models.training.tagger.works import Works
from schemas.media import MEDIUM_OF, Medium

ASKED = (Medium.AUDIO, Medium.VIDEO, Medium.BOOK)
"""What a GGUF model is asked about."""

FILES = (FIELDS, names.SCENE_AUDIO, names.SCENE_VIDEO, names.SCENE_BOOK)

_DRAWS = 50
"""Draws for each name that is wanted: where few can be refilled, there will be fewer names."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the answer to learn."""

    prompt: Prompt
    fields: Fields
    """Role -> value."""

    @property
    def question(self) -> str:
        """The question as text."""
        return opening(self.prompt) + ENDING

    @property
    def answer(self) -> str:
        """The answer as text, with the line end that ends it."""
        return answer_text(self.prompt.kind, self.fields) + "\n"


@dataclass(frozen=True)
class Sources:
    """What questions are asked about, what is held out, and works to make other names of."""

    read: Sequence[Example]
    held: Sequence[Example]
    scene: Sequence[Example]
    works: Works

    @cached_property
    def sure(self) -> Sequence[Example]:
        """The read names whose reader was sure; all if nobody was."""
        return [example for example in self.read if example.weight == 1.0] or list(self.read)


def files(mix: Mix) -> list[str]:
    """Names of the files that a mix learns from."""
    return [FIELDS] if mix.works == "labelled" else [*FILES, *CATALOGUE]


def gather(data: Path, mix: Mix, seed: int, judged: Sequence[str] = ()) -> Sources:
    """Read the data.

    Names that are held out by hash or `judged` on, their families, and near-copies of those in
    gold/dev.jsonl, are not learnt from.

    Raises:
        DataMissing: there is nothing to learn from or nothing is held out.
    """
    rng = random.Random(seed)  # noqa: S311
    rows, _ = read_rows(data)
    gold_file = data / GOLD
    gold_rows = read_json_lines(gold_file) if gold_file.is_file() else ()
    gold = {near_copy(str(row["name"])) for row in gold_rows}
    rows = [row for row in rows if near_copy(row.name) not in gold]
    read, held = split(rows, judged=judged)
    if not any(map(pair, read)) or not any(map(pair, held)):
        raise DataMissing(
            f"{data / FIELDS} has {len(read)} names to learn from and {len(held)} that are held"
            " out: label more names of music, films, series or books (a few hundred)"
        )
    if mix.works == "labelled":
        return Sources(read, held, [], of_labelled(read))
    counts = {kind: int(count * mix.scene_rows) for kind, count in SCENE.items()}
    return Sources(read, held, scene_rows(data, counts, rng), Works.read(data))


def pair(example: Example) -> Pair | None:
    """The example as a question. Returns None for what is never asked."""
    if MEDIUM_OF[example.subcategory] not in ASKED:
        return None
    kind = kind_of(example.subcategory)
    fields = {
        role: readable(example.name[start:end]).replace("|", " ")
        for role, (start, end) in example.spans.items()
        if role in kind.roles
    }
    return Pair(Prompt(kind, normalised(example.name)), fields) if fields else None


def pairs(sources: Sources, mix: Mix, count: int, rng: random.Random) -> list[Pair]:
    """About `count` pairs: of the drawn names, those that may be asked about."""
    examples: list[Example] = []
    for _ in range(count * _DRAWS):
        example = _drawn(sources, mix, rng)
        if example is not None:
            examples.append(example)
        if len(examples) == count:
            break
    return asked(examples)


def asked(examples: Sequence[Example]) -> list[Pair]:
    """Those that may be asked about, as pairs."""
    questions = (pair(example) for example in examples)
    return [question for question in questions if question is not None]


def _drawn(sources: Sources, mix: Mix, rng: random.Random) -> Example | None:
    """A name by the shares of the mix. Returns None if it could not be refilled."""
    chance = rng.random()
    if chance < (bound := mix.read):
        return rng.choice(sources.sure if rng.random() < 0.8 else sources.read)
    if chance < (bound := bound + mix.redressed):
        return redressed(rng.choice(sources.sure), rng)
    if chance < (bound := bound + mix.refilled) or mix.works == "labelled":
        return refilled(rng.choice(sources.sure), sources.works, rng)
    if chance < bound + mix.scene:
        return rng.choice(sources.scene)
    return invented(1, sources.works, rng)[0]
