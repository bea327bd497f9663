"""The matcher's recipe: the cases that weights are learnt from, and how."""

from typing import Annotated

from pydantic import Field

from models.training.experiment.recipe import Part, Recipe


class Cases(Part):
    """What is learnt from."""

    data: tuple[str, ...] = ("linking/*.jsonl", "linking/*.jsonl.gz")
    """Files of cases below DATA; `*` stands for any part of a name."""
    catalogue: tuple[str, ...] = ()
    """Files of cases beside the index, of the folder that `streams.lab.catalogue` makes."""
    held_out: Annotated[float, Field(ge=0, lt=1)] = 0.2
    """Share of the cases that nothing is learnt from; cases of one artist are kept together. Pairs
    of `models.training pairs` are held out by their own split."""


class Fitting(Part):
    """Maximum likelihood by Adam."""

    steps: Annotated[int, Field(ge=1)] = 1500
    """The loss is flat to four decimals well before the last one."""
    rate: Annotated[float, Field(gt=0)] = 0.1
    """Adam's usual scale for features in [0, 1]."""
    ridge: Annotated[float, Field(ge=0)] = 0.01
    """Strength of the pull to zero, per set of cases: features that are seen a few times get no
    wild weight."""
    patience: Annotated[int, Field(ge=1)] | None = None
    """Looks at the held-out cases, one in 50 steps, without a lower loss after which it stops.
    None: all steps."""


class MatchRecipe(Recipe):
    """How the weights of the matcher are learnt."""

    task: str = "match"
    index: str = ".mimmo/musicbrainz"
    """Folder of the match index that holds the truth of the cases."""
    cases: Cases = Cases()
    fitting: Fitting = Fitting()
