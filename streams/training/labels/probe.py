"""What a server is and which model it has, where the settings of an endpoint do not say it."""

import re
from collections.abc import Callable

from models.oneshot.safe import safe
from streams.training.labels.endpoint import REMOTE, Endpoint, Kind, kind_by_path
from streams.training.labels.labeller import Refused, TryLater, Unusable
from streams.training.labels.web import Web

_SECONDS = 10
"""Within which a server says what it is, and again which models it has."""

_LISTED = 8
"""Models of a server that a message names."""


def settled(endpoint: Endpoint, patience: float, warn: Callable[[str], None]) -> Endpoint:
    """The endpoint with its kind, its URL without the path of its API, and its model.

    Args:
        endpoint: as the settings have it.
        patience: seconds after which both questions are given up.
        warn: told what will not go as well as it could.

    Raises:
        Unusable: the server does not answer, or has no such model.
    """
    if endpoint.kind is not None and endpoint.kind not in REMOTE:
        return endpoint.model_copy(update={"model": endpoint.model or str(endpoint.kind)})
    assert endpoint.url is not None
    kind, base = kind_by_path(endpoint.url)
    kind = endpoint.kind or kind
    seconds = min(endpoint.timeout, _SECONDS, patience / 2)
    web = Web(endpoint.model_copy(update={"timeout": seconds}), base)
    try:
        if web.has_key and base.startswith("http://") and not _is_loopback(base):
            warn("its key goes over the network unencrypted: take https:// if the server has it")
        is_ollama = base.startswith("http://") and _is_ollama(web)
        if kind is None:
            kind = Kind.OLLAMA if is_ollama else Kind.OPENAI
        elif is_ollama and kind is not Kind.OLLAMA:
            warn(
                "this is Ollama, whose /v1 keeps only its default of tokens and cuts longer"
                f" questions without a word; take {endpoint.name}={base} to ask its own API"
            )
        model = endpoint.model or _model(endpoint.name, kind, web)
    finally:
        web.close()
    return endpoint.model_copy(update={"kind": kind, "url": base, "model": model})


def shown_model(model: str) -> str:
    """A model as answers name it: of a path only the file's name, which says nothing of a home."""
    is_path = model.startswith(("/", "~", ".")) or "\\" in model or model.endswith(".gguf")
    return re.split(r"[/\\]", model)[-1] if is_path else model


def _is_loopback(base: str) -> bool:
    return re.match(r"http://(?:127\.|localhost|\[::1\])", base) is not None


def _is_ollama(web: Web) -> bool:
    try:
        return isinstance(web.get("/api/version").get("version"), str)
    except (TryLater, Refused, Unusable):
        return False


def _model(name: str, kind: Kind, web: Web) -> str:
    """The model that a server has by an endpoint's name, else its only one."""
    models = _models(kind, web)
    for model in (name, f"{name}:latest"):
        if model in models:
            return model
    if len(models) == 1:
        return models[0]
    if not models:
        todo = f"run `ollama pull {name}`" if kind is Kind.OLLAMA else "load one"
        raise Unusable(f"the server has no model: {todo}")
    listed = ", ".join(safe(model) for model in models[:_LISTED])
    raise Unusable(
        f"the server has no model {name}, but {listed}: name the endpoint so, or set"
        ' model = "..." in a TOML file'
    )


def _models(kind: Kind, web: Web) -> list[str]:
    path, table, key = ("/v1/models", "data", "id")
    if kind is Kind.OLLAMA:
        path, table, key = ("/api/tags", "models", "name")
    try:
        listed = web.get(path).get(table)
    except (TryLater, Refused) as error:
        raise Unusable(f"{error}: is the server started, and is its URL right?") from None
    rows = listed if isinstance(listed, list) else []
    names = (row.get(key) for row in rows if isinstance(row, dict))
    return [web.without_key(name)[:200] for name in names if isinstance(name, str)]
