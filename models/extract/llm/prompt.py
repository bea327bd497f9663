"""What a GGUF model is asked, and how its answer is read.

The adapter was trained on exactly this form: the kind of work, the name, and the fields between
pipes. Raise `revision` in manifests/smollm2.toml whenever this file changes what a model is asked:
answers are kept by (model, revision, prompt version, normalised input).
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from schemas import MAX_TEXT, MEDIUM_OF, Medium, Subcategory, clean_text, digest

PROMPT_VERSION = 2
PROMPT_KEY = "mimmo.prompt_version"
"""What a GGUF file that was taught these questions says of itself, with the version."""

MAX_NAME_CHARACTERS = 240
"""Of a name; what follows is release noise, and the engine bounds tokens anyway."""

UNKNOWN = "-"

Fields = dict[str, str]
"""Role (`creator`, `title`, `year`) -> text as the model gave it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work, and the roles of its answer in order."""

    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question: the kind of work, and the name it is about."""

    kind: Kind
    name: str


KINDS = MappingProxyType(
    {
        "music": Kind("music", ("creator", "title", "year")),
        "book": Kind("book", ("creator", "title", "year")),
        "video": Kind("video", ("title", "year")),
    }
)

_MUSIC = (
    Subcategory.TRACK,
    Subcategory.ALBUM,
    Subcategory.COLLECTION,
    Subcategory.AUDIO_OTHER,
    Subcategory.MUSIC_VIDEO,
)


def kind_of(subcategory: Subcategory) -> Kind:
    """Which question a subcategory is asked with."""
    if subcategory in _MUSIC:
        return KINDS["music"]
    spoken = subcategory is Subcategory.AUDIOBOOK or MEDIUM_OF[subcategory] is Medium.BOOK
    return KINDS["book"] if spoken else KINDS["video"]


def normalised(name: str) -> str:
    """The name as the model reads it: one line, single spaces, bounded."""
    return re.sub(r"\s+", " ", clean_text(name))[:MAX_NAME_CHARACTERS]


def prompt_for(name: str, subcategory: Subcategory) -> Prompt:
    """The question about a torrent's name."""
    return Prompt(kind_of(subcategory), normalised(name))


def prompt_hash(prompt: Prompt, revision: int, model: str | None = None) -> str:
    """Names a question at a model's revision: equal questions are asked once.

    Args:
        prompt: the question.
        revision: that of the model.
        model: `name@version` of a model that a user added; None for the one that ships, whose
            answers of before stay known.
    """
    asked = (revision, PROMPT_VERSION, prompt.kind.name, prompt.name)
    return digest("llm", *asked) if model is None else digest("llm", model, *asked)


def opening(prompt: Prompt) -> str:
    """The question up to the end of the name, which may be cut when it is long."""
    return f"{prompt.kind.name}: {prompt.name}"


ENDING = "\n="
"""What follows the name; the model goes on from here."""


def answer_text(kind: Kind, fields: Fields) -> str:
    """The answer that the model is taught, without the line end."""
    return "".join(f" {fields.get(role) or UNKNOWN} |" for role in kind.roles)[:-2]


def parse(kind: Kind, answer: str) -> Fields | None:
    """Read an answer; unknown parts (`-`) are left out.

    Returns None if it has not the expected number of parts.
    """
    parts = [part.strip() for part in answer.strip().split("|")]
    if len(parts) != len(kind.roles):
        return None
    return {
        role: part[:MAX_TEXT]
        for role, part in zip(kind.roles, parts, strict=True)
        if part and part != UNKNOWN
    }
