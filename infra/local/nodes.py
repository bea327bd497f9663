"""One broker or three: what each of them knows of the others, and how a home remembers it."""

import json
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import StackError
from infra.local.ports import LOOPBACK
from schemas.whole_file import replace

SIZES = (1, 3)
"""Two would stand still when one is gone, like one; more than three is not for one machine."""

_REPLICATED: Mapping[str, str] = {
    # Everything is there three times, and what was acknowledged twice at least: one broker may be
    # lost with its disk, and one may be away while nobody waits.
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
}


@dataclass(frozen=True)
class Node:
    """One broker, which is a controller, too.

    Attributes:
        number: from 1 on; its `node.id`.
        of: how many there are.
        cluster: Kafka's id of all of them together; empty where a broker makes its own.
    """

    number: int = 1
    of: int = 1
    cluster: str = ""

    @property
    def is_alone(self) -> bool:
        """Whether there is no other."""
        return self.of == 1

    def named(self, name: str) -> str:
        """`name` for a broker that is alone, `name-2` for the second of several."""
        return name if self.is_alone else f"{name}-{self.number}"

    def properties(self, ports: Mapping[str, int]) -> dict[str, str]:
        """Who it is among the others, and how often Kafka keeps what is its own.

        Args:
            ports: of all nodes, by name.
        """
        own = {"node.id": str(self.number)}
        if self.is_alone:
            controller = f"{LOOPBACK}:{ports['controller']}"
            return {**own, "controller.quorum.bootstrap.servers": controller}
        # The quorum is written down here, not in Kafka's own log: there a controller whose port was
        # taken by another program meanwhile would be looked for at the old one for ever.
        voters = (
            f"{number}@{LOOPBACK}:{ports[f'controller-{number}']}"
            for number in range(1, self.of + 1)
        )
        return {**own, **_REPLICATED, "controller.quorum.voters": ",".join(voters)}


@dataclass(frozen=True)
class Nodes:
    """The brokers of one home. `file` is there where they are several."""

    file: Path

    def all(self) -> tuple[Node, ...]:
        """Each of them.

        Raises:
            StackError: the file is damaged.
        """
        try:
            noted = json.loads(self.file.read_text())
            count, cluster = int(noted["brokers"]), str(noted["cluster"])
        except FileNotFoundError:
            return (Node(),)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StackError(
                f"{self.file} is damaged ({error!r}); it names the brokers and the id of their"
                " cluster, which is in kafka-1/cluster.id, too"
            ) from error
        return tuple(Node(number, count, cluster) for number in range(1, count + 1))

    def make(self, count: int) -> None:
        """Decide how many there will be, before any has data.

        Args:
            count: one of `SIZES`.
        """
        if count == 1:
            self.file.unlink(missing_ok=True)
            return
        replace(self.file, json.dumps({"brokers": count, "cluster": new_cluster_id()}) + "\n")


def new_cluster_id() -> str:
    """An id as Kafka makes them: 16 random bytes in the base64 of URLs; none begins with a dash."""
    text = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return text.replace("-", "_")
