"""The AsyncAPI document for people: one page of topics, fields and examples.

Made here and not by a viewer of others: the one of AsyncAPI is 2.5 MB of script that compiles code
at run time, which the console's Content-Security-Policy forbids, and shows nothing without script.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from schemas.export import asyncapi
from schemas.page_types import type_name

_DAY_MS = 24 * 60 * 60 * 1000
STYLE = Path(__file__).with_name("page.css")
FILE = "events.html"
_MAY_BE_MISSING = ' <span class="quiet">may be missing</span>'


def page() -> str:
    """The whole page, for a browser without a server: it loads nothing."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<title>Events of Mimmo Streams</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>\n"
        f"{body()}</main>\n</body>\n</html>\n"
    )


def body(document: dict[str, Any] | None = None) -> str:
    """What stands in the page, as HTML without style and script; all values are escaped.

    Args:
        document: AsyncAPI 3.0; ours where it is not given.
    """
    document = asyncapi() if document is None else document
    channels, schemas = document["channels"], document["components"]["schemas"]
    parts = [
        f"<h1>Events of {escape(document['info']['title'])}</h1>",
        f"<p>{_marked(document['info']['description'])}</p>",
        '<div class="card"><h2>Topics</h2><div class="scroll" tabindex="0"><table><thead><tr>'
        "<th>Topic</th><th>What it carries</th><th>Kept</th><th>Partitions</th></tr></thead>",
        "<tbody>",
        *(_channel_row(name, channel) for name, channel in channels.items()),
        "</tbody></table></div></div>",
    ]
    for name, channel in channels.items():
        parts.append(_channel(name, channel, document))
    parts.append('<h2 id="types">Types</h2>')
    tops = set(document["components"]["messages"])
    for name, schema in sorted(schemas.items()):
        if name not in tops:
            parts.append(_schema(name, schema))
    return "\n".join(parts) + "\n"


def kept(config: dict[str, str]) -> str:
    """How long a topic keeps what it carries, from its configuration in Kafka."""
    days = int(config["retention.ms"]) // _DAY_MS if config["retention.ms"] != "-1" else None
    lasting = f"{days} days" if days is not None else "for ever"
    if "compact" not in config["cleanup.policy"]:
        return lasting
    lag = int(config["min.compaction.lag.ms"]) // _DAY_MS
    return f"{lasting}; after {lag} days only the newest of each key"


def _channel_row(name: str, channel: dict[str, Any]) -> str:
    return (
        f'<tr><th scope="row"><a href="#{escape(name)}">{escape(name)}</a></th>'
        f"<td>{_marked(channel['description'])}</td><td>{kept(channel['x-kafka-config'])}</td>"
        f'<td class="num">{channel["bindings"]["kafka"]["partitions"]}</td></tr>'
    )


def _channel(name: str, channel: dict[str, Any], document: dict[str, Any]) -> str:
    (contract,) = channel["messages"]
    message = document["components"]["messages"][contract]
    config = channel["x-kafka-config"]
    key = message["bindings"]["kafka"]["key"]["description"]
    headers = document["components"]["schemas"]["CloudEventHeaders"]["properties"]
    facts = {
        "Key": escape(key),
        "Value": f"{message['contentType']}, at most {int(config['max.message.bytes']):,} bytes",
        "Kept": kept(config),
        "Headers": ", ".join(f"<code>{escape(header)}</code>" for header in headers),
        "A null value": "the torrent was dropped; drop it, too"
        if "compact" in config["cleanup.policy"]
        else "has no meaning here",
    }
    schema = document["components"]["schemas"][contract]
    parts = [
        f'<section class="card" id="{escape(name)}">',
        f'<h2 id="{escape(contract)}">{escape(name)}</h2>',
        f"<p>{_marked(channel['description'])} {_marked(schema.get('description', ''))}</p>",
        '<dl class="pairs">',
        *(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in facts.items()),
        "</dl>",
        _fields(schema),
        *_examples(message.get("examples", [])),
        "</section>",
    ]
    return "\n".join(parts)


def _examples(examples: list[dict[str, Any]]) -> Iterator[str]:
    for example in examples:
        text = json.dumps(example["payload"], indent=2, ensure_ascii=False)
        yield (
            f"<details><summary>Example: {escape(example['name'].replace('_', ' '))}</summary>"
            f'<pre class="scroll" tabindex="0"><code>{escape(text)}</code></pre></details>'
        )


def _schema(name: str, schema: dict[str, Any]) -> str:
    text = _marked(schema.get("description", ""))
    told = f"<p>{text}</p>" if text else ""
    if "enum" in schema:
        values = ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
        content = f"<p>One of {values}.</p>"
    else:
        content = _fields(schema)
    return f'<section class="card" id="{name}"><h3>{name}</h3>{told}{content}</section>'


def _fields(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{type_name(field)}'
        f"{'' if name in required else _MAY_BE_MISSING}</td>"
        f"<td>{_marked(field.get('description', ''))}</td></tr>"
        for name, field in schema.get("properties", {}).items()
    ]
    return (
        '<div class="scroll" tabindex="0"><table><thead><tr><th>Field</th><th>Type</th>'
        "<th>Meaning</th></tr>"
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _marked(text: str) -> str:
    """Escaped, with what stands between backticks as code."""
    pieces = escape(" ".join(text.split())).split("`")
    return "".join(
        f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces)
    )
