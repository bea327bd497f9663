"""Random and hostile requests: no 5xx, no error of SQL, and no name that becomes markup.

`FUZZ_REQUESTS` says how many are sent in all; a tenth of the 5,000 of the slow run is enough to see
most of what it would.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from infra.local import stack as local
from tests.browser.conftest import Site, served
from tests.browser.sample import SCRIPT, WORKS, seen
from tests.conftest import stack_at

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Stack]:
    """A broker that nobody else reads: what is corrected here is corrected at random."""
    yield from stack_at(tmp_path_factory.mktemp("fuzzed"))


@pytest.fixture(scope="module")
def site(stack: local.Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that nobody else looks at."""
    yield from served(stack, tmp_path_factory)


REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "5000"))
MARK = "\"'><x-owned onclick=alert(1)>"
"""Stands in every hostile text: where it comes back as an element, something was not escaped."""

HOSTILE = (
    *("'", '"', "\\", "%", "_", ";--", "$1", "{}", "{{7*7}}", "${7*7}", "*", "&", "<", "]]>"),
    *("\x00", "\x1b[2J", "\ud800", "\u202e", "\ufeff", "\U0001f3b5", "e\u0301", "İ", "ß" * 300),
    *("-", "--", '"unclosed', "or", "a or or -b", ":*", "a:*", "!", "(", "a & | b", "<->", "()"),
    *("' OR 1=1 --", "'; DROP TABLE torrents; --", "1e999", "-1", "0x10", "NaN", "infinity"),
    *("9" * 40, "../../etc/passwd", "%00", "%c0%af", "\r\nSet-Cookie: a=b", "a" * 5_000),
)
INFOHASHES = tuple(seen(work).infohash for work in WORKS)

TEXTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), max_size=5).map("".join),
    st.sampled_from(["low tide", "metropolis", SCRIPT, *INFOHASHES]),
).map(lambda text: text + MARK if len(text) % 2 else text)
_WORDS = """
    audio video album yes no 1 seeders size wrong caps search tvsearch movie music book 3000,2040
"""
VALUES = st.one_of(
    TEXTS,
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(_WORDS.split()),
)
_PARAMETERS = """
    q medium subcategory year_from year_to resolution language codec linked confidence_from
    confidence_to artist release_group size_from size_to adult sort after limit infohash field
    verdict reporter model standing t season ep year album track label author title cat offset
    extended apikey imdbid of from to a b week revision stage
"""
_PAGES = """
    / /feed.atom /corrections /models /models/import /pipeline /torznab/api /metrics /favicon.ico
    /api/v1/search /api/v1/facets /api/v1/corrections /api/v1/corrections/counts /api/v1/models
"""
_FOLDERS = """
    /torrents/ /artists/ /release-groups/ /models/ /corrections/of/ /static/ /api/v1/torrents/
    /api/v1/models/
"""
NAMES = st.sampled_from(_PARAMETERS.split())
PATHS = st.one_of(
    st.sampled_from(_PAGES.split()),
    st.builds(
        lambda head, tail: head + quote(tail[:200], safe="/", errors="replace"),
        st.sampled_from(_FOLDERS.split()),
        TEXTS | st.sampled_from(INFOHASHES),
    ),
)
ASKED = st.tuples(PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=6))
GOOD = st.one_of(
    st.sampled_from([("medium", "audio/album"), ("adult", "false"), ("year", "1927")]),
    st.tuples(st.sampled_from(["title", "creator", "codec", "release_group"]), TEXTS),
)
SAID = st.one_of(
    st.builds(
        lambda infohash, pair: {
            "infohash": infohash,
            "field": pair[0],
            "verdict": "value",
            "value": pair[1],
        },
        st.sampled_from(INFOHASHES),
        GOOD,
    ),
    st.fixed_dictionaries(
        {"infohash": st.sampled_from(INFOHASHES) | TEXTS},
        optional={
            "field": st.sampled_from(["medium", "adult", "link", "year", "tracks"]) | TEXTS,
            "verdict": st.sampled_from(["wrong", "value", "perhaps"]) | TEXTS,
            "value": VALUES,
        },
    ),
)


class Markup(HTMLParser):
    """Notes what no page of ours has: scripts of their own, and what a name smuggled in."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "x-owned" or (tag == "script" and "src" not in names):
            self.faults.append(f"<{tag}>")
        self.faults += [f"{tag} {name}" for name in names if name.startswith("on")]
        for name, value in attrs:
            is_link = name in {"href", "src", "action"}
            if is_link and (value or "").strip().lower().startswith(("javascript:", "data:")):
                self.faults.append(f"{tag} {name}={value}")


@dataclass
class Fuzzed:
    """What was answered."""

    client: httpx.Client
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def judge(self, what: str, answer: httpx.Response) -> None:
        """Looks at an answer; a fault is kept with the request that led to it."""
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500 and not _names_the_missing_network(answer):
            self.faults.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        kind = answer.headers.get("content-type", "")
        if "html" in kind:
            markup = Markup()
            markup.feed(answer.text)
            self.faults += [f"{what}: {fault}" for fault in markup.faults]
        elif "xml" in kind:
            try:
                ElementTree.fromstring(answer.content)
            except ElementTree.ParseError as error:
                self.faults.append(f"{what}: {error}: {answer.text[:200]}")


def _names_the_missing_network(answer: httpx.Response) -> bool:
    """The one 503 that the API promises: this site has no weights to search by meaning with."""
    is_json = answer.headers.get("content-type", "") == "application/problem+json"
    detail = answer.json()["detail"] if is_json and answer.status_code == 503 else ""
    return detail.startswith("a search by meaning needs a text network: run `")


def bounded(share: float) -> settings:
    """A part of all requests, drawn anew each time, without minimising."""
    return settings(
        max_examples=max(1, round(REQUESTS * share)),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def fuzzed(site: Site, stack: local.Stack) -> Iterator[Fuzzed]:
    """A client whose answers are judged, and the log of Postgres after it."""
    log = Path(stack.home) / "logs" / "postgres.log"
    before = log.stat().st_size
    with httpx.Client(base_url=site.url, timeout=30, follow_redirects=False) as client:
        answers = Fuzzed(client)
        yield answers
    assert answers.faults == []
    print(dict(sorted(answers.statuses.items())))  # noqa: T201 (shown with -s)
    with log.open("rb") as stream:
        stream.seek(before)
        said = stream.read().decode(errors="replace")
    assert re.findall(r"^.*(?:ERROR|FATAL|PANIC):.*$", said, re.MULTILINE) == []
    server = site.log.read_text(errors="replace")
    assert "Traceback" not in server, server[-3000:]


def test_whatever_is_asked_is_answered(fuzzed: Fuzzed) -> None:
    @bounded(0.75)
    @given(ASKED)
    def ask(asked: tuple[str, list[tuple[str, str]]]) -> None:
        path, pairs = asked
        query = "&".join(
            f"{name}={quote(value, safe='', errors='surrogatepass')}" for name, value in pairs
        )
        what = f"{path}?{query}"[:2_000]
        fuzzed.judge(what, fuzzed.client.get(what))

    ask()
    assert fuzzed.statuses[200] > fuzzed.statuses.total() / 10


def test_whatever_a_form_says_is_kept_or_refused(fuzzed: Fuzzed) -> None:
    token = _token(fuzzed.client)

    @bounded(0.05)
    @given(SAID, st.booleans())
    def say(said: dict[str, str], as_json: bool) -> None:
        headers = {"x-csrf-token": token}
        clean = {name: _storable(value) for name, value in said.items()}
        if as_json:
            answer = fuzzed.client.post("/api/v1/corrections", json=clean, headers=headers)
        else:
            answer = fuzzed.client.post("/corrections", data=clean, headers=headers)
        fuzzed.judge(str(said), answer)

    say()
    for infohash in INFOHASHES:
        for path in (f"/torrents/{infohash}", f"/corrections/of/{infohash}"):
            fuzzed.judge(path, fuzzed.client.get(path))
    fuzzed.judge("/corrections", fuzzed.client.get("/corrections?adult=yes&limit=100"))


def test_the_openapi_document_holds_for_random_requests(fuzzed: Fuzzed, site: Site) -> None:
    schema = schemathesis.openapi.from_url(f"{site.url}/api/v1/openapi.json")
    operations: list[Any] = [loaded.ok() for loaded in schema.get_all_operations()]  # type: ignore[union-attr]
    token = _token(fuzzed.client)
    cookies = dict(fuzzed.client.cookies)
    assert len(operations) > 4
    by_meaning = fuzzed.client.get("/api/v1/search?q=low+tide&by_meaning=true")
    fuzzed.judge("a search by meaning", by_meaning)
    assert by_meaning.status_code == 503
    for operation in operations:
        _call_often(fuzzed, operation, {"token": token, "cookies": cookies}, len(operations))


def _call_often(fuzzed: Fuzzed, operation: Any, ours: dict[str, Any], count: int) -> None:
    is_writing = operation.method.upper() == "POST"

    @bounded((0.04 if is_writing else 0.4) / count)
    @given(operation.as_strategy())
    def call(case: Any) -> None:
        request = case.as_transport_kwargs(base_url=str(fuzzed.client.base_url).rstrip("/"))
        headers = {str(name): str(value) for name, value in dict(request["headers"] or {}).items()}
        headers = {name: value for name, value in headers.items() if value.isascii()}
        if is_writing:
            headers |= {"x-csrf-token": ours["token"]}
        answer = fuzzed.client.request(
            request["method"],
            request["url"],
            params=request.get("params"),
            json=request.get("json"),
            headers=headers,
        )
        fuzzed.judge(f"{request['method']} {request['url']} {request.get('params')}", answer)
        documented = operation.definition.raw["responses"]
        assert str(answer.status_code) in documented or answer.status_code in {400, 404, 405}, (
            f"{operation.label} answered {answer.status_code}"
        )

    call()


def _token(client: httpx.Client) -> str:
    form = client.get(f"/corrections/of/{INFOHASHES[0]}")
    match = re.search(r'name="csrf" value="([0-9a-f]+)"', form.text)
    assert match, form.text[:500]
    return match[1]


def _storable(text: str) -> str:
    """A text that a client can send at all: UTF-8 has no surrogates."""
    return text.encode("utf-8", "replace").decode()
