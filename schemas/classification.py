"""The classify stage's result: `torrents.classified`."""

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, computed_field, model_validator

from schemas.base import Confidence, Contract, Label, Text
from schemas.media import MEDIUM_OF, Medium, Subcategory, torznab
from schemas.result import Result, Stage
from schemas.torrent import Torrent


class DecidedBy(StrEnum):
    """The stage of the cascade that decided; `none` means that no stage was confident."""

    EXTENSIONS = "extensions"
    PATTERNS = "patterns"
    BERT = "bert"
    NONE = "none"


OwnClass = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,47}$")]
"""The name of a class of the user's own, such as `sheet_music`."""


class Verdict(Contract):
    """What the classifier believes of one torrent, apart from which torrent it was.

    `confidence` is calibrated on one scale for all stages of the cascade.
    """

    medium: Medium
    subcategory: Subcategory
    nsfw: bool = False
    confidence: Confidence
    source: DecidedBy
    rule: Label | None = None
    """Which pattern rule fired, or which structure rule chose the subcategory."""
    why: Annotated[tuple[Text, ...], Field(max_length=16)] = ()
    own_class: OwnClass | None = None
    """A class of the user's own, below the subcategory; None where there is none, or it is none."""
    own_confidence: Confidence | None = None
    """How sure `own_class` is; None without one."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def torznab(self) -> int:
        """The Torznab category id, derived."""
        return torznab(self.subcategory, nsfw=self.nsfw)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if MEDIUM_OF[self.subcategory] != self.medium:
            raise ValueError(f"{self.subcategory} is no subcategory of {self.medium}")
        if (self.own_class is None) != (self.own_confidence is None):
            raise ValueError("own_class and own_confidence go together")
        return self


class Classification(Result):
    """A torrent and its class.

    The torrent travels along, so that a subscriber needs no other topic.
    """

    stage: ClassVar[Stage] = Stage.CLASSIFY

    torrent: Torrent
    verdict: Verdict

    @model_validator(mode="after")
    def _same_torrent(self) -> Self:
        if self.torrent.infohash != self.infohash:
            raise ValueError("the result and its torrent have different infohashes")
        return self
