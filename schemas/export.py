"""The contracts for other languages: JSON Schemas, AsyncAPI of the topics, OpenAPI of inference."""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from schemas.described import describe
from schemas.openapi import openapi
from schemas.topics import TOPICS

EXPORTED = Path(__file__).parent / "exported"
EXAMPLES = Path(__file__).parent / "examples"
"""Events of earlier versions; tests hold that they can still be read."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema of each contract that a topic carries."""
    schemas = {}
    for topic in TOPICS.values():
        contract = topic.contract
        schema = contract.model_json_schema(mode="serialization")
        describe({contract.__name__: schema, **schema.get("$defs", {})})
        schemas[f"{contract.__name__}.schema.json"] = {"$schema": DIALECT, **schema}
    return schemas


def examples(topic: str) -> list[dict[str, Any]]:
    """The examples of a topic, as AsyncAPI has them."""
    events = []
    for path in sorted(EXAMPLES.glob(f"{topic}__*.json")):
        message = json.loads(path.read_text(encoding="utf-8"))
        headers = {
            "ce_specversion": "1.0",
            "ce_id": message["ce_id"],
            "ce_type": topic,
            "ce_source": "/mimmo/example",
            "content-type": "application/json",
        }
        name = path.stem.partition("__")[2]
        events.append({"name": name, "headers": headers, "payload": message["value"]})
    return events


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document: a channel a topic, with its Kafka configuration and message."""
    contracts = [(topic.contract, "serialization") for topic in TOPICS.values()]
    _, definitions = models_json_schema(contracts, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    describe(definitions["$defs"])
    channels, messages, operations = {}, {}, {}
    for topic in TOPICS.values():
        contract = topic.contract.__name__
        channels[topic.name] = {
            "address": topic.name,
            "description": topic.summary,
            "messages": {contract: {"$ref": f"#/components/messages/{contract}"}},
            "bindings": {
                "kafka": {
                    "topic": topic.name,
                    "partitions": topic.partitions,
                    "bindingVersion": "0.5.0",
                }
            },
            "x-kafka-config": topic.config,
        }
        messages[contract] = {
            "name": contract,
            "contentType": "application/json",
            "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
            "payload": {"$ref": f"#/components/schemas/{contract}"},
            "bindings": {
                "kafka": {
                    "key": {"type": "string", "description": topic.key},
                    "bindingVersion": "0.5.0",
                }
            },
            "examples": examples(topic.name),
        }
        operations[f"receive.{topic.name}"] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{topic.name}"},
        }
    attributes = ("ce_specversion", "ce_id", "ce_type", "ce_source")
    headers = {
        "type": "object",
        "description": "CloudEvents 1.0, binary mode",
        "properties": {name: {"type": "string"} for name in (*attributes, "content-type")},
        "required": list(attributes),
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mimmo Streams",
            "version": "1.0.0",
            "description": "Torrent metadata, classified. Subscribe to `torrents.classified.v1`,"
            " `torrents.extracted.v1` and `torrents.linked.v1`; contracts grow by optional fields"
            " only.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": {**definitions["$defs"], "CloudEventHeaders": headers},
        },
    }


def documents() -> dict[str, str]:
    """File name -> text of everything that is exported."""
    everything: dict[str, Any] = {
        **json_schemas(),
        "asyncapi.json": asyncapi(),
        "openapi.json": openapi(),
    }
    return {
        name: json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for name, document in everything.items()
    }


def export(folder: Path = EXPORTED) -> list[Path]:
    """Write what changed; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in documents().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written
