"""Killed, interrupted, started again: nothing is lost, and no answer is asked for twice."""

import json
import os
import random
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from streams.training.labels.answers import FILE
from streams.training.labels.command import run
from tests.training.labels.samples import COMMAND, started, texts, write_sample
from tests.training.labels.standin import Answer, StandIn, by_name, name_in, prompt_of, serving

NAMES = [f"Lantern Street {number}" for number in range(120)]


def late(label: str, delay: float) -> Any:
    """A voter who needs a moment, and differs from others on some names."""
    answers = by_name(lambda name: label if len(name) % 2 else "album")

    def behaviour(path: str, body: dict[str, Any]) -> Answer:
        answer = answers(path, body)
        answer.delay = delay
        return answer

    return behaviour


def models(*servers: StandIn) -> list[str]:
    options = ["--workers", "2"]
    for number, server in enumerate(servers):
        options += ["--model", f"voter{number}={server.url}/v1"]
    return options


def until(check: Any, within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def exported(folder: Path) -> list[bytes]:
    assert run([str(folder), "--export", str(folder / "out")]) == 0
    return [path.read_bytes() for path in sorted((folder / "out").rglob("*.jsonl*"))]


def test_killed_at_random_points_it_goes_on_and_exports_the_same(tmp_path: Path) -> None:
    dice = random.Random(20)
    folder, whole = (
        write_sample(tmp_path / "killed", NAMES),
        write_sample(tmp_path / "whole", NAMES),
    )
    with serving(late("movie", 0.03)) as first, serving(late("game", 0.03)) as second:
        kills = 0
        while kills < 4:
            before = len(first.answered)
            process = started(folder, *models(first, second))
            goal = min(before + dice.randrange(1, 30), len(NAMES) - 1)
            until(lambda goal=goal: len(first.answered) >= goal)
            time.sleep(dice.uniform(0, 0.05))
            process.kill()
            process.communicate()
            kills += 1
        process = started(folder, *models(first, second))
        process.communicate(timeout=120)
        assert process.returncode == 0
        for server in (first, second):
            assert len(server.answered) == len(NAMES)
            # A question that was in flight at a kill was answered to nobody: it is asked again.
            assert sum(server.asked.values()) <= len(NAMES) + 2 * kills
        assert run([str(whole), *models(first, second)]) == 0
    assert texts(folder) == texts(whole)
    assert exported(folder) == exported(whole)


def test_an_answer_that_is_kept_is_never_asked_for_again(tmp_path: Path) -> None:
    folder = write_sample(tmp_path, NAMES)
    with serving(late("movie", 0)) as server:
        options = [str(folder), *models(server)]
        assert run([*options, "--limit", "50"]) == 0
        assert len(server.asked) == 50
        assert run(options) == 0
        assert run(options) == 0
    assert len(server.asked) == len(NAMES)
    assert max(server.asked.values()) == 1


def test_another_model_or_prompt_adds_answers(tmp_path: Path) -> None:
    folder = write_sample(tmp_path, NAMES[:3])
    with serving(late("movie", 0), models=("voter0",)) as server:
        assert run([str(folder), *models(server)]) == 0
        server.models = ("larger",)
        assert run([str(folder), *models(server)]) == 0
    assert set(server.asked.values()) == {2}


@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="Ctrl-C is ignored in this shell"
)
def test_ctrl_c_ends_it_at_once_and_keeps_what_was_answered(tmp_path: Path) -> None:
    folder = write_sample(tmp_path, NAMES)
    with serving(late("movie", 0.05)) as server:
        process = started(folder, *models(server))
        until(lambda: len(server.answered) >= 5)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "goes on where it was" in told
        assert "Traceback" not in told
        kept = len(texts(folder)["voter0"])
        assert kept >= 5
        assert run([str(folder), *models(server)]) == 0
    assert max(server.answered.values()) == 1


@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="Ctrl-C is ignored in this shell"
)
def test_ctrl_c_does_not_wait_for_a_server_that_hangs(tmp_path: Path) -> None:
    folder = write_sample(tmp_path, NAMES)
    with serving(late("movie", 300)) as server:
        process = started(folder, *models(server))
        until(lambda: server.bodies)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
        assert process.returncode == 130


def test_two_processes_do_not_ask_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path, NAMES)
    with serving(late("movie", 0.05)) as server:
        process = started(folder, *models(server))
        until(lambda: server.bodies)
        assert run([str(folder), *models(server)]) == 1
        assert "another process is labelling" in capsys.readouterr().err
        process.communicate(timeout=120)
    assert max(server.asked.values()) == 1


def test_only_names_on_which_others_differ_are_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path, NAMES)
    with serving(late("movie", 0)) as first, serving(late("game", 0)) as second:
        assert run([str(folder), *models(first, second)]) == 0
        with serving(late("movie", 0)) as big:
            options = [str(folder), "--model", f"big={big.url}/v1", "--only-disagreements"]
            assert run(options) == 0
            assert run(options) == 0
    assert set(big.asked) == {name for name in NAMES if len(name) % 2}
    assert max(big.asked.values()) == 1
    assert exported(folder)
    assert f"{len(NAMES)} of {len(NAMES)} names, 0 high" in capsys.readouterr().out


def test_names_that_a_voter_was_not_asked_about_are_no_disagreements(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two voters one was asked for a part: that is neither a reason to ask nor to read."""
    folder = write_sample(tmp_path, NAMES)
    differing = {name for name in NAMES[:60] if len(name) % 2}
    with serving(late("movie", 0)) as first, serving(late("game", 0)) as second:
        assert run([str(folder), *models(first)]) == 0
        part = ["--model", f"second={second.url}/v1", "--limit", "60"]
        assert run([str(folder), *part]) == 0
    out = folder / "out"
    with serving(late("movie", 0)) as big:
        options = ["--model", f"big={big.url}/v1", "--only-disagreements", "--export", str(out)]
        assert run([str(folder), *options]) == 0
    assert set(big.asked) == differing
    assert f"{len(differing)} of {len(NAMES)} names are asked" in capsys.readouterr().err
    rows = (out / "disagreements.jsonl").read_text().splitlines()
    assert {json.loads(row)["name"] for row in rows} == differing


def test_a_file_that_is_no_store_of_answers_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path, NAMES)
    (folder / FILE).write_bytes(b"not a database at all, whatever it is" * 100)
    assert run([str(folder), "--stats"]) == 1
    assert "cannot be used as answers" in capsys.readouterr().err


KEY = "sk-invented-0123456789abcdef"

PAID = """
[endpoints.paid]
url = "{url}/v1"
key = "LABELS_TEST_KEY"
timeout = 2
retries = 0
"""


def test_a_key_is_in_the_header_and_nowhere_else(tmp_path: Path) -> None:
    """Even where the server repeats it: in an error, in an answer, in the name of its model."""
    folder = write_sample(tmp_path / "sample", NAMES[:6])
    replies = {
        0: lambda: Answer(b'{"error": {"message": "bad key %s"}}' % KEY.encode(), 400),
        1: lambda: Answer(b'{"error": {"message": "bad key %s"}}' % KEY.encode(), 500),
        2: lambda: Answer(KEY.encode()),
    }

    def repeats(path: str, body: dict[str, Any]) -> Answer:
        number = int(name_in(prompt_of(body)).split()[-1])
        if number in replies:
            return replies[number]()
        return by_name(lambda name: f"my key is {KEY}")(path, body)

    with serving(repeats, models=(f"model-{KEY}",)) as server:
        voters = tmp_path / "voters.toml"
        voters.write_text(PAID.format(url=server.url))
        arguments = [folder, "--endpoints", voters, "--stats", "--export", tmp_path / "out"]
        process = started(*arguments, "--patience", "2", LABELS_TEST_KEY=KEY)
        out, told = process.communicate(timeout=60)
    assert process.returncode == 4
    assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    assert KEY not in out + told
    assert "***" in told
    stored = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in content for content in stored)
    with sqlite3.connect(folder / FILE) as database:
        assert KEY not in "\n".join(database.iterdump())
    assert os.environ.get("LABELS_TEST_KEY") is None


def test_a_missing_key_names_its_variable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABELS_TEST_KEY", raising=False)
    folder = write_sample(tmp_path / "sample", NAMES[:2])
    voters = tmp_path / "voters.toml"
    voters.write_text('[endpoints.a]\nurl = "http://127.0.0.1:9/v1"\nkey = "LABELS_TEST_KEY"\n')
    assert run([str(folder), "--endpoints", str(voters)]) == 4
    assert "set the environment variable LABELS_TEST_KEY" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", [f'[endpoints.a]\nurl = "http://h/v1"\nkey = "{KEY}"\n', "[endpoints]\n", "x = 1\n"]
)
def test_a_key_in_the_wrong_place_is_not_repeated(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample", NAMES[:2])
    voters = tmp_path / "voters.toml"
    voters.write_text(text)
    with pytest.raises(SystemExit) as stop:
        run([str(folder), "--endpoints", str(voters)])
    assert stop.value.code == 2
    assert KEY not in capsys.readouterr().err


def test_the_command_is_the_one_that_tests_start() -> None:
    assert "streams.training.labels.command" in COMMAND
