"""LoRA over SmolLM2-135M: the base stays, small matrices beside each product are learnt."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from models.training.llm.data import Pair

log = logging.getLogger(__name__)

RANK = 16
ALPHA = 32
"""Twice the rank, as is usual; a worker multiplies the adapter by ALPHA / RANK."""

LONGEST = 128
"""Tokens of question and answer; 1 in 200 pairs is longer and is left out."""

_WARM_STEPS = 30
_STEPS_A_LINE = 25
_BATCHES_SORTED = 40
"""Batches that are sorted by length together, so that each holds rows of alike lengths."""

Row = tuple[list[int], int]
"""Token ids of a question and its answer, and where the answer begins."""

_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True, slots=True)
class Course:
    """How the adapter is trained.

    `seconds` ends the training early; the rate falls to nought by then.
    """

    batch: int
    rate: float
    seed: int
    device: str
    seconds: float | None


def load(folder: Path, gguf: str) -> tuple[Any, Any]:
    """The model with fresh adapters, and its tokenizer, from the GGUF of the manifest."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=gguf)
    base = AutoModelForCausalLM.from_pretrained(folder, gguf_file=gguf, dtype=torch.float32)
    base.config.use_cache = False
    config = LoraConfig(
        r=RANK,
        lora_alpha=ALPHA,
        target_modules=_TARGETS,
        lora_dropout=0.0,
        bias="none",
        task_type="CAUSAL_LM",
    )
    return get_peft_model(base, config), tokenizer


def encoded(tokenizer: Any, pairs: Sequence[Pair]) -> list[Row]:
    """The pairs that are not too long, as token ids."""
    rows = []
    for pair in pairs:
        question = tokenizer(pair.question, add_special_tokens=False)["input_ids"]
        answer = tokenizer(pair.answer, add_special_tokens=False)["input_ids"]
        if len(question) + len(answer) <= LONGEST:
            rows.append((question + answer, len(question)))
    return rows


def fit(model: Any, rows: Sequence[Row], course: Course) -> int:
    """Train in place for one pass, or until the time is up; returns how many pairs were seen."""
    batches = _batches(rows, course)
    model.to(course.device).train()
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=course.rate, weight_decay=0.0)
    start = time.monotonic()
    for step, picked in enumerate(batches):
        seconds = time.monotonic() - start
        done = step / len(batches) if course.seconds is None else seconds / course.seconds
        if done >= 1.0:
            log.info("time is up after %d of %d batches", step, len(batches))
            return step * course.batch
        for group in optimiser.param_groups:
            group["lr"] = course.rate * min(1.0, (step + 1) / _WARM_STEPS) * max(0.02, 1 - done)
        loss = _loss(model, [rows[row] for row in picked], course.device)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        if step % _STEPS_A_LINE == 0:
            rate = (step + 1) * course.batch / (time.monotonic() - start)
            values = (step, len(batches), loss.item(), rate)
            log.info("step %d/%d loss %.3f, %.1f pairs/s", *values)
    return len(rows)


def _batches(rows: Sequence[Row], course: Course) -> list[list[int]]:
    """Numbers of rows of alike lengths, in random order."""
    rng = random.Random(course.seed)  # noqa: S311
    order = list(range(len(rows)))
    rng.shuffle(order)
    size = course.batch * _BATCHES_SORTED
    pools = [
        sorted(order[start : start + size], key=lambda row: len(rows[row][0]))
        for start in range(0, len(order), size)
    ]
    batches = [
        pool[start : start + course.batch]
        for pool in pools
        for start in range(0, len(pool), course.batch)
    ]
    rng.shuffle(batches)
    return batches


def _loss(model: Any, rows: Sequence[Row], device: str) -> torch.Tensor:
    """Cross-entropy of the answers' tokens; the questions are not learnt."""
    inner, head = model.base_model.model.model, model.base_model.model.lm_head
    length = max(len(tokens) for tokens, _ in rows)
    ids = torch.zeros((len(rows), length), dtype=torch.long)
    mask = torch.zeros((len(rows), length), dtype=torch.long)
    wanted = torch.zeros((len(rows), length), dtype=torch.bool)
    for index, (tokens, begin) in enumerate(rows):
        ids[index, : len(tokens)] = torch.tensor(tokens)
        mask[index, : len(tokens)] = 1
        wanted[index, begin - 1 : len(tokens) - 1] = True
    targets = ids.roll(-1, 1)[wanted].to(device)
    with torch.autocast(device, torch.bfloat16):
        states = inner(input_ids=ids.to(device), attention_mask=mask.to(device)).last_hidden_state
        logits = head(states[wanted.to(device)])
    return functional.cross_entropy(logits.float(), targets)
