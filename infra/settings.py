"""Every setting, in one class; `python -m infra.settings` prints where each value came from.

Sources, first wins: `STREAMS_*` environment variables, a `.env` file in the working directory, the
running local stack (`python -m infra.local up` writes `stack.env`), defaults.
"""

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from infra.connections import Connections
from infra.inference import Inference
from infra.pace import Pace
from infra.reuse import ReuseSettings
from infra.roles import USUAL_ROLES, LlmMode, Role
from infra.topic_settings import TopicSettings
from infra.trace_settings import TraceSettings

PREFIX = "STREAMS_"
STACK_ENV = "stack.env"
"""File in `home` where the running local stack leaves its addresses, in `.env` form."""


def home() -> Path:
    """The folder of all that is kept, as the environment has it."""
    return Path(os.environ.get(f"{PREFIX}HOME", ".mimmo"))


class Settings(Connections, Inference, Pace, ReuseSettings, TopicSettings, TraceSettings):
    """Settings of every command. Each field is the environment variable `STREAMS_<FIELD>`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True
    )

    home: Path = Field(
        Path(".mimmo"),
        description="Folder of all that is kept: local stack, weights, indexes, checkpoints.",
    )
    group: str = Field(
        "mimmo",
        min_length=1,
        description="Consumer group of the Faust workers; store and llm add a suffix.",
    )
    roles: Annotated[tuple[Role, ...], NoDecode] = Field(
        USUAL_ROLES,
        description="What a worker runs, comma separated; tags, embed only where named.",
    )

    workers: Annotated[str, Field(pattern=r"^(auto|[1-9][0-9]{0,2})$")] = Field(
        "auto",
        description="Workers that `python -m streams.run` starts; auto is one a core.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe line that is logged."
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="Log lines for people or for machines."
    )
    metrics_host: str = Field(
        "127.0.0.1", description="Address that /metrics and /health listen on."
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65_535,
        description="Port of /metrics and /health; 0 takes a free one and logs it.",
    )

    batch_size: int = Field(512, ge=1, le=4_096, description="Events a stage handles at a time.")
    store_batch_size: int = Field(
        1_000, ge=1, le=10_000, description="Rows store writes in one transaction."
    )
    retry_attempts: int = Field(
        5, ge=1, le=100, description="Tries of an infrastructure call before the process gives up."
    )
    retry_first_delay: float = Field(
        0.5, gt=0, le=60, description="Seconds before the second try; doubles each time."
    )
    publish_timeout: float = Field(
        60,
        gt=0,
        description="Seconds Kafka may take to acknowledge a batch before the process ends.",
    )
    stall_after: float = Field(
        120, gt=0, description="Seconds with lag and no progress after which /health answers 503."
    )

    bert_threads: int = Field(1, ge=1, le=64, description="Threads of ONNX Runtime in one worker.")
    classify_model: str = Field(
        "",
        description="Classifier that workers ask, by its name; empty is what `python -m models"
        " activate` chose, else the one that ships (`classify`).",
    )
    tagger_model: str = Field(
        "", description="Tagger that workers ask; empty is the active one, else `tagger`."
    )
    match_model: str = Field(
        "", description="Weights that link music; empty are the active ones, else `match`."
    )
    ban_keywords: Path | None = Field(
        None, description="TOML file of more ban rules (see models/ban/rules.toml)."
    )
    ban_infohashes: Path | None = Field(
        None, description="Text file of banned infohashes, SHA-256 hex of each, one a line."
    )

    llm_mode: LlmMode = Field(
        LlmMode.OFF,
        description="off: never ask; gate: ask where rules and tagger are in doubt; always: ask;"
        " shadow: compare only.",
    )
    llm_confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Gate: records below this confidence are asked about; empty takes what"
        " the model declares.",
    )
    llm_share: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Share of audio/video torrents that may be asked about (by infohash).",
    )
    llm_per_second: float | None = Field(
        None,
        gt=0,
        description="Names a second that may be asked about, by all workers; empty is no limit.",
    )
    llm_batch_size: int = Field(
        16, ge=1, le=64, description="Names one GGUF worker answers at once."
    )
    llm_threads: int = Field(
        1, ge=1, le=64, description="Threads of one GGUF worker; start more workers instead."
    )
    llm_model: str = Field(
        "",
        description="GGUF model that is asked, by its name; empty is what `python -m models"
        " activate` chose, else the one that ships (`smollm2`).",
    )

    llm_base: Path | None = Field(
        None, description="Gone: `python -m models fetch --from FILE`, then STREAMS_LLM_MODEL."
    )

    crawl_public: bool = Field(
        False, description="Crawl the real DHT; otherwise nothing leaves loopback."
    )
    crawl_bind: str = Field(
        "",
        description="Addresses the crawl binds to: one of IPv4, one of IPv6; empty is loopback,"
        " or all when public.",
    )
    crawl_port: int = Field(
        0, ge=0, le=65_535, description="UDP port of the crawl's questions; 0 takes a free one."
    )
    crawl_node_port: int = Field(
        0, ge=0, le=65_535, description="Port of the crawl's full node; 0 takes a free one."
    )
    crawl_bootstrap: str = Field(
        "", description="Nodes to begin with, comma separated host:port; none by default."
    )
    crawl_profile: Literal["production", "home", "lab"] = Field(
        "production",
        description="How much the crawl does at once; home is for routers with small tables.",
    )

    web: bool = Field(False, description="Whether `python -m streams.run` starts the console, too.")
    web_host: str = Field("127.0.0.1", description="Address that the console listens on.")
    web_port: int = Field(
        8377, ge=0, le=65_535, description="Port of the console; 0 takes a free one and logs it."
    )
    web_allowed_hosts: str = Field(
        "",
        description="Host names under which browsers may reach the console, comma separated, beside"
        " localhost and STREAMS_WEB_HOST; a request for any other is refused.",
    )
    web_local_writes: bool = Field(
        True,
        description="Whether a browser of this machine may write without a key; set it to false"
        " where a proxy lets others reach the console.",
    )
    web_connections: int = Field(
        2,
        ge=1,
        le=64,
        description="Connections of the console to Postgres; more requests wait. Each may take a"
        " processor from the store.",
    )
    web_nice: int = Field(
        10,
        ge=0,
        le=19,
        description="How far the console gives way to workers and store where processors are"
        " short; 0 is not at all.",
    )
    web_statement_timeout: float = Field(
        5, gt=0, le=120, description="Seconds that one query of the console may take."
    )
    web_rate: float = Field(
        20,
        ge=0,
        le=100_000,
        description="Requests a second that one address may make, five times as many at once; 0 is"
        " no limit.",
    )
    web_correction_rate: float = Field(
        2,
        ge=0,
        le=100_000,
        description="Corrections and changes of models a second that one writer may send, five"
        " times as many at once; 0 is no limit.",
    )
    torznab_apikey: Literal["auto", "always", "never"] = Field(
        "auto",
        description="Whether Torznab wants a key of `python -m streams.web.keys`; auto: where"
        " others may reach the console.",
    )

    @field_validator("llm_base")
    @classmethod
    def _llm_base_is_gone(cls, value: Path | None) -> None:
        if value is not None:
            raise ValueError(
                "is gone: add the file with `python -m models fetch --from FILE --name NAME`"
                " and set STREAMS_LLM_MODEL=NAME"
            )

    @field_validator("roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("roles")
    @classmethod
    def _some_role(cls, value: tuple[Role, ...]) -> tuple[Role, ...]:
        if not value:
            raise ValueError(f"names no role; take some of {', '.join(Role)}")
        return tuple(dict.fromkeys(value))

    @property
    def store_group(self) -> str:
        """The consumer group of the store."""
        return f"{self.group}-store"

    @property
    def llm_group(self) -> str:
        """The consumer group of the GGUF workers."""
        return f"{self.group}-llm"

    @property
    def weights_dir(self) -> Path:
        """Weights made on this machine (the Q8_0 base of the GGUF workers)."""
        return self.home / "weights"

    @property
    def index_dir(self) -> Path:
        """The MusicBrainz index that the match stage reads."""
        return self.home / "musicbrainz"

    @property
    def checkpoint_dir(self) -> Path:
        """Where replay remembers how far it came."""
        return self.home / "replay"

    @property
    def crawl_dir(self) -> Path:
        """Where a crawl remembers nodes and what is done."""
        return self.home / "crawl"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add the running local stack to where pydantic-settings looks."""
        stack = DotEnvSettingsSource(settings_cls, env_file=home() / STACK_ENV)
        return init_settings, env_settings, dotenv_settings, stack


class SettingsInvalid(SystemExit):
    """A value does not fit; the message has a line for each with variable, value and reason.

    It ends the command, since no command can do without settings.
    """


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsInvalid: a value does not fit.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid(problems(error)) from None


def problems(error: ValidationError) -> str:
    """A line for each setting that does not fit: the variable, its value, and what would fit."""
    lines = {}
    for problem in error.errors(include_url=False, include_context=False):
        reason = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:  # of several together; their values are not told, some are secrets
            lines[reason] = reason
            continue
        name = str(problem["loc"][0])
        secret = name in Settings.model_fields and _is_secret(name)
        value = "***" if secret else str(problem["input"])
        described = Settings.model_fields[name].description if name in Settings.model_fields else ""
        lines[name] = f"{PREFIX}{name.upper()}={value}: {reason}. {described}".strip()
    return "\n".join(lines.values())


def _is_secret(name: str) -> bool:
    return Settings.model_fields[name].annotation in (SecretStr, SecretStr | None)


if __name__ == "__main__":
    from infra.settings_table import main

    main()
