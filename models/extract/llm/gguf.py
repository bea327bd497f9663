"""A GGUF model on llama.cpp, answering many short prompts at once through the low-level batch API.

One context holds a sequence for each question in work. Decoding is greedy. The arg-max token is
checked against the answer's grammar first and only when it is refused are the others masked: the
check costs nothing, a mask each time a third of the speed. The base stays as it was made (Q8_0) and
the adapter is added at run time: merged into Q4_1 it would round away.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import added, registry
from models.extract.llm import llama
from models.extract.llm.complete import LlmExtractor
from models.extract.llm.files import Files, files_of
from models.extract.llm.form import MAX_NAME_TOKENS, ChatForm, Form, TaughtForm, filler
from models.extract.llm.grammar import Grammar
from models.extract.llm.prompt import KINDS, PROMPT_KEY, PROMPT_VERSION, Kind, Prompt
from models.registry import Manifest, WeightsError

MODEL = "smollm2"
"""Name of the manifest of the model that ships."""
MAX_ANSWER_TOKENS = 40


class ModelBroken(WeightsError):
    """llama.cpp cannot load the file or evaluate with it."""


@dataclass
class _Question:
    """One question in work."""

    index: int
    kind: Kind
    sequence: int
    position: int
    pipes: int = 0
    tokens: list[int] = field(default_factory=list)


class GgufEngine:
    """A loaded model. `answer` is the only thing it does; not thread-safe, use one thread."""

    def __init__(
        self,
        base: Path,
        adapter: Path | None = None,
        *,
        batch_size: int = 16,
        threads: int = 1,
        is_taught: bool = False,
    ) -> None:
        """Load the model.

        Args:
            base: GGUF file.
            adapter: GGUF file of a LoRA for it that was taught on torrent names; without one the
                model is asked as an assistant, in the chat template of its file, unless the file
                says that it was taught, too.
            batch_size: questions answered at once (16 is 1.5 times as fast as 1 on one core).
            threads: threads of llama.cpp. More processes with one thread each are faster on a
                shared machine.
            is_taught: whether it was taught on torrent names without an adapter.

        Raises:
            ModelBroken: llama.cpp cannot load the file.
            llama.LlamaUnavailable: there is no llama.cpp that can be loaded.
        """
        self._llama = llama.library()
        self._size = batch_size
        self._llama.llama_backend_init()
        self._model = self._loaded(base)
        self._adapter = None if adapter is None else self._loaded_adapter(adapter, base)
        self._vocabulary = self._llama.llama_model_get_vocab(self._model)
        taught = is_taught or adapter is not None or self._says_taught(base)
        self._form = self._form_of(taught=taught)
        parameters = self._parameters(threads)
        self._context = self._llama.llama_init_from_model(self._model, parameters)
        if not self._context:
            raise ModelBroken("llama.cpp could not make a context; is there memory left?")
        if self._adapter:
            self._apply()
        self._memory = self._llama.llama_get_memory(self._context)
        self._batch = self._llama.llama_batch_init(parameters.n_batch, 0, 1)
        self._words = self._llama.llama_vocab_n_tokens(self._vocabulary)
        self._pieces = [self._piece(token) for token in range(self._words)]
        ends = [
            bool(self._llama.llama_vocab_is_eog(self._vocabulary, token))
            for token in range(self._words)
        ]
        self._grammar = Grammar(self._pieces, ends)
        self._begun: set[str] = set()

    def _loaded(self, base: Path) -> Any:
        parameters = self._llama.llama_model_default_params()
        parameters.n_gpu_layers = 0
        model = self._llama.llama_model_load_from_file(str(base).encode(), parameters)
        if not model:
            raise ModelBroken(
                f"{base} is no GGUF model that this llama.cpp can load;"
                " run `python -m models fetch`, with `--from FILE` if it is yours"
            )
        return model

    def _loaded_adapter(self, adapter: Path, base: Path) -> Any:
        loaded = self._llama.llama_adapter_lora_init(self._model, str(adapter).encode())
        if not loaded:
            raise ModelBroken(f"{adapter} is no adapter of {base.name}")
        return loaded

    def _says_taught(self, base: Path) -> bool:
        """Whether the file says that it was taught the questions of this program."""
        buffer = ctypes.create_string_buffer(32)
        key = PROMPT_KEY.encode()
        if self._llama.llama_model_meta_val_str(self._model, key, buffer, len(buffer)) < 0:
            return False
        if buffer.value != str(PROMPT_VERSION).encode():
            told = buffer.value.decode("utf-8", "replace")
            raise ModelBroken(
                f"{base} was taught questions of version {told}, this program asks those of version"
                f" {PROMPT_VERSION}: train it again"
            )
        return True

    def _form_of(self, *, taught: bool) -> Form:
        """How this model is asked."""
        if taught:
            return TaughtForm(self._tokens)
        template = self._llama.llama_model_chat_template(self._model, None)
        text = template.decode("utf-8", "replace") if template else None
        return ChatForm(self._tokens, filler(self._llama, text))

    def _parameters(self, threads: int) -> Any:
        """Room for `batch_size` questions, and for what those of a kind share.

        Each of them is a sequence of its own.
        """
        parameters = self._llama.llama_context_default_params()
        shared = [len(self._form.shared(kind)) for kind in KINDS.values()]
        per_question = MAX_NAME_TOKENS + 32 + MAX_ANSWER_TOKENS
        room = self._size * per_question + sum(shared)
        parameters.n_ctx = -(-room // 256) * 256
        parameters.n_batch = max(512, self._size * (MAX_NAME_TOKENS + 32), *shared)
        parameters.n_ubatch = 512
        parameters.n_seq_max = self._size + len(KINDS)
        parameters.n_threads = threads
        parameters.n_threads_batch = threads
        parameters.kv_unified = True  # long and short questions share the room
        parameters.no_perf = True
        return parameters

    def __enter__(self) -> "GgufEngine":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the model's memory."""
        if self._context:
            self._llama.llama_batch_free(self._batch)
            self._llama.llama_free(self._context)
            self._llama.llama_model_free(self._model)
            self._context = self._model = None

    def answer(self, prompts: Sequence[Prompt]) -> list[str]:
        """The answers to prompts, in order; any number of prompts, `batch_size` at a time."""
        answers: list[str] = []
        for start in range(0, len(prompts), self._size):
            answers += self._answer_batch(prompts[start : start + self._size])
        return answers

    def _answer_batch(self, prompts: Sequence[Prompt]) -> list[str]:
        questions, entries = [], []
        for index, prompt in enumerate(prompts):
            self._llama.llama_memory_seq_rm(self._memory, index, -1, -1)
            begun = self._begin(prompt.kind, index)
            tokens = self._form.own(prompt)
            questions.append(_Question(index, prompt.kind, index, begun + len(tokens)))
            entries += [
                (token, begun + place, index, place == len(tokens) - 1)
                for place, token in enumerate(tokens)
            ]
        rows = self._evaluate(entries)
        unfinished = list(questions)
        while unfinished:
            entries = []
            going = []
            for question, row in zip(unfinished, rows, strict=True):
                token = self._pick(question, self._logits(row))
                if self._grammar.ends(token) or len(question.tokens) >= MAX_ANSWER_TOKENS:
                    continue
                question.tokens.append(token)
                question.pipes += int(self._grammar.pipes[token])
                entries.append((token, question.position, question.sequence, True))
                question.position += 1
                going.append(question)
            unfinished = going
            rows = self._evaluate(entries) if entries else []
        for question in questions:
            self._llama.llama_memory_seq_rm(self._memory, question.sequence, -1, -1)
        return [self._text(question.tokens) for question in questions]

    def _begin(self, kind: Kind, sequence: int) -> int:
        """Put what questions of a kind share into a sequence; returns how many tokens that is.

        It is evaluated once, in a sequence behind those of the questions, and copied from there.
        """
        shared = self._form.shared(kind)
        if not shared:
            return 0
        kept = self._size + list(KINDS).index(kind.name)
        if kind.name not in self._begun:
            self._evaluate([(token, place, kept, False) for place, token in enumerate(shared)])
            self._begun.add(kind.name)
        self._llama.llama_memory_seq_cp(self._memory, kept, sequence, -1, -1)
        return len(shared)

    def _text(self, tokens: Sequence[int]) -> str:
        text = b"".join(self._pieces[token] for token in tokens)
        return text.decode("utf-8", "replace").strip()

    def _pick(self, question: _Question, logits: NDArray[np.float32]) -> int:
        best = int(np.argmax(logits))
        allowed = self._grammar.allowed(question.kind, question.pipes)
        return best if allowed[best] else int(np.argmax(np.where(allowed, logits, -np.inf)))

    def _apply(self) -> None:
        """Add the adapter to the context."""
        adapters: Any = (self._llama.llama_adapter_lora_p_ctypes * 1)()
        adapters[0] = self._adapter
        scales = (ctypes.c_float * 1)(1.0)
        if self._llama.llama_set_adapters_lora(self._context, adapters, 1, scales):
            raise ModelBroken("llama.cpp refused the adapter")

    def _evaluate(self, entries: Sequence[tuple[int, int, int, bool]]) -> list[int]:
        """Evaluate (token, position, sequence, wants logits); returns the rows that have logits."""
        batch = self._batch
        batch.n_tokens = len(entries)
        rows = []
        for row, (token, position, sequence, wanted) in enumerate(entries):
            batch.token[row] = token
            batch.pos[row] = position
            batch.n_seq_id[row] = 1
            batch.seq_id[row][0] = sequence
            batch.logits[row] = wanted
            if wanted:
                rows.append(row)
        if code := self._llama.llama_decode(self._context, batch):
            raise ModelBroken(
                f"llama.cpp could not evaluate a batch of {len(entries)} tokens (code {code})"
            )
        return rows

    def _logits(self, row: int) -> NDArray[np.float32]:
        pointer = self._llama.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, shape=(self._words,))

    def _tokens(self, text: str, *, control: bool = False, start: bool = False) -> list[int]:
        """Tokens of a text, as `Tokenise` says."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        buffer = (self._llama.llama_token * room)()
        count = self._llama.llama_tokenize(
            self._vocabulary, data, len(data), buffer, room, start, control
        )
        return list(buffer[: max(count, 0)])

    def _piece(self, token: int) -> bytes:
        buffer = (ctypes.c_char * 256)()
        count = self._llama.llama_token_to_piece(self._vocabulary, token, buffer, 256, 0, False)
        return buffer.raw[: max(count, 0)]


def load(
    weights: Path, model: str = MODEL, *, batch_size: int = 16, threads: int = 1
) -> LlmExtractor:
    """A model behind the evidence guard: the one that ships, or one that a user added.

    Args:
        weights: folder of fetched, made and added files.
        model: name of its manifest.
        batch_size: questions answered at once.
        threads: threads of llama.cpp.

    Raises:
        registry.WeightsError: a file is not on this machine or not the right one, or llama.cpp does
            not run here (`llama.LlamaUnavailable`); the message says what to do.
    """
    manifest = added.load(model, weights)
    path = partial(registry.file_path, manifest, weights_dir=weights)
    files = files_of(manifest, path, weights)
    return load_files(manifest, files, batch_size=batch_size, threads=threads)


def check(weights: Path, model: str = MODEL) -> None:
    """Let a model answer in a process of its own, whatever was seen before.

    Raises:
        registry.WeightsError: as `load`.
    """
    (weights / llama.NOTE).unlink(missing_ok=True)
    manifest = added.load(model, weights)
    path = partial(registry.file_path, manifest, weights_dir=weights)
    files_of(manifest, path, weights).require()


def load_files(
    manifest: Manifest, files: Files, *, batch_size: int = 16, threads: int = 1
) -> LlmExtractor:
    """A model behind the evidence guard, of files that are verified.

    A model is asked in the short form that it was taught on where it has an adapter, or where its
    setting `form` is `taught`: that of a merged model.

    Raises:
        registry.WeightsError: llama.cpp does not run here, or cannot load them.
    """
    files.require()
    engine = GgufEngine(
        files.base,
        files.adapter,
        batch_size=batch_size,
        threads=threads,
        is_taught=manifest.settings.get("form") == "taught",
    )
    return LlmExtractor(engine, manifest)
