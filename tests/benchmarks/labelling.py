"""What the consensus labeller costs and keeps: `python -m tests.benchmarks.labelling rate | kills`.

`rate` asks a server that answers after a tenth of a second, in a process of its own, with four
workers: at best forty answers a second.

`kills` labels invented names with three voters, which are one real model with three prompts, each
behind a llama-cpp-python server of its own. The labeller is ended with SIGKILL and started again,
then everything is done once more without. Counted where the servers are: who was asked what, and
which answers reached the labeller whole. Servers run under nice; `--lock FILE` is held while they
work, at most `--piece` seconds at a time.
"""

import argparse
import fcntl
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.invented import Torrents
from tests.benchmarks.llama_server import llama
from tests.support import ROOT
from tests.training.labels.samples import texts
from tests.training.labels.standin import Answer, StandIn, said, serving

EPILOG = """examples:
  python -m tests.benchmarks.labelling rate
  python -m tests.benchmarks.labelling kills --base SmolLM2-135M-Instruct.Q8_0.gguf --names 1000
  python -m tests.benchmarks.labelling kills --base BASE.gguf --names 300 --lock /tmp/cpu.lock
"""

CHAT = """What is this torrent? album, movie, episode, season, game, application, ebook.
[json]
JSON like {"class": "album", "adult": false}
[question]
Name: {name}
Files: {files}
"""
SHOTS = """[json]
[word]
[question]
Name: {name}, files: {files} ="""
BETA = """Name: "Lantern.Street.S01E05.720p", files: unknown = episode
Name: "Aurora Vale - Low Tide (2011) [FLAC]", files: unknown = album
Name: "Harbour Lights 1954 1080p BluRay", files: unknown = movie
Name: "Paper Studio 4 Portable", files: unknown = application
"""
GAMMA = """Name: "The Long Shore by A. Reed (epub)", files: unknown = ebook
Name: "Low Tide - Single [MP3]", files: unknown = track
Name: "Lantern Street Season 2 Complete", files: unknown = season
Name: "Harbour.Lights.1954.DVDRip-ABCD", files: unknown = movie
"""
VOTERS = {
    "alpha": ("openai", CHAT),
    "beta": ("openai-completions", BETA + SHOTS),
    "gamma": ("openai-completions", GAMMA + SHOTS),
}
"""Kind and prompt: a schema holds the first one's answers, the others say a word."""

COMMAND = "import sys; from streams.training.labels.command import run; sys.exit(run(sys.argv[1:]))"
LATE = 0.1
_NOBODY = 1e9


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.labelling",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    rate = commands.add_parser("rate", help="answers a second")
    rate.add_argument("--names", type=int, default=1_000, metavar="N")
    rate.add_argument("--workers", type=int, default=4, metavar="N")
    kills = commands.add_parser("kills", help="killed and resumed, with a real model")
    kills.add_argument("--base", type=Path, required=True, metavar="GGUF")
    kills.add_argument("--names", type=int, default=1_000, metavar="N")
    kills.add_argument("--kills", type=int, default=2, metavar="N")
    kills.add_argument("--lock", type=Path, metavar="FILE", help="held while servers work")
    kills.add_argument("--piece", type=float, default=240, metavar="SECONDS")
    late = commands.add_parser("late", help="the server of `rate`; prints its URL and runs on")
    late.add_argument("--delay", type=float, default=LATE, metavar="SECONDS")
    options = parser.parse_args()
    if options.command == "late":
        return serve_late(options.delay)
    return measure_rate(options) if options.command == "rate" else measure_kills(options)


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def serve_late(delay: float) -> int:
    """Answer every question after a delay, until the process ends."""

    def behaviour(path: str, body: dict[str, Any]) -> Answer:
        answer = said(path, '{"class": "album", "adult": false}')
        answer.delay = delay
        return answer

    with serving(behaviour) as server:
        say(server.url)
        time.sleep(_NOBODY)
    return 0


def measure_rate(options: argparse.Namespace) -> int:
    """Answers a second, by the times at which they were kept."""
    from streams.training.labels.answers import FILE, Answers

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder, options.names)
        command = [sys.executable, "-m", "tests.benchmarks.labelling", "late"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as late:
            assert late.stdout is not None
            url = late.stdout.readline().strip()
            try:
                label(folder, f"--model=late={url}/v1", f"--workers={options.workers}").wait()
            finally:
                late.kill()
        answers = Answers(folder / FILE)
        (voter,) = answers.voters("content")
        ended = sorted(answer.ended for answer in answers.of(voter).values())
        answers.close()
    rate = (len(ended) - options.workers) / (ended[-1] - ended[options.workers - 1])
    say(f"{len(ended):,} answers, {options.workers} workers: {rate:.1f} a second")
    return 0


def measure_kills(options: argparse.Namespace) -> int:
    """Label twice, with kills and without, and compare. Returns 1 if anything differs."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for case in ("killed", "whole"):
            (folder / case).mkdir()
            write_sample(folder / case, options.names)
        relays = [stack.enter_context(relayed(options.base, folder / voter)) for voter in VOTERS]
        write_voters(folder, [relay.url for relay in relays])
        began = time.monotonic()
        killed = label_with_kills(folder, relays, options)
        seconds = time.monotonic() - began
        counts = [counted(relay) for relay in relays]
        for relay in relays:
            relay.asked.clear()
            relay.answered.clear()
            relay.again = 0
        label_in_pieces(folder, options)
        whole = [counted(relay) for relay in relays]
        exports = [export(folder / case) for case in ("killed", "whole")]
    total = f"{options.names:,} names, {len(VOTERS)} voters"
    say(f"{total}, killed {killed} times, {seconds:.0f} s")
    say(f"rate: {options.names * len(VOTERS) / seconds:.2f} answers a second, waits included")
    for voter, count, other in zip(VOTERS, counts, whole, strict=True):
        say(f"{voter}: {count.told}; without kills: {other.told}")
    same = exports[0] == exports[1]
    say(f"votes and export as without kills: {'yes, byte for byte' if same else 'NO'}")
    again = sum(count.again for count in counts)
    return 0 if same and not again else 1


@dataclass(frozen=True)
class Counted:
    """What a server counted."""

    names: int
    asked_twice: int
    again: int

    @property
    def told(self) -> str:
        return (
            f"{self.names:,} names answered, {self.again} asked again though the answer was kept,"
            f" {self.asked_twice} since a kill had cut the question"
        )


def counted(relay: StandIn) -> Counted:
    """What a server was asked and has answered whole."""
    return Counted(
        len(relay.answered),
        sum(count > 1 for count in relay.asked.values()),
        relay.again,
    )


def label_with_kills(folder: Path, relays: Sequence[StandIn], options: argparse.Namespace) -> int:
    """Label, killed each time when another part of the answers is there. Returns the kills."""
    total = options.names * len(relays)
    dice = random.Random(options.names)
    goals = [
        int(total * (number + dice.uniform(0.6, 1.0)) / (options.kills + 1))
        for number in range(options.kills)
    ]
    kills = 0
    kept: list[list[Counter[str]]] = []
    for goal in [*goals, _NOBODY]:
        with locked(options.lock):
            process = label(folder / "killed", f"--endpoints={folder / 'voters.toml'}")
            while process.poll() is None:
                if sum(sum(relay.answered.values()) for relay in relays) >= goal:
                    time.sleep(dice.uniform(0, 1))  # at any moment, not at that of an answer
                    process.kill()
                    process.wait()
                    kills += 1
                    kept.append(kept_at_a_kill(folder / "killed", relays))
                time.sleep(0.01)
    for counts in kept:
        for relay, count in zip(relays, counts, strict=True):
            relay.again += sum(relay.asked[name] > asked for name, asked in count.items())
    return kills


def kept_at_a_kill(folder: Path, relays: Sequence[StandIn]) -> list[Counter[str]]:
    """For each voter the names whose answer is kept, and how often they were asked by then."""
    names = {
        row["id"]: row["name"]
        for row in map(json.loads, (folder / "sample.jsonl").read_text().splitlines())
    }
    told = texts(folder)
    return [
        Counter({names[sample]: relay.asked[names[sample]] for sample in told.get(voter, {})})
        for voter, relay in zip(VOTERS, relays, strict=True)
    ]


def label_in_pieces(folder: Path, options: argparse.Namespace) -> None:
    """Label without kills, a part of the names after the other."""
    pieces = options.kills + 1
    for number in range(1, pieces + 1):
        with locked(options.lock):
            limit = f"--limit={options.names * number // pieces}"
            label(folder / "whole", f"--endpoints={folder / 'voters.toml'}", limit).wait()


def label(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The labeller at work, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(folder), *arguments],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )


def export(folder: Path) -> tuple[bytes, ...]:
    """What is exported of a labelled sample."""
    label(folder, f"--export={folder}").wait()
    return tuple(path.read_bytes() for path in sorted(folder.glob("**/*.jsonl*")))


def write_sample(folder: Path, names: int) -> None:
    """Invented names as a sample."""
    torrents = Torrents(7, 0.0)
    drawn = (str(torrents.row(number, number)["name"]) for number in range(10 * names))
    rows = [
        {"id": f"{number:05}", "name": name, "files": [], "size": 1, "stratum": "-"}
        for number, name in enumerate(islice(dict.fromkeys(drawn), names))
    ]
    (folder / "sample.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_voters(folder: Path, urls: Sequence[str]) -> None:
    """The three voters and their prompts."""
    tables = []
    for (voter, (kind, text)), url in zip(VOTERS.items(), urls, strict=True):
        (folder / f"{voter}.txt").write_text(text)
        tables.append(
            f'[endpoints.{voter}]\nkind = "{kind}"\nurl = "{url}"\nmodel = "m"\nworkers = 1\n'
            f'timeout = 300\nprompt = "{voter}.txt"\n'
        )
    (folder / "voters.toml").write_text("\n".join(tables))


@contextmanager
def relayed(base: Path, folder: Path) -> Iterator[StandIn]:
    """A real server, with one in front that counts and passes on."""
    folder.mkdir()
    with llama(base, folder) as url, httpx.Client(base_url=url, timeout=300) as client:
        alone = threading.Lock()

        def behaviour(path: str, body: dict[str, Any]) -> Answer:
            with alone:
                reply = client.post(path, json=body)
            return Answer(reply.content, reply.status_code)

        with serving(behaviour) as relay:
            yield relay


@contextmanager
def locked(path: Path | None) -> Iterator[None]:
    """Hold a lock that others of the machine hold, too."""
    if path is None:
        yield
        return
    with path.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
