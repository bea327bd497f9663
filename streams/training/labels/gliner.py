"""A token classifier as a voter: GLiNER in ONNX, which marks the spans of a name that are a field.

It is far faster than a language model, and reads fields only. A folder of weights has `model.onnx`
(or `onnx/model.onnx`), `tokenizer.json` and `gliner_config.json`, as
https://github.com/urchade/GLiNER exports its span models. The network is asked with the names of
the fields before the words:

    <<ENT>> music artist <<ENT>> album <<ENT>> ... <<SEP>> Paper Lighthouse - Low Tide

and says of each span of words how much it is each field.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from models.runtime import MissingRuntime, session
from streams.training.labels.endpoint import Endpoint
from streams.training.labels.labeller import Labeller, Question, Refused, Reply, Unusable
from streams.training.labels.tasks import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = MappingProxyType(
    {
        "music": {
            "artist": "music artist",
            "album": "album title",
            "track": "song title",
            "year": "year",
        },
        "video": {
            "title": "movie or series title",
            "year": "year",
            "season": "season number",
            "episode": "episode number",
        },
    }
)
"""What the network is told that a field is. `options` of the endpoint may say it otherwise."""

THRESHOLD = 0.5
"""How sure a span has to be, unless `options` say otherwise."""

MOST_WORDS = 128
"""Words of a name that are read."""

_INPUTS = ("input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask")
_MODELS = ("model.onnx", "onnx/model.onnx")
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
"""A word, as GLiNER's own splitter has it."""
_SEPARATORS = str.maketrans("._", "  ")
"""What stands for a space in names; a character for a character, so that places stay."""

_NUMBERS = MappingProxyType(
    {
        "year": re.compile(r"(?<!\d)(\d{4})(?!\d)"),
        "season": re.compile(r"(?i:(?:^|[^a-z])s(?:eason)?\W*0*(\d{1,4})|^\D*0*(\d{1,4}))"),
        "episode": re.compile(r"(?i:e(?:p|pisode)?\W*0*(\d{1,4})|0*(\d{1,4})\D*$)"),
    }
)
"""How a number is read of a span; "S01E02" may be both season and episode."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a name that are a field."""

    field: int
    first: int
    last: int
    """The place of the last word, which belongs to it."""
    score: float


@dataclass(frozen=True, slots=True)
class Read:
    """A name as it is given to the network."""

    text: str
    words: tuple[tuple[int, int], ...]
    """Where each word begins and ends in the text."""

    @classmethod
    def of(cls, name: str) -> "Read":
        """A name, with spaces for its separators."""
        text = name.translate(_SEPARATORS)
        places = (match.span() for match in islice(_WORD.finditer(text), MOST_WORDS))
        return cls(text, tuple(places))

    def said(self, span: Span) -> str:
        """The words of a span as they stand in the text."""
        return self.text[self.words[span.first][0] : self.words[span.last][1]]


class Gliner:
    """Asks a span model of GLiNER. The session may be used by several threads."""

    def __init__(self, weights: "Weights", task: Task, labels: Sequence[str], least: float) -> None:
        self._weights = weights
        self._task = task
        self._prompt = [part for label in labels for part in (weights.entity, label)]
        self._prompt.append(weights.separator)
        self._least = least

    def answer(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """The replies to questions, in order; raises as `Labeller` says."""
        read = [Read.of(question.name) for question in questions]
        told = iter(self._spans([name for name in read if name.words]))
        return [
            Reply(json.dumps(self._fields(name, next(told) if name.words else []))) for name in read
        ]

    def close(self) -> None:
        """Nothing is held but memory."""

    def _spans(self, names: Sequence[Read]) -> list[list[Span]]:
        if not names:
            return []
        inputs = self._weights.inputs(names, self._prompt)
        try:
            logits = self._weights.session.run(["logits"], inputs)[0]
        except Exception as error:  # onnxruntime raises a class of its own for each failure
            raise Refused(f"the network failed: {type(error).__name__}") from error
        return [
            decoded(logits[row, : len(name.words)], self._least) for row, name in enumerate(names)
        ]

    def _fields(self, name: Read, spans: Sequence[Span]) -> dict[str, str | int | None]:
        fields: dict[str, str | int | None] = dict.fromkeys(self._task.fields)
        for span in spans:
            field = self._task.fields[span.field]
            said = name.said(span)
            fields[field] = number_in(said, field) if field in self._task.numbers else said
        return fields


def decoded(logits: "NDArray[Any]", least: float) -> list[Span]:
    """The surest span of each field, none over another.

    Args:
        logits: of one name: first word, words more than one, field.
        least: how sure a span has to be, in (0, 1).

    Returns:
        The spans in the order of the text.
    """
    import numpy as np

    with np.errstate(over="ignore"):
        scores = 1 / (1 + np.exp(-logits.astype(np.float64)))
    words = len(scores)
    sure = np.argwhere(np.nan_to_num(scores) >= least)
    spans = [
        Span(int(field), int(first), int(first + more), float(scores[first, more, field]))
        for first, more, field in sure
        if first + more < words
    ]
    spans.sort(key=lambda span: (-span.score, span.first, span.last, span.field))
    taken: list[Span] = []
    for span in spans:
        is_free = all(span.last < other.first or other.last < span.first for other in taken)
        if is_free and all(span.field != other.field for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.first)


def number_in(text: str, field: str) -> int | None:
    """The number that a span says. Returns None if it says none.

    >>> number_in("S01E02", "season"), number_in("S01E02", "episode"), number_in("2006", "year")
    (1, 2, 2006)
    """
    match = _NUMBERS[field].search(text)
    digits = next(filter(None, match.groups()), None) if match else None
    return int(digits) if digits and digits.isascii() else None


class Weights:
    """A folder of weights, loaded."""

    def __init__(self, folder: Path, model: str | None, threads: int) -> None:
        """Load them.

        Args:
            folder: has the network, the tokenizer and the configuration.
            model: the network's file `*.onnx`, if it is called otherwise.
            threads: of one question.

        Raises:
            Unusable: a file is missing, or is of another kind of network.
        """
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise Unusable(str(MissingRuntime.of("a token classifier", error))) from None
        config = _config(folder)
        self.entity = str(config.get("ent_token", "<<ENT>>"))
        self.separator = str(config.get("sep_token", "<<SEP>>"))
        self.width = _width(folder, config)
        path = _model(folder, model)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.session = session(path, threads)
        except ImportError as error:
            raise Unusable(str(MissingRuntime.of("a token classifier", error))) from None
        except Exception as error:  # both raise classes of their own
            raise Unusable(f"{folder} cannot be loaded: {str(error)[:200]}") from None
        self._types = {given.name: given.type for given in self.session.get_inputs()}
        outputs = {given.name for given in self.session.get_outputs()}
        if set(self._types) != set(_INPUTS) or "logits" not in outputs:
            raise Unusable(
                f"{path} is no span model of GLiNER: it takes {', '.join(sorted(self._types))}; "
                f"expected are {', '.join(_INPUTS)}, and the output logits"
            )
        for token in (self.entity, self.separator):
            if self._tokenizer.token_to_id(token) is None:
                raise Unusable(f"{folder / 'tokenizer.json'} has no token {token}")

    def inputs(self, names: Sequence[Read], prompt: Sequence[str]) -> dict[str, Any]:
        """What the network is given: the prompt and the words of each name, of one size."""
        import numpy as np

        split = [[*prompt, *(name.text[begin:end] for begin, end in name.words)] for name in names]
        encodings = self._tokenizer.encode_batch(split, is_pretokenized=True)
        length = max(len(encoding.ids) for encoding in encodings)
        most = max(len(name.words) for name in names)
        shape = (len(names), length)
        arrays: dict[str, Any] = {
            name: np.zeros(shape, np.int64)
            for name in ("input_ids", "attention_mask", "words_mask")
        }
        spans = np.array([(at, at + more) for at in range(most) for more in range(self.width)])
        arrays["text_lengths"] = np.array([[len(name.words)] for name in names], np.int64)
        arrays["span_mask"] = spans[None, :, 1] < arrays["text_lengths"]
        # Spans beyond the end point to the first word: the mask says that they do not count.
        arrays["span_idx"] = spans[None] * arrays["span_mask"][..., None]
        for row, encoding in enumerate(encodings):
            size = len(encoding.ids)
            arrays["input_ids"][row, :size] = encoding.ids
            arrays["attention_mask"][row, :size] = encoding.attention_mask
            for place, number in _first_pieces(encoding.word_ids, len(prompt)):
                arrays["words_mask"][row, place] = number
        return {name: self._typed(name, array) for name, array in arrays.items()}

    def _typed(self, name: str, array: "NDArray[Any]") -> "NDArray[Any]":
        kinds = {"tensor(int64)": "int64", "tensor(int32)": "int32", "tensor(bool)": "bool"}
        return array.astype(kinds.get(self._types[name], "int64"))


def _first_pieces(words: Sequence[int | None], prompt: int) -> Iterator[tuple[int, int]]:
    """The place of the first piece of each word of the name, and the word's number from 1 on."""
    before: int | None = None
    for place, word in enumerate(words):
        if word is not None and word != before and word >= prompt:
            yield place, word - prompt + 1
        before = word


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "gliner_config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise Unusable(
            f"{path} cannot be read ({reason}); the folder has model.onnx, tokenizer.json and "
            "gliner_config.json, as GLiNER exports them"
        ) from None
    if not isinstance(config, dict):
        raise Unusable(f"{path} holds no JSON object")
    return config


def _width(folder: Path, config: dict[str, Any]) -> int:
    width = config.get("max_width", 12)
    if not isinstance(width, int) or not 1 <= width <= 100:
        raise Unusable(f"{folder / 'gliner_config.json'}: max_width must be from 1 to 100")
    return width


def _model(folder: Path, name: str | None) -> Path:
    # Without a model of its own an endpoint bears a name that is no file's.
    names = (name,) if name and name.endswith(".onnx") else _MODELS
    for path in (folder / name for name in names):
        if path.is_file():
            return path
    raise Unusable(f"{folder} has no {' and no '.join(names)}")


def make(endpoint: Endpoint, task: Task) -> Labeller:
    """A labeller that asks the weights of a folder.

    Options: `threshold`, `threads`, and for each field what the network is told that it is.

    Raises:
        Unusable: it cannot be made; the message says what to do.
    """
    if task.name not in LABELS:
        raise Unusable(
            f"a token classifier reads fields: --task {' or '.join(LABELS)}, not {task.name}"
        )
    known = {"threshold", "threads", *task.fields}
    if unknown := endpoint.options.keys() - known:
        raise Unusable(f"there is no option {min(unknown)}; there are: {', '.join(sorted(known))}")
    least = endpoint.options.get("threshold", THRESHOLD)
    threads = endpoint.options.get("threads", 1)
    if isinstance(least, str) or not 0 < least < 1:
        raise Unusable("the option threshold must be a number between 0 and 1")
    if not isinstance(threads, int) or threads < 1:
        raise Unusable("the option threads must be a whole number from 1 on")
    assert endpoint.folder is not None
    labels = [str(endpoint.options.get(name, LABELS[task.name][name])) for name in task.fields]
    return Gliner(Weights(endpoint.folder, endpoint.model, threads), task, labels, float(least))
