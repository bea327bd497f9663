"""Settings of the pace: how long a stage waits for more, and for a silent one of its group."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Pace(BaseSettings):
    """The part of the settings that trades time against work."""

    # A torrent waits half of it on average in front of classify, and again in front of the store:
    # with 0.25 that alone took the quarter of a second that is to lie between seen and row.
    batch_within: float = Field(
        0.1, gt=0, le=60, description="Seconds a stage waits to fill a batch."
    )
    # The shortest that a broker grants by default. While a killed process's session lasts nobody
    # has its partitions, and whoever joins meanwhile has to wait, too, with all the others.
    session_timeout: float = Field(
        6,
        ge=1,
        le=300,
        description="Seconds of silence after which a process of a group counts as dead and others"
        " take its partitions; more where machines or networks stop for seconds.",
    )
    life: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._-]*$",
        description="What consumers of this process are known by to Kafka; `streams.run` gives each"
        " start a name of its own, to take those of a dead process out of their groups.",
    )
