"""The OpenAPI 3.1 document of inference over HTTP; `streams.inference` serves it as it is."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from schemas import inference as i

_REF = "#/components/schemas/{model}"

_BATCHES: dict[i.Asked, tuple[type[BaseModel], type[BaseModel], str, dict[str, Any]]] = {
    i.Asked.CLASSIFY: (
        i.ClassifyBatch,
        i.ClassifyAnswers,
        "Medium, subcategory and whether it is adult, of each name.",
        {"items": ["Big.Buck.Bunny.2008.1080p.BluRay.x264"]},
    ),
    i.Asked.EXTRACT: (
        i.ExtractBatch,
        i.ExtractAnswers,
        "Artist, album, title, season, episode and technical data, with evidence.",
        {"items": [{"name": "Paper Lighthouse - Low Tide (2006) [FLAC]", "subcategory": "album"}]},
    ),
    i.Asked.MATCH: (
        i.MatchBatch,
        i.MatchAnswers,
        "The MusicBrainz ids of artists and albums.",
        {"items": [{"artist": "Paper Lighthouse", "title": "Low Tide", "year": 2006}]},
    ),
}
"""What is asked -> batch, answers, summary, example."""

_PROBLEMS = {
    "413": f"More than {i.MOST_ITEMS} items, or more than {i.MOST_BYTES:,} bytes.",
    "422": "The body is no JSON, or no batch.",
    "429": "The queue of this process is full. Wait as `Retry-After` says.",
    "503": "This process lacks the runtime: `missing` names it and says what to do.",
}


def openapi() -> dict[str, Any]:
    """The document."""
    answered: list[type[BaseModel]] = [i.RuntimeCapabilities, i.RuntimeHealth, i.Problem]
    answered += [answers for _, answers, *_ in _BATCHES.values()]
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = []
    models += [(batch, "validation") for batch, *_ in _BATCHES.values()]
    models += [(answers, "serialization") for answers in answered]
    _, definitions = models_json_schema(models, ref_template=_REF)
    paths: dict[str, Any] = {f"/v1/{asked}": {"post": _asking(asked)} for asked in _BATCHES}
    paths["/v1/capabilities"] = {
        "get": {
            "operationId": "capabilities",
            "summary": "What this process answers for, with which models, and what it lacks.",
            "responses": {"200": _content("What it can do.", i.RuntimeCapabilities)},
        }
    }
    paths["/health"] = {
        "get": {
            "operationId": "health",
            "summary": "Whether the process lives, and what is ready.",
            "responses": {"200": _content("It lives.", i.RuntimeHealth)},
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mimmo Streams: inference",
            "version": "1.0.0",
            "description": "The brains over HTTP, without Kafka and Postgres. An item and its"
            " answer are a line in and a line out of `python -m models`. The contract grows by"
            " optional fields only.",
        },
        "paths": paths,
        "components": {"schemas": definitions["$defs"]},
    }


def _asking(asked: i.Asked) -> dict[str, Any]:
    batch, answers, summary, example = _BATCHES[asked]
    body = _json(batch)
    body["application/json"]["example"] = example
    problems = {
        status: _content(text, i.Problem, "application/problem+json")
        for status, text in _PROBLEMS.items()
    }
    return {
        "operationId": asked.value,
        "summary": summary,
        "requestBody": {"required": True, "content": body},
        "responses": {"200": _content("An answer for each item, in order.", answers), **problems},
    }


def _content(text: str, model: type[BaseModel], kind: str = "application/json") -> dict[str, Any]:
    return {"description": text, "content": _json(model, kind)}


def _json(model: type[BaseModel], kind: str = "application/json") -> dict[str, Any]:
    return {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}
