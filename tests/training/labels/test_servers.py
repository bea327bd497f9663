"""How the kinds of endpoint are asked."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.training.labels.command import run
from streams.training.labels.tasks import CONTENT, VIDEO
from streams.training.labels.web import retry_after
from tests.training.labels.samples import NAMES, texts, write_sample, write_voters
from tests.training.labels.standin import Answer, StandIn, always, said, serving

GOOD = '{"class": "album", "adult": false}'


def model(folder: Path, name: str, url: str, *more: str) -> int:
    return run([str(folder), "--model", f"{name}={url}", *more])


def test_a_chat_server_is_asked_for_a_schema_and_its_seed(tmp_path: Path) -> None:
    folder = write_sample(tmp_path)
    with serving(always(GOOD)) as server:
        assert model(folder, "m", f"{server.url}/v1") == 0
    body = server.bodies[0]
    assert body["response_format"]["json_schema"]["schema"] == CONTENT.schema
    assert body["temperature"] == 0
    assert body["model"] == "m"
    assert server.connections <= 4  # they are used again


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_without_schemas_is_asked_in_a_simpler_form_and_stays_there(
    status: int, tmp_path: Path
) -> None:
    folder = write_sample(tmp_path)

    def simple(path: str, body: dict[str, Any]) -> Answer:
        if "response_format" in body:
            error = {"error": {"message": "unknown value in response_format"}}
            return Answer(json.dumps(error).encode(), status)
        return said(path, "album")

    with serving(simple) as server:
        assert model(folder, "m", f"{server.url}/v1", "--workers", "1") == 0
    assert len(server.bodies) == len(NAMES) + 2
    assert set(texts(folder)["m"].values()) == {"album"}
    assert "the one word of the class" in server.bodies[-1]["messages"][0]["content"]


def test_a_completions_server_is_asked_for_a_word(tmp_path: Path) -> None:
    folder = write_sample(tmp_path)
    with serving(always(" album")) as server:
        assert model(folder, "m", f"{server.url}/v1/completions") == 0
    assert server.bodies[0]["stop"] == ["\n"]
    assert "one word" in server.bodies[0]["prompt"]


def test_ollama_is_known_by_its_answer_and_asked_with_its_own_api(tmp_path: Path) -> None:
    folder = write_sample(tmp_path)
    with serving(always(GOOD), models=("tiny:latest", "other:1b")) as server:
        server.is_ollama = True
        assert model(folder, "tiny", server.url) == 0
    body = server.bodies[0]
    assert body["model"] == "tiny:latest"
    assert body["format"] == CONTENT.schema
    assert body["options"]["num_ctx"] == 2048
    assert body["options"]["temperature"] == 0
    assert body["stream"] is False


def test_the_v1_of_ollama_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_sample(tmp_path)
    with serving(always(GOOD)) as server:
        server.is_ollama = True
        voters = {"kind": "openai", "url": f"{server.url}/v1", "model": "m"}
        file = write_voters(tmp_path / "voters.toml", a=voters)
        assert run([str(folder), "--endpoints", str(file)]) == 0
    told = capsys.readouterr().err
    assert "this is Ollama" in told
    assert f"a={server.url}" in told


@pytest.mark.parametrize("kind", ["ollama", "openai"])
def test_an_answer_to_a_part_of_the_question_is_none(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path)
    cut = 512 if kind == "ollama" else 40
    with serving(lambda path, body: said(path, GOOD, tokens=cut)) as server:
        table = {"kind": kind, "url": server.url, "model": "m", "context": 512}
        file = write_voters(tmp_path / "voters.toml", a=table)
        assert run([str(folder), "--endpoints", str(file)]) == 4
        assert "only a part of the question" in capsys.readouterr().err
        assert texts(folder) == {}
        assert len(server.bodies) < len(NAMES)
        server.behaviour = lambda path, body: said(path, GOOD, tokens=400)
        assert run([str(folder), "--endpoints", str(file)]) == 0


def test_a_server_with_several_models_wants_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path)
    with serving(always(GOOD), models=("one", "two")) as server:
        assert model(folder, "three", f"{server.url}/v1") == 4
        assert "no model three, but one, two" in capsys.readouterr().err
        assert model(folder, "two", f"{server.url}/v1") == 0
    assert {body["model"] for body in server.bodies} == {"two"}


PROGRAM = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked["name"].startswith("Aurora Vale - Paper Lanterns 3 "):
        sys.exit(1)
    print(json.dumps({"id": asked["id"], "class": "album", "adult": False}), flush=True)
"""

LABELS = ("album", "movie", "game", "ebook", "track", "episode")

BABBLING = """
import json, sys
labels = {labels}
print("loading the model")
last = ""
for line in sys.stdin:
    asked = json.loads(line)
    number = int(asked["id"])
    print("warning: slow today")
    if last:
        print(last)
    last = json.dumps({{"id": asked["id"], "class": labels[number % len(labels)]}})
    print(last)
    print('{{"level": "info", "said": "done"}}', flush=True)
"""


def test_lines_that_answer_nothing_shift_no_answer_to_the_next_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning before, a log line behind, the answer before once more."""
    folder = write_sample(tmp_path / "sample")
    program = BABBLING.format(labels=LABELS)
    command = {"kind": "command", "command": [sys.executable, "-c", program], "workers": 1}
    file = write_voters(tmp_path / "voters.toml", mine=command)
    assert run([str(folder), "--endpoints", str(file)]) == 0
    labels = {int(name): json.loads(text) for name, text in texts(folder)["mine"].items()}
    assert labels == {
        number: {"class": LABELS[number % len(LABELS)]} for number in range(len(NAMES))
    }
    lines = 1 + len(NAMES) + 2 * (len(NAMES) - 1)
    assert f"{lines} lines skipped that answer no question" in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["album", '{"class": "album", "adult": false}'])
def test_a_command_that_does_not_repeat_the_id_is_told_at_once(
    answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample")
    program = f"import sys\nfor line in sys.stdin:\n    print({answer!r}, flush=True)\n"
    command = {"kind": "command", "command": [sys.executable, "-c", program]}
    file = write_voters(tmp_path / "voters.toml", mine=command)
    assert run([str(folder), "--endpoints", str(file)]) == 4
    assert texts(folder) == {}
    assert 'an answer repeats it, {"id": THAT OF THE QUESTION, ...}' in capsys.readouterr().err


def test_a_command_that_ends_says_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_sample(tmp_path / "sample", NAMES[:1])
    command = {"kind": "command", "command": [sys.executable, "-c", "raise SystemExit(3)"]}
    file = write_voters(tmp_path / "voters.toml", mine=command | {"retries": 0})
    assert run([str(folder), "--endpoints", str(file)]) == 4
    assert "ended without an answer (exit code 3)" in capsys.readouterr().err


def ended(path: str, text: str, reason: str) -> Answer:
    """An answer that says why it ended, in the form of the API at a path."""
    answer = said(path, text)
    given = json.loads(answer.body)
    if path == "/api/generate":
        given["done_reason"] = reason
    else:
        given["choices"][0]["finish_reason"] = reason
    return Answer(json.dumps(given).encode())


def most(body: dict[str, Any]) -> int:
    """The tokens that an answer may have."""
    return int(body.get("max_tokens") or body["options"]["num_predict"])


@pytest.mark.parametrize("kind", ["ollama", "openai", "openai-completions"])
def test_an_answer_that_was_cut_off_is_asked_for_once_more_with_more_room(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path, NAMES[:2])

    def thinks(path: str, body: dict[str, Any]) -> Answer:
        return said(path, GOOD) if most(body) > 100 else ended(path, "", "length")

    with serving(thinks) as server:
        table = {"kind": kind, "url": server.url, "model": "m"}
        file = write_voters(tmp_path / "voters.toml", a=table)
        assert run([str(folder), "--endpoints", str(file)]) == 0
    assert set(texts(folder)["a"].values()) == {GOOD}
    assert [most(body) for body in server.bodies].count(CONTENT.answer_tokens) == 2
    assert len(server.bodies) == 4
    assert "cut off" not in capsys.readouterr().err


def test_what_stays_cut_off_is_told_apart_and_asked_again_where_one_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path, NAMES[:3])
    stats = [str(folder), "--stats"]

    def thinks(path: str, body: dict[str, Any]) -> Answer:
        return said(path, GOOD) if most(body) == 2000 else ended(path, '{"class": "al', "length")

    with serving(thinks) as server:
        voter = {"kind": "openai", "url": server.url, "model": "m"}
        file = write_voters(tmp_path / "voters.toml", a=voter)
        again = [str(folder), "--endpoints", str(file)]
        assert run(again) == 0
        assert "3 of this run cut off" in capsys.readouterr().err
        assert run(stats) == 0
        assert "set tokens = 2000" in capsys.readouterr().out
        before = len(server.bodies)
        assert run(again) == 0
        assert len(server.bodies) == before, "it is kept: nobody is asked again by himself"
        write_voters(tmp_path / "voters.toml", a=voter | {"tokens": 2000})
        assert run([*again, "--retry", "cut"]) == 0
        assert set(texts(folder)["a"].values()) == {GOOD}
        assert run(stats) == 0
    assert "set tokens" not in capsys.readouterr().out


def test_a_server_without_more_room_refuses_no_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path, NAMES[:2])

    def small(path: str, body: dict[str, Any]) -> Answer:
        return Answer(b"", 400) if most(body) > 100 else ended(path, "", "length")

    with serving(small) as server:
        assert model(folder, "m", f"{server.url}/v1") == 0
    told = capsys.readouterr().err
    assert "2 of this run cut off" in told
    assert "refused" not in told


def test_a_sentence_that_was_cut_off_is_not_asked_for_again(tmp_path: Path) -> None:
    folder = write_sample(tmp_path, NAMES[:2])
    with serving(lambda path, body: ended(path, "I think that it", "length")) as server:
        assert model(folder, "m", f"{server.url}/v1") == 0
    assert len(server.bodies) == 2


def test_a_local_command_is_a_voter_and_is_started_again_when_it_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample")
    command = {"kind": "command", "command": [sys.executable, "-c", PROGRAM], "retries": 1}
    file = write_voters(tmp_path / "voters.toml", mine=command)
    assert run([str(folder), "--endpoints", str(file)]) == 4
    assert len(texts(folder)["mine"]) == len(NAMES) - 1
    assert "1 asked in vain" in capsys.readouterr().err


def test_a_command_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample")
    command = {"kind": "command", "command": [str(tmp_path / "missing")]}
    file = write_voters(tmp_path / "voters.toml", mine=command)
    assert run([str(folder), "--endpoints", str(file)]) == 4
    assert "cannot be started" in capsys.readouterr().err


def test_fields_are_asked_for_with_their_own_schema(tmp_path: Path) -> None:
    names = ("Lantern.Street.S01E05.720p", "Harbour.Lights.1954.1080p")
    folder = write_sample(tmp_path, names)
    told = {"title": "Lantern Street", "year": None, "season": 1, "episode": 5}
    with serving(always(json.dumps(told))) as server:
        assert model(folder, "m", f"{server.url}/v1", "--task", "video") == 0
    assert server.bodies[0]["response_format"]["json_schema"]["schema"] == VIDEO.schema
    assert len(texts(folder, "video")["m"]) == len(names)


def test_how_long_a_server_asks_to_wait_is_read() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert retry_after("7") == 7
    assert retry_after("Fri, 02 Jan 2026 03:04:35 GMT", now) == 30
    assert retry_after("Fri, 02 Jan 2026 03:00:00 GMT", now) == 0
    assert retry_after(None) is None


@given(st.text())
def test_any_wait_is_seconds_or_nothing(value: str) -> None:
    seconds = retry_after(value)
    assert seconds is None or seconds >= 0


def test_who_is_asked_with_four_workers_gets_four_questions_at_a_time(tmp_path: Path) -> None:
    folder = write_sample(tmp_path)
    at_once = 0
    most = 0

    def counting(path: str, body: dict[str, Any]) -> Answer:
        nonlocal at_once, most
        with server.lock:
            at_once += 1
            most = max(most, at_once)
        answer = said(path, GOOD)
        time.sleep(0.2)
        with server.lock:
            at_once -= 1
        return answer

    server: StandIn
    with serving(counting) as server:
        assert model(folder, "m", f"{server.url}/v1", "--workers", "4") == 0
    assert most == 4
