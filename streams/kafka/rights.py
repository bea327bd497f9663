"""What each part of the pipeline may do in Kafka, where there are rules: the least it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from aiokafka.errors import SecurityDisabled, for_code
from aiokafka.protocol.admin import CreateAclsRequest

from infra.roles import EMBED_SUFFIX, SHARE_SUFFIX, TAGS_SUFFIX, TAKE_SUFFIX
from infra.settings import Settings
from schemas.topics import (
    CAPABILITIES,
    CLASSIFIED,
    CORRECTIONS,
    DEAD_LETTER,
    DISCOVERED,
    EMBEDDED,
    EXTRACTED,
    EXTRACTION_REQUESTS,
    LINKED,
    LLM_REQUESTS,
    REUSE,
    STORED,
    TAGGED,
    TAGS,
    Topic,
)
from streams.kafka.admin import started_admin
from streams.kafka.client import KafkaUnreachable

ALL_TOPICS = "torrents."
"""What the names of our topics begin with."""


class Part(StrEnum):
    """A part of the pipeline, as a user of Kafka."""

    REPLAY = "replay"
    """Replays and crawls."""
    WORKER = "worker"
    STORE = "store"
    TAGS = "tags"
    """What a worker needs beside its own rights where it has the role tags."""
    REUSE = "reuse"
    """Tells results to other installations, and takes what is told on its own Kafka."""
    PEER = "peer"
    """Another installation: it may read what is told, and nothing else."""
    EMBED = "embed"
    """The same for the role embed."""
    LLM = "llm"
    INFERENCE = "inference"
    """Answers over HTTP: it only tells that it is there."""
    CONSOLE = "console"
    """The console and the terminal: they look, and send corrections."""
    OPERATOR = "operator"
    """Status, redrive, reprocess, and the topics themselves."""


class Kind(IntEnum):
    """What a right is to. The numbers are those of Kafka's protocol, here and below."""

    TOPIC = 2
    GROUP = 3


class Operation(IntEnum):
    """What a right allows."""

    READ = 3
    WRITE = 4
    CREATE = 5
    DESCRIBE = 8
    DESCRIBE_CONFIGS = 10
    ALTER_CONFIGS = 11


_WHOLE_NAME = 3
_PREFIX = 4
_ALLOW = 3


@dataclass(frozen=True, slots=True)
class Right:
    """That something may be done to a topic or a group, or to all whose names begin so."""

    kind: Kind
    name: str
    operations: tuple[Operation, ...]
    is_prefix: bool = False

    def __str__(self) -> str:
        """The right for people: `READ, WRITE topic torrents.classified.v1`."""
        operations = ", ".join(operation.name for operation in self.operations)
        return f"{operations} {self.kind.name.lower()} {self.name}{'*' if self.is_prefix else ''}"


class RightsRefused(KafkaUnreachable):
    """Kafka would not note a right; the message says why."""


def rights_of(part: Part, settings: Settings) -> list[Right]:
    """What a part may do; the names of groups are those of the settings."""
    reads, writes, groups = _USES[part]
    rights = [
        *(Right(Kind.TOPIC, topic.name, (Operation.READ,)) for topic in reads),
        *(Right(Kind.TOPIC, topic.name, (Operation.WRITE,)) for topic in writes),
        *(
            # Each home that takes has a group of its own: see `streams.reuse.following.group_of`.
            Right(
                Kind.GROUP,
                f"{settings.group}{suffix}",
                (Operation.READ,),
                is_prefix=suffix == TAKE_SUFFIX,
            )
            for suffix in groups
        ),
    ]
    if part is not Part.PEER:
        # Each looks first whether the topics are there, and how many partitions they have.
        rights.insert(0, Right(Kind.TOPIC, ALL_TOPICS, (Operation.DESCRIBE,), is_prefix=True))
    if part in (Part.CONSOLE, Part.OPERATOR):
        rights.append(Right(Kind.GROUP, settings.group, (Operation.DESCRIBE,), is_prefix=True))
    if part is Part.OPERATOR:
        making = (Operation.CREATE, Operation.DESCRIBE_CONFIGS, Operation.ALTER_CONFIGS)
        rights.append(Right(Kind.TOPIC, ALL_TOPICS, making, is_prefix=True))
        rights += [Right(Kind.TOPIC, topic.name, making) for topic in (CAPABILITIES, REUSE)]
    return rights


_USES: dict[Part, tuple[Sequence[Topic], Sequence[Topic], Sequence[str]]] = {
    Part.REPLAY: ((), (DISCOVERED,), ()),
    Part.WORKER: (
        (DISCOVERED, EXTRACTION_REQUESTS, EXTRACTED),
        (
            CLASSIFIED,
            EXTRACTION_REQUESTS,
            LLM_REQUESTS,
            EXTRACTED,
            LINKED,
            DEAD_LETTER,
            CAPABILITIES,
        ),
        ("",),
    ),
    Part.STORE: ((*STORED, CAPABILITIES), (DEAD_LETTER,), ("-store",)),
    Part.TAGS: (TAGGED, (TAGS, DEAD_LETTER), (TAGS_SUFFIX,)),
    Part.REUSE: ((*TAGGED, REUSE), (REUSE, DEAD_LETTER), (SHARE_SUFFIX, TAKE_SUFFIX)),
    Part.PEER: ((REUSE,), (), (TAKE_SUFFIX,)),
    Part.EMBED: ((EXTRACTED,), (EMBEDDED, DEAD_LETTER), (EMBED_SUFFIX,)),
    Part.LLM: ((LLM_REQUESTS,), (EXTRACTED, DEAD_LETTER, CAPABILITIES), ("-llm",)),
    Part.INFERENCE: ((), (CAPABILITIES,), ()),
    Part.CONSOLE: ((CLASSIFIED, CAPABILITIES), (CORRECTIONS,), ()),
    Part.OPERATOR: (
        (DEAD_LETTER, CAPABILITIES),
        # A dead letter goes back to the topic that it came from.
        (DISCOVERED, *STORED, EXTRACTION_REQUESTS, LLM_REQUESTS),
        (),
    ),
}
"""Topics that each part reads, those that it writes, and what its group's name ends with."""


_NO_RULES = (
    "this Kafka has no rules (its authorizer.class.name is not set): every user may do everything,"
    " and no right is needed"
)


async def allow(settings: Settings, part: Part, principal: str) -> list[Right]:
    """Let a user do what a part does; safe to run twice. Returns the rights.

    Args:
        settings: of a user who may change rules.
        part: what the user runs.
        principal: the user as Kafka names it, `User:mimmo-store`, or `User:CN=…` of a certificate.

    Raises:
        KafkaUnreachable: no broker answers, or takes us.
        RightsRefused: this user may not, or Kafka has no rules at all.
    """
    rights = rights_of(part, settings)
    admin = await started_admin(settings)
    try:
        for right in rights:
            for operation in right.operations:
                request = CreateAclsRequest(
                    right.kind,
                    right.name,
                    _PREFIX if right.is_prefix else _WHOLE_NAME,
                    principal,
                    "*",  # from any host
                    operation,
                    _ALLOW,
                )
                answer = await admin._send_to_controller(request)
                for code, reason in answer.creation_responses:
                    if code == SecurityDisabled.errno:
                        raise RightsRefused(_NO_RULES)
                    if code:
                        raise RightsRefused(
                            f"Kafka refused the right {right}: {for_code(code).__name__}"
                            f" {reason or ''}".rstrip()
                        )
    finally:
        await admin.close()
    return rights
