"""Lets a model of torch answer as llama.cpp does: the most likely allowed token each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from models.extract.llm.form import TaughtForm
from models.extract.llm.gguf import MAX_ANSWER_TOKENS
from models.extract.llm.grammar import Grammar
from models.extract.llm.prompt import Prompt


@dataclass
class _Question:
    prompt: Prompt
    tokens: list[int] = field(default_factory=list)
    pipes: int = 0
    is_done: bool = False


class Answers:
    """A model and its tokenizer, asked in the form that is taught."""

    def __init__(self, model: Any, tokenizer: Any, batch: int = 32) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._batch = batch
        self._form = TaughtForm(self._tokens)
        words = model.get_input_embeddings().weight.shape[0]
        special, ends = set(tokenizer.all_special_ids), _ends(model, tokenizer)
        pieces = [b"" if token in special else self._piece(token) for token in range(words)]
        self._grammar = Grammar(pieces, [token in ends for token in range(words)])

    def answer(self, prompts: Sequence[Prompt]) -> list[str]:
        """The answers to prompts, in order."""
        was_training = self._model.training
        self._model.eval()
        order = sorted(range(len(prompts)), key=lambda place: len(prompts[place].name))
        answers = [""] * len(prompts)
        with torch.inference_mode():
            for start in range(0, len(order), self._batch):
                part = order[start : start + self._batch]
                told = self._answer_batch([prompts[place] for place in part])
                for place, text in zip(part, told, strict=True):
                    answers[place] = text
        self._model.train(was_training)
        return answers

    def _answer_batch(self, prompts: Sequence[Prompt]) -> list[str]:
        questions = [_Question(prompt) for prompt in prompts]
        rows = [self._form.own(prompt) for prompt in prompts]
        length = max(len(row) for row in rows)
        device = self._model.device
        ids = torch.zeros((len(rows), length), dtype=torch.long)
        mask = torch.zeros((len(rows), length), dtype=torch.long)
        for index, row in enumerate(rows):  # padded before the question, so that all end alike
            ids[index, length - len(row) :] = torch.tensor(row)
            mask[index, length - len(row) :] = 1
        past = None
        while True:
            positions = (mask.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
            out = self._model(
                input_ids=ids.to(device),
                attention_mask=mask.to(device),
                position_ids=positions.to(device),
                past_key_values=past,
                use_cache=True,
                logits_to_keep=1,
            )
            past = out.past_key_values
            picked = self._pick(questions, out.logits[:, -1].float().cpu().numpy())
            if all(question.is_done for question in questions):
                return [self._text(question.tokens) for question in questions]
            ids = torch.tensor(picked).unsqueeze(1)
            mask = torch.cat([mask, torch.ones((len(rows), 1), dtype=torch.long)], 1)

    def _pick(self, questions: Sequence[_Question], logits: Any) -> list[int]:
        """The next token of each question; those that are done go on with anything."""
        picked = []
        for question, row in zip(questions, logits, strict=True):
            token = int(np.argmax(row))
            if not question.is_done:
                allowed = self._grammar.allowed(question.prompt.kind, question.pipes)
                if not allowed[token]:
                    token = int(np.argmax(np.where(allowed, row, -np.inf)))
                full = len(question.tokens) >= MAX_ANSWER_TOKENS
                if self._grammar.ends(token) or full:
                    question.is_done = True
                else:
                    question.tokens.append(token)
                    question.pipes += int(self._grammar.pipes[token])
            picked.append(token)
        return picked

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(tokens)).strip()

    def _piece(self, token: int) -> bytes:
        return str(self._tokenizer.decode([token])).encode("utf-8", "replace")

    def _tokens(self, text: str, *, control: bool = False, start: bool = False) -> list[int]:
        del control, start  # names hold no control tokens, and the taught form has no mark
        tokens: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens


def _ends(model: Any, tokenizer: Any) -> set[int]:
    """Tokens that end what a model says."""
    known = getattr(model.generation_config, "eos_token_id", None)
    listed = known if isinstance(known, list) else [known]
    return {token for token in (*listed, tokenizer.eos_token_id) if token is not None}
