"""Samples of invented names, and the labeller as a command."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from streams.training.labels.answers import FILE, Answers, Voter
from tests.support import ROOT

COMMAND = "import sys; from streams.training.labels.command import run; sys.exit(run(sys.argv[1:]))"

NAMES = tuple(f"Aurora Vale - Paper Lanterns {number} (2011) [FLAC]" for number in range(12))


def write_sample(folder: Path, names: Sequence[str] = NAMES, **fields: Any) -> Path:
    """A sample of names; its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {"id": f"{number:05}", "name": name, "files": [], "size": 1, "stratum": "-"} | fields
        for number, name in enumerate(names)
    ]
    (folder / "sample.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def write_voters(path: Path, **endpoints: dict[str, Any]) -> Path:
    """A TOML file of endpoints."""
    tables = []
    for name, settings in endpoints.items():
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        tables.append("\n".join([f"[endpoints.{name}]", *lines]))
    path.write_text("\n\n".join(tables) + "\n")
    return path


def voter_options(**urls: str) -> list[str]:
    """`--model` for each server."""
    return [word for name, url in urls.items() for word in ("--model", f"{name}={url}/v1")]


def started(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    """The labeller in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def texts(folder: Path, task: str = "content") -> dict[str, dict[str, str]]:
    """What is kept: endpoint -> id of the name -> text."""
    answers = Answers(folder / FILE)
    try:
        return {
            voter.endpoint: {key: answer.text for key, answer in answers.of(voter).items()}
            for voter in answers.voters(task)
        }
    finally:
        answers.close()


def voter(name: str, task: str = "content") -> Voter:
    return Voter(name, "m", f"{task}-1", task)
