"""Settings of inference over HTTP: where it listens, and how much waits at most."""

from pydantic import Field
from pydantic_settings import BaseSettings


class Inference(BaseSettings):
    """The part of the settings that `python -m streams.inference` has for itself."""

    inference_host: str = Field(
        "127.0.0.1",
        description="Address that inference over HTTP listens on; it asks nobody for a key.",
    )
    inference_port: int = Field(
        8378,
        ge=0,
        le=65_535,
        description="Port of inference over HTTP; 0 takes a free one and logs it.",
    )
    inference_allowed_hosts: str = Field(
        "",
        description="Host names under which inference may be asked, comma separated, beside"
        " localhost and STREAMS_INFERENCE_HOST; a request for any other is refused.",
    )
    inference_queue: int = Field(
        8,
        ge=0,
        le=1_000,
        description="Batches of inference that wait for the one in work; more are refused.",
    )
