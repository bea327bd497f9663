"""The pipeline on three images: replay and store in the base, the models in their runtimes.

Kafka and Postgres are the local stack of this machine. All programs run as the images' user, each
image with a home of its own, as on three machines.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import ExitStack

import asyncpg

from infra.images import ImageError
from infra.images.buildah import Buildah
from infra.images.running import USER, Running
from infra.local import stack as local

_DRAIN_SECONDS = 900
"""Ten times what the sample takes on two cores that do nothing else."""
_MODELS = ("numpy", "onnxruntime", "tokenizers", "ahocorasick_rs", "llama_cpp", "torch")
"""Packages that the base must not have."""
_FREE = ("/var/lib/mimmo", "/var/tmp", "/var/lock")  # noqa: S108
"""Where everybody may write: the home, and what is a tmpfs or empty."""
_SAMPLE = "/opt/mimmo/lib/python3.11/site-packages/streams/lab/sample"
_PORTS = {"base": "9101", "runtime-onnx": "9102", "runtime-llama": "9103"}
"""Where each image serves /metrics and /health: here they share the network of one machine."""

ROWS = {
    "torrents": "SELECT count(*) FROM torrents",
    "classifications": "SELECT count(*) FROM classifications",
    "extractions by rules and tagger": "SELECT count(*) FROM extractions WHERE method <> 'llm'",
    "links": "SELECT count(*) FROM links",
    "answers of the GGUF model": "SELECT count(*) FROM history WHERE method = 'llm'",
}
"""What is counted when all is drained."""


class Demo:
    """One run.

    Args:
        buildah: where the images are.
        tell: gets a line for each step.
    """

    def __init__(self, buildah: Buildah, tell: Callable[[str], None]) -> None:
        self._buildah = buildah
        self._tell = tell
        self._began = time.monotonic()

    def run(self) -> dict[str, int]:
        """All of it; returns the rows of each kind.

        Raises:
            ImageError: an image is missing, or one of them does not do its part.
        """
        folder = self._buildah.storage / "demo"
        with ExitStack() as cleanup:
            self._step("Kafka and Postgres of this machine")
            stack = local.up(folder / "stack")
            cleanup.callback(local.wipe, folder / "stack")
            environment = {
                "STREAMS_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
                "STREAMS_POSTGRES_DSN": stack.postgres_dsn,
                "STREAMS_LLM_MODE": "gate",
            }
            running = Running(self._buildah, folder, environment)
            cleanup.callback(running.close)
            self._examine(running)
            began = time.time()
            self._prepare(running)
            self._work(running)
            rows = asyncio.run(_rows(stack.postgres_dsn))
            self._end(running, began)
        for what, number in rows.items():
            self._tell(f"  {what}: {number:,}")
        empty = [what for what, number in rows.items() if not number]
        if empty:
            raise ImageError(f"no rows of: {', '.join(empty)}")
        self._step("the demo passed")
        return rows

    def _examine(self, running: Running) -> None:
        """The base has no runtime of models; nobody is root, or may write to what is not his."""
        code = (
            "from importlib.util import find_spec;"
            f"print([name for name in {_MODELS} if find_spec(name)])"
        )
        models = running.run("base", "python", "-c", code).strip()
        if models != "[]":
            raise ImageError(f"the base has packages of models: {models}")
        for target in _PORTS:
            user = running.run(target, "id", "-u").strip()
            if user != str(USER):
                raise ImageError(f"{target} runs as user {user}")
            search = "find /etc /opt /usr /var /bin /lib -xdev -writable ! -type l 2>/dev/null || :"
            writable = running.run(target, "sh", "-c", search).split()
            stray = [path for path in writable if not path.startswith(_FREE)]
            if stray:
                raise ImageError(f"{target}: anybody may write to {', '.join(stray[:5])}")

    def _prepare(self, running: Running) -> None:
        self._step("base: topics and tables")
        running.run("base", "python", "-m", "streams.topics", "create")
        running.run("base", "python", "-m", "infra.postgres", "migrate")
        self._step("runtime-onnx: the index of MusicBrainz' sample")
        dumps = [f"{_SAMPLE}/musicbrainz/{kind}.tar.xz" for kind in ("artist", "release-group")]
        running.run("runtime-onnx", "python", "-m", "streams.musicbrainz", "import", *dumps)

    def _work(self, running: Running) -> None:
        self._step("base: store; runtime-onnx: classify, extract, match; runtime-llama: GGUF")
        worker = ["faust", "-A", "streams", "worker", "-l", "info"]
        for name, target, command in (
            ("store", "base", ["python", "-m", "streams.store"]),
            ("worker", "runtime-onnx", worker),
            ("llm", "runtime-llama", ["python", "-m", "streams.llm"]),
        ):
            own = {"STREAMS_METRICS_PORT": _PORTS[target]}
            running.start(name, target, *command, own=own)
        self._step("base: replay of the sample")
        running.run("base", "python", "-m", "streams.replay", f"{_SAMPLE}/torrents/demo.jsonl.gz")
        self._step("until nothing waits")
        self._drain(running)
        for target, port in _PORTS.items():
            url = f"http://127.0.0.1:{port}/health"
            running.run(target, "python", "-m", "infra.images.healthy", url)

    def _drain(self, running: Running) -> None:
        until = time.monotonic() + _DRAIN_SECONDS
        quiet = 0
        while quiet < 2:  # between two stages nothing may wait for a moment
            running.check()
            status = json.loads(running.run("base", "python", "-m", "streams.status", "--json"))
            quiet = quiet + 1 if not any(status["lag"].values()) else 0
            waiting = {stage: lag for stage, lag in status["lag"].items() if lag}
            self._tell(
                f"  {status['rows']['torrents']:,} torrents stored; waiting: {waiting or '-'}"
            )
            if time.monotonic() > until:
                raise ImageError(f"not drained in {_DRAIN_SECONDS} s: {waiting}")
            time.sleep(2)

    def _end(self, running: Running, began: float) -> None:
        self._step("SIGTERM to all, and what they have written beside their homes")
        for name in ("llm", "worker", "store"):
            code = running.stop(name)
            if code != 0:
                raise ImageError(f"{name} ended with exit code {code}: {running.log(name)}")
        for target in _PORTS:
            written = running.written(target, began)
            if written:
                raise ImageError(f"{target} writes to its root: {', '.join(written[:5])}")

    def _step(self, what: str) -> None:
        self._tell(f"{time.monotonic() - self._began:6.0f} s  {what}")


async def _rows(dsn: str) -> dict[str, int]:
    connection = await asyncpg.connect(dsn)
    try:
        return {what: int(await connection.fetchval(query)) for what, query in ROWS.items()}
    finally:
        await connection.close()
