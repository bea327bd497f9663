"""The page of events: whole, escaped, and with examples that fit the schema beside them."""

import re
from html import unescape
from pathlib import Path

import jsonschema
import pytest

from schemas.__main__ import main
from schemas.export import asyncapi, json_schemas
from schemas.page import body, kept, page
from schemas.topics import CLASSIFIED, CORRECTIONS, DISCOVERED, TOPICS
from streams.web.guard import POLICY

DOCUMENT = asyncapi()
TEXT = body()


@pytest.mark.parametrize("name", TOPICS)
def test_examples_fit_the_schema_that_is_shown_beside_them(name: str) -> None:
    contract = TOPICS[name].contract.__name__
    schema = json_schemas()[f"{contract}.schema.json"]
    for example in DOCUMENT["components"]["messages"][contract]["examples"]:
        jsonschema.validate(example["payload"], schema)
        assert set(example["headers"]) <= set(
            DOCUMENT["components"]["schemas"]["CloudEventHeaders"]["properties"]
        )


def test_every_topic_and_every_field_is_on_the_page() -> None:
    for name, topic in TOPICS.items():
        assert f'id="{name}"' in TEXT
        for field in topic.contract.model_fields:
            assert f"<code>{field}</code>" in TEXT


def test_what_stands_below_a_field_in_the_code_is_its_meaning() -> None:
    revision = DOCUMENT["components"]["schemas"]["Classification"]["properties"]["revision"]
    assert revision["description"].startswith("Raised in the model's manifest")
    assert unescape(TEXT).count(revision["description"]) >= 3  # of every kind of result


def test_every_link_leads_to_a_part_of_the_page_and_no_part_is_there_twice() -> None:
    parts = re.findall(r' id="([^"]+)"', TEXT)
    assert len(parts) == len(set(parts))
    assert set(re.findall(r'href="#([^"]+)"', TEXT)) <= set(parts)


def test_the_console_policy_has_nothing_to_refuse_and_nothing_is_loaded() -> None:
    assert "'unsafe-inline'" not in POLICY
    assert not re.search(r"<script|<style|<link|style=|src=| on\w+=|https?:", TEXT)
    assert not re.search(r"<script|<link|src=|url\(|@import", page())


def test_text_of_the_document_is_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    channel = {**DOCUMENT["channels"][CLASSIFIED.name], "description": hostile}
    document = {**DOCUMENT, "channels": {CLASSIFIED.name: channel}}
    assert "<script" not in body(document)
    assert "&lt;script&gt;" in body(document)


def test_it_says_how_long_a_topic_keeps_what_it_carries() -> None:
    assert kept(DISCOVERED.config) == "7 days"
    assert kept(CORRECTIONS.config) == "for ever"
    assert kept(CLASSIFIED.config) == "30 days; after 7 days only the newest of each key"


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["page", "--out", str(tmp_path / "site")]) == 0
    assert (tmp_path / "site" / "events.html").read_text(encoding="utf-8") == page()
    (tmp_path / "file").write_text("")
    assert main(["page", "--out", str(tmp_path / "file")]) == 1
    assert "cannot write" in capsys.readouterr().err
