"""What a process may be told to be or do: the parts of a worker, and when a GGUF model is asked."""

from enum import StrEnum


class Role(StrEnum):
    """The parts that a worker can run (`STREAMS_ROLES`)."""

    CLASSIFY = "classify"
    EXTRACT = "extract"
    MATCH = "match"
    STORE = "store"
    TAGS = "tags"
    EMBED = "embed"


USUAL_ROLES = (Role.CLASSIFY, Role.EXTRACT, Role.MATCH, Role.STORE)
"""What a worker runs where nothing else is said."""

TAGS_SUFFIX = "-tags"
"""Ends the name of the consumer group of tags: it reads topics that match reads, too."""

SHARE_SUFFIX = "-reuse-share"
TAKE_SUFFIX = "-reuse-take"
"""End the names of the groups that tell results to other installations, and that take theirs."""

EMBED_SUFFIX = "-embed"
"""Ends the name of the consumer group of embed, for the same reason."""


class LlmMode(StrEnum):
    """Which audio and video torrents are sent to the GGUF workers."""

    OFF = "off"
    GATE = "gate"
    ALWAYS = "always"
    SHADOW = "shadow"
    """As gate, but the answers are only compared and counted: nothing is published."""
