"""What a process may be told to be or do: the parts of a worker, and when a GGUF model is asked."""

from enum import StrEnum


class Role(StrEnum):
    """The parts that a worker can run (`STREAMS_ROLES`)."""

    CLASSIFY = "classify"
    EXTRACT = "extract"
    MATCH = "match"
    STORE = "store"


class LlmMode(StrEnum):
    """Which audio and video torrents are sent to the GGUF workers."""

    OFF = "off"
    GATE = "gate"
    ALWAYS = "always"
    SHADOW = "shadow"
    """As gate, but the answers are only compared and counted: nothing is published."""
