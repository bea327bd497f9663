"""What a GGUF model is asked: a few-shot prompt for each kind of work, and how its answer is read.

The examples are invented or public-domain works. Raise `revision` in manifests/smollm2.toml whenever this file changes what
a model is asked: answers are kept by (revision, prompt version, normalised input).
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from schemas import MAX_TEXT, Subcategory, clean_text, digest

PROMPT_VERSION = 1
MAX_NAME_CHARACTERS = 240
"""Of a name; what follows is release noise, and the engine bounds tokens anyway."""

UNKNOWN = "-"

Fields = dict[str, str]
"""Role (`creator`, `title`, `year`) -> text as the model gave it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One few-shot prompt: its head, and the roles of the answer in order."""

    name: str
    prefix: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question: the shared head of its kind, and the name it is about."""

    kind: Kind
    name: str


def _kind(name: str, roles: tuple[str, ...], words: str, examples: tuple[tuple[str, str], ...]) -> Kind:
    shown = "".join(f"Torrent: {torrent}\n{words}: {answer}\n\n" for torrent, answer in examples)
    return Kind(name, shown, roles)


WORDS = MappingProxyType({"music": "artist | title | year", "audiobook": "author | title | year", "video": "title | year"})

KINDS = MappingProxyType(
    {
        "music": _kind("music", ("creator", "title", "year"), WORDS["music"], (
            ("Aurora_Vale-Paper_Lanterns-CD-FLAC-2011-GRP", "Aurora Vale | Paper Lanterns | 2011"),
            ("Марина Озерова - Тихий свет (1998) MP3 320", "Марина Озерова | Тихий свет | 1998"),
            ("Brass Harbour - Discography 1971-1984 [FLAC]", "Brass Harbour | Discography | -"),
            ("2004 - The Copper Kings - Low Tide (Deluxe) [320]", "The Copper Kings | Low Tide | 2004"),
        )),
        "audiobook": _kind("audiobook", ("creator", "title", "year"), WORDS["audiobook"], (
            ("Jane Austen - Persuasion (read by E. Quill) [64k M4B]", "Jane Austen | Persuasion | -"),
            ("Moby Dick by Herman Melville (Unabridged) 2009 MP3", "Herman Melville | Moby Dick | 2009"),
            ("H.G.Wells.-.The.Time.Machine.(Audiobook)", "H.G.Wells | The Time Machine | -"),
        )),
        "video": _kind("video", ("title", "year"), WORDS["video"], (
            ("The.Lantern.Keeper.1931.1080p.BluRay.x264-GRP", "The Lantern Keeper | 1931"),
            ("[Fansub] Hoshi no Umi - 07 [720p].mkv", "Hoshi no Umi | -"),
            ("Harbour.Lights.S02E05.720p.WEB.h264-GRP", "Harbour Lights | -"),
            ("Тихая гавань (Quiet Harbour) 2014 DVDRip", "Тихая гавань | 2014"),
        )),
    }
)  # fmt: skip

_MUSIC = (Subcategory.TRACK, Subcategory.ALBUM, Subcategory.COLLECTION, Subcategory.AUDIO_OTHER, Subcategory.MUSIC_VIDEO)


def kind_of(subcategory: Subcategory) -> Kind:
    """Which prompt a subcategory is asked with."""
    if subcategory in _MUSIC:
        return KINDS["music"]
    return KINDS["audiobook"] if subcategory is Subcategory.AUDIOBOOK else KINDS["video"]


def normalised(name: str) -> str:
    """The name as the model reads it: one line, single spaces, bounded."""
    return re.sub(r"\s+", " ", clean_text(name))[:MAX_NAME_CHARACTERS]


def prompt_for(name: str, subcategory: Subcategory) -> Prompt:
    """The question about a torrent's name."""
    return Prompt(kind_of(subcategory), normalised(name))


def prompt_hash(prompt: Prompt, revision: int) -> str:
    """Names a question at a model's revision: equal questions have equal answers, and are asked once."""
    return digest("llm", revision, PROMPT_VERSION, prompt.kind.name, prompt.name)


def ending(kind: Kind) -> str:
    """What follows the name, up to where the model answers."""
    return f"\n{WORDS[kind.name]}:"


def parse(kind: Kind, answer: str) -> Fields | None:
    """Read an answer; `None` when it has not the expected number of parts. Unknown parts (`-`) are left out."""
    parts = [part.strip() for part in answer.strip().split("|")]
    if len(parts) != len(kind.roles):
        return None
    return {
        role: part[:MAX_TEXT]
        for role, part in zip(kind.roles, parts, strict=True)
        if part and part != UNKNOWN
    }  # fmt: skip
