"""Versioned prompts: text files that say how a name is put to a language model.

A file begins with what is the same for all names, so that servers keep it in their cache. Then come
`[json]`, how to answer where the answer is JSON, and for the content type `[word]`, where it is a
word; then `[question]` with `{name}` and `{files}`. A shipped file never changes: a better prompt
is a new version, and a new voter.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from models.oneshot.safe import safe
from streams.training.labels.labeller import Question
from streams.training.labels.tasks import Task

SHIPPED = Path(__file__).with_name("prompts")

MAX_NAME = 300
"""Characters of a name that are asked about; what follows is release noise."""

MAX_PATH = 120
"""Characters of a file's name, from its end: the extension tells most."""

FILES = 3
"""Files that are shown, the largest first."""

_SECTION = re.compile(r"(?m)^\[(json|word|question)\]\n")
_UNITS = ("B", "KB", "MB", "GB", "TB")
_THOUSAND = 1000


class PromptInvalid(ValueError):
    """A prompt cannot be used. The message says why."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt and its version.

    Attributes:
        version: names answers; of a file of one's own it holds a hash of the text.
        opening: what is the same for all names.
        json: how to answer with JSON.
        word: how to answer with a word; None if the task knows only JSON.
        question: has the places of name and files.
    """

    version: str
    opening: str
    json: str
    word: str | None
    question: str

    def ask(self, question: Question, *, as_word: bool = False) -> str:
        """The text that a model reads.

        Args:
            question: the name and its files.
            as_word: ask for one word, if the prompt can.
        """
        how = self.word if as_word and self.word is not None else self.json
        files = ", ".join(_file(path, size) for path, size in _largest(question)) or "unknown"
        # The name is put in last: whatever places it holds itself are not filled.
        before, _, behind = self.question.partition("{name}")
        asked = before + _quoted(question.name, MAX_NAME) + behind.replace("{files}", files)
        return f"{self.opening}{how}{asked}".rstrip("\n")


def load(task: Task, chosen: str | None = None) -> Prompt:
    """A prompt of a task.

    Args:
        task: what is asked.
        chosen: a shipped version, or the path of a file; None for the task's own.

    Raises:
        PromptInvalid: there is none such, or it lacks a section.
    """
    wanted = task.prompt if chosen is None else chosen
    shipped = SHIPPED / f"{wanted}.txt"
    known = sorted(path.stem for path in SHIPPED.glob(f"{task.name}-*.txt"))
    if wanted in known:
        return parse(shipped.read_text(encoding="utf-8"), wanted, task)
    try:
        text = Path(wanted).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise PromptInvalid(
            f"there is no prompt {wanted!r} for {task.name}: take one of {', '.join(known)},"
            " or the path of a text file"
        ) from None
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return parse(text, f"{task.name}:{Path(wanted).stem}@{digest}", task)


def parse(text: str, version: str, task: Task) -> Prompt:
    """The prompt in a text.

    Raises:
        PromptInvalid: a section or a place is missing.
    """
    opening, *rest = _SECTION.split(text.replace("\r\n", "\n"))
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    if not {"json", "question"} <= sections.keys():
        raise PromptInvalid(f"prompt {version} needs the sections [json] and [question]")
    question = sections["question"]
    if question.count("{name}") != 1 or question.find("{files}") < question.find("{name}"):
        raise PromptInvalid(f"prompt {version} needs {{name}} and then {{files}} in [question]")
    word = None if task.fields else sections.get("word")
    return Prompt(version, opening, sections["json"], word, question)


def _largest(question: Question) -> list[tuple[str, int]]:
    return sorted(question.files, key=lambda file: (-file[1], file[0]))[:FILES]


def _file(path: str, size: int) -> str:
    own_name = re.split(r"[/\\]", path)[-1]
    return f"{_quoted(own_name[-MAX_PATH:], MAX_PATH)} ({_size(size)})"


def _quoted(text: str, longest: int) -> str:
    """Hostile text in one line between quotation marks, which it cannot leave."""
    line = " ".join(safe(text).split())
    return json.dumps(line[:longest], ensure_ascii=False)


def _size(size: int) -> str:
    amount = float(size)
    for unit in _UNITS[:-1]:
        if amount < _THOUSAND:
            return f"{amount:.0f} {unit}"
        amount /= _THOUSAND
    return f"{amount:.0f} {_UNITS[-1]}"
