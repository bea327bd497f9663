"""Settings of the topics: how many partitions they get, and how many copies of each."""

from pydantic import Field
from pydantic_settings import BaseSettings


class TopicSettings(BaseSettings):
    """The part of the settings that `python -m streams.topics create` follows."""

    partitions: int | None = Field(
        None,
        ge=1,
        le=1_000,
        description="Partitions of a topic that is made, but that of the dead letters; empty is 12."
        " One that is there keeps what it has.",
    )
    replication: int | None = Field(
        None,
        ge=1,
        le=100,
        description="Copies of each partition of a topic that is made; empty is 3, or one for each"
        " broker where there are fewer.",
    )
