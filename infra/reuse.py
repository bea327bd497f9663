"""Settings of reuse: whether results of other installations are believed, and when."""

from pydantic import Field
from pydantic_settings import BaseSettings


class ReuseSettings(BaseSettings):
    """The part of the settings that says what becomes of what other installations told."""

    reuse: bool = Field(
        False,
        description="Whether classify and extract look up what trusted nodes told before they ask"
        " their own models (`python -m streams.reuse`).",
    )
    # The answer is that of the same model to the same input: it is as right here as it was there,
    # however sure. A bound is for who trusts nodes less than that.
    reuse_confidence: float = Field(
        0.0, ge=0, le=1, description="Least confidence of an answer that is reused."
    )
    reuse_agreement: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Least share of the nodes that answered which gave the answer that is reused.",
    )
    reuse_nodes: int = Field(
        1, ge=1, le=64, description="Fewest trusted nodes that gave an answer that is reused."
    )
    reuse_checked: float = Field(
        0.01,
        ge=0,
        le=1,
        description="Share of the answers that could be reused which is made anew, to compare.",
    )
    # A row takes 0.6 KB: six GB at most, of which a stage holds 16 MB in memory.
    reuse_entries: int = Field(
        10_000_000,
        ge=1,
        description="Answers of others that are kept; beyond that the node that told most loses"
        " its oldest.",
    )
    reuse_peers: str = Field(
        "",
        description="Kafka bootstrap servers of other installations, from which `take` reads:"
        " those of one with commas, installations with semicolons between them; empty is our own."
        " They are not told our user or certificate.",
    )
