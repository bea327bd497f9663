"""How a question is put to a GGUF model, as tokens.

A model that was taught on torrent names reads the short form that it was taught on. Any other is an
assistant: it reads an instruction with an example, in the chat template that its file brings.
"""

import ctypes
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Protocol

from models.extract.llm.prompt import ENDING, KINDS, Kind, Prompt, answer_text, opening

MAX_NAME_TOKENS = 96
"""Real names have 20 to 60 tokens; beyond that is release noise."""


class Tokenise(Protocol):
    """Makes tokens of a text."""

    def __call__(self, text: str, *, control: bool = False, start: bool = False) -> list[int]:
        """The tokens.

        Args:
            text: what a user or a template says.
            control: whether `<|im_end|>` and the like are control tokens; in a name they are text.
            start: whether the model's mark of a beginning goes first, if it has one.
        """


_NAME = "\N{ASTERISM}NAME\N{ASTERISM}"
"""Stands for the name while a template is filled."""

_EXAMPLES = MappingProxyType(
    {
        "music": (
            "Aurora_Vale-Paper_Lanterns-WEB-2011-GRP",
            {"creator": "Aurora Vale", "title": "Paper Lanterns", "year": "2011"},
        ),
        "book": (
            "Jane Austen - Emma (1815) [epub]",
            {"creator": "Jane Austen", "title": "Emma", "year": "1815"},
        ),
        "video": (
            "Big.Buck.Bunny.2008.1080p.BluRay.x264-GRP",
            {"title": "Big Buck Bunny", "year": "2008"},
        ),
    }
)


class Form(Protocol):
    """Turns questions into tokens."""

    def shared(self, kind: Kind) -> list[int]:
        """The tokens that all questions of a kind begin with."""

    def own(self, prompt: Prompt) -> list[int]:
        """The tokens that follow; the model goes on from their end."""


class TaughtForm:
    """`music: NAME` and a line end, as the adapter was taught."""

    def __init__(self, tokenise: Tokenise) -> None:
        self._tokenise = tokenise
        self._ending = tokenise(ENDING)

    def shared(self, kind: Kind) -> list[int]:
        """Nothing: questions are shorter than what could be shared."""
        return []

    def own(self, prompt: Prompt) -> list[int]:
        """The whole question, its name cut where that is very long."""
        return self._tokenise(opening(prompt))[:MAX_NAME_TOKENS] + self._ending


class ChatForm:
    """An instruction in the model's own chat template."""

    def __init__(self, tokenise: Tokenise, fill: Callable[[str], str]) -> None:
        """Read the template once for each kind of work.

        Args:
            tokenise: makes tokens of text.
            fill: puts what a user says into the template, up to where the assistant speaks.
        """
        self._tokenise = tokenise
        self._shared: dict[str, list[int]] = {}
        self._after: dict[str, list[int]] = {}
        for kind in KINDS.values():
            before, after = fill(instruction(kind)).split(_NAME)
            self._shared[kind.name] = tokenise(before, control=True, start=True)
            self._after[kind.name] = tokenise(after, control=True)

    def shared(self, kind: Kind) -> list[int]:
        """The instruction with its example."""
        return self._shared[kind.name]

    def own(self, prompt: Prompt) -> list[int]:
        """The name, and what ends the user's turn."""
        return self._tokenise(prompt.name)[:MAX_NAME_TOKENS] + self._after[prompt.kind.name]


def instruction(kind: Kind) -> str:
    """What an assistant is told, with a place for the name."""
    name, fields = _EXAMPLES[kind.name]
    wanted = " | ".join(kind.roles)
    return (
        f"Read the name of a torrent ({kind.name}) and answer with one line: {wanted}\n"
        "Copy the words from the name. Write - for what it does not say. Leave out release"
        " group, format and quality.\n"
        f"Name: {name}\nAnswer:{answer_text(kind, fields)}\n"
        f"Name: {_NAME}"
    )


def filler(llama: Any, template: str | None) -> Callable[[str], str]:
    """Fills a chat template by llama.cpp; without one that it knows, plain lines are used.

    Args:
        llama: the module `llama_cpp`.
        template: the template of the model's file, or None.
    """

    def fill(said: str) -> str:
        filled = _applied(llama, template, said) if template else None
        return filled if filled is not None else f"{said}\nAnswer:"

    return fill


def _applied(llama: Any, template: str, said: str) -> str | None:
    """A user's turn in a template. Returns None if llama.cpp does not know the template."""
    messages = (llama.llama_chat_message * 1)(
        llama.llama_chat_message(role=b"user", content=said.encode())
    )
    room = 4 * len(said.encode()) + 1_024
    buffer = ctypes.create_string_buffer(room)
    length = llama.llama_chat_apply_template(template.encode(), messages, 1, True, buffer, room)
    if not 0 <= length <= room:
        return None
    text = buffer.raw[:length].decode("utf-8", "replace")
    return text if text.count(_NAME) == 1 else None
