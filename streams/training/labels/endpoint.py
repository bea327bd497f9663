"""Who is asked: the settings of an endpoint, from `--model NAME=URL` or a TOML file."""

import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

_NAME = r"^[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,99}$"
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"

_KIND_OF_PATH = {
    "/v1": "openai",
    "/v1/chat/completions": "openai",
    "/v1/completions": "openai-completions",
    "/api/generate": "ollama",
}
"""The kind of an endpoint by how its path ends. Other paths are probed."""


class EndpointInvalid(ValueError):
    """The settings of an endpoint do not fit. The message says which and what does."""


class Kind(StrEnum):
    """How an endpoint is asked."""

    OPENAI = "openai"
    COMPLETIONS = "openai-completions"
    OLLAMA = "ollama"
    COMMAND = "command"
    GLINER = "gliner"


REMOTE = frozenset({Kind.OPENAI, Kind.COMPLETIONS, Kind.OLLAMA})
"""Kinds that are asked over HTTP."""


class Endpoint(BaseModel):
    """One voter.

    Attributes:
        name: names its answers; another prompt or seed of the same model is another endpoint.
        kind: how it is asked; None until its server was probed.
        url: of a server: `http://127.0.0.1:8000/v1`, `http://127.0.0.1:11434`.
        model: as its server names it; by default the endpoint's name, or the server's only model.
        prompt: a shipped prompt (`content-1`) or a file of one's own; the task's own by default.
        key: NAME of the environment variable that holds the key. Never the key.
        workers: questions that are asked at a time.
        timeout: seconds within which an answer must be whole.
        retries: how often a question is asked again when no answer came.
        batch: questions that are given to it at once; language models take one.
        seed: of its sampling.
        temperature: of its sampling; 0 always says the likeliest.
        tokens: the most that an answer may have; what the task needs by default. A model that
            thinks before it answers needs some thousand.
        context: tokens that Ollama keeps of question and answer (its `num_ctx`).
        use_schema: whether to ask the server to hold the answer to a JSON schema.
        command: the program and its arguments, for a local command.
        folder: weights, for a token classifier.
        options: whatever else a kind takes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=_NAME)]
    kind: Kind | None = None
    url: str | None = None
    model: Annotated[str, Field(max_length=200)] | None = None
    prompt: str | None = None
    key: Annotated[str, Field(pattern=_VARIABLE)] | None = None
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    timeout: Annotated[float, Field(gt=0, le=3600)] = 60
    retries: Annotated[int, Field(ge=0, le=20)] = 4
    batch: Annotated[int, Field(ge=1, le=1024)] = 1
    seed: int = 0
    temperature: Annotated[float, Field(ge=0, le=2)] = 0
    tokens: Annotated[int, Field(ge=1, le=100_000)] | None = None
    context: Annotated[int, Field(ge=256)] = 2048
    use_schema: bool = True
    command: tuple[str, ...] = ()
    folder: Path | None = None
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)

    @field_validator("url")
    @classmethod
    def _is_plain(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ValueError("is no URL") from None
        if parts.scheme not in ("http", "https") or not host:
            raise ValueError("begins with http:// or https:// and a host")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError(
                "holds a password, a query or a fragment; put the key into an environment"
                ' variable, and its name into the endpoint as key = "VARIABLE"'
            )
        return url.rstrip("/")

    @model_validator(mode="after")
    def _is_whole(self) -> "Endpoint":
        if self.kind is Kind.COMMAND and not self.command:
            raise ValueError('a command needs command = ["PROGRAM", "ARGUMENT"]')
        if self.kind is Kind.GLINER and self.folder is None:
            raise ValueError('a token classifier needs folder = "DIR" with its weights')
        if (self.kind is None or self.kind in REMOTE) and self.url is None:
            raise ValueError('a server needs url = "http://HOST:PORT"')
        return self

    @property
    def place(self) -> str:
        """Where it is, as messages say it: scheme, host and port, or its kind."""
        if self.url is None:
            return str(self.kind)
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def from_option(text: str, workers: int | None = None) -> Endpoint:
    """The endpoint of `--model NAME=URL`.

    Raises:
        EndpointInvalid: it is no name and URL.
    """
    name, equals, url = text.partition("=")
    if not equals:
        raise EndpointInvalid("--model takes NAME=URL, such as small=http://127.0.0.1:8000/v1")
    return _endpoint(name, {"url": url} | _workers(workers))


def from_file(path: Path, workers: int | None = None) -> list[Endpoint]:
    """The endpoints of a TOML file: one table each, `[endpoints.NAME]`.

    Raises:
        EndpointInvalid: the file cannot be read, or holds something else.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise EndpointInvalid(f"{path} cannot be read: {reason}") from None
    listed = tables.get("endpoints")
    if set(tables) != {"endpoints"} or not isinstance(listed, dict) or not listed:
        raise EndpointInvalid(f"{path} must hold tables [endpoints.NAME], and nothing else")
    endpoints = []
    for name, table in listed.items():
        if not isinstance(table, dict):
            raise EndpointInvalid(f"{path}: [endpoints.{name}] must be a table")
        endpoints.append(_beside(_endpoint(name, _workers(workers) | table), path.parent))
    return endpoints


def check_apart(endpoints: Iterable[Endpoint]) -> None:
    """Make sure that no two endpoints have one name: their answers could not be told apart.

    Raises:
        EndpointInvalid: two have.
    """
    names: set[str] = set()
    for endpoint in endpoints:
        if endpoint.name in names:
            raise EndpointInvalid(f"two endpoints are called {endpoint.name}; name them apart")
        names.add(endpoint.name)


def kind_by_path(url: str) -> tuple[Kind | None, str]:
    """The kind that a URL's path tells, None if none, and the URL without that path."""
    for ending, kind in _KIND_OF_PATH.items():
        if urlsplit(url).path.endswith(ending):
            return Kind(kind), url.removesuffix(ending)
    return None, url


def _workers(workers: int | None) -> dict[str, Any]:
    return {} if workers is None else {"workers": workers}


def _beside(endpoint: Endpoint, folder: Path) -> Endpoint:
    """Paths of a file are taken from where the file is."""
    moved: dict[str, Any] = {}
    if endpoint.folder is not None:
        moved["folder"] = folder / endpoint.folder
    if endpoint.prompt is not None and re.search(r"[/\\.]", endpoint.prompt):
        moved["prompt"] = str(folder / endpoint.prompt)
    return endpoint.model_copy(update=moved) if moved else endpoint


def _endpoint(name: str, table: dict[str, Any]) -> Endpoint:
    try:
        return Endpoint.model_validate({"name": name} | table)
    except ValidationError as error:
        raise EndpointInvalid(f"endpoint {name[:100]!r}: {_problem(error)}") from None


def _problem(error: ValidationError) -> str:
    """The first thing that is wrong, without the value: it may be a key in the wrong place."""
    problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"there is no setting {place}; there are: {', '.join(Endpoint.model_fields)}"
    message = problem["msg"].removeprefix("Value error, ")
    if place == "key":
        message = "is the NAME of an environment variable that holds the key, never the key"
    return f"{place} {message}".strip()
