"""LoRA over SmolLM2-135M: the base stays as it is in its GGUF, small matrices beside each product
are learnt.
"""

import logging
import random
import time
from collections.abc import Sequence
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

_TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def load(folder: Path, gguf: str) -> tuple[Any, Any]:
    """The model with fresh adapters, and its tokenizer, from the GGUF of `manifests/smollm2.toml`."""
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


def encoded(tokenizer: Any, made: Sequence[Pair]) -> list[tuple[list[int], int]]:
    """(ids, where the answer begins) of each pair that is not too long."""
    out = []
    for one in made:
        question = tokenizer(one.question, add_special_tokens=False)["input_ids"]
        answer = tokenizer(one.answer, add_special_tokens=False)["input_ids"]
        if len(question) + len(answer) <= LONGEST:
            out.append((question + answer, len(question)))
    return out


def fit(
    model: Any,
    rows: Sequence[tuple[list[int], int]],
    *,
    batch: int,
    rate: float,
    seed: int,
    device: str,
    seconds: float | None,
) -> int:
    """Train in place for one pass, or until the time is up; returns how many pairs were seen."""
    rng = random.Random(seed)  # noqa: S311
    order = list(range(len(rows)))
    rng.shuffle(order)
    # Batches of alike lengths, in random order.
    pools = [
        sorted(order[i : i + batch * 40], key=lambda row: len(rows[row][0]))
        for i in range(0, len(order), batch * 40)
    ]
    batches = [pool[i : i + batch] for pool in pools for i in range(0, len(pool), batch)]
    rng.shuffle(batches)
    model.to(device).train()
    weights = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)
    start = time.monotonic()
    inner, head = model.base_model.model.model, model.base_model.model.lm_head
    for step, picked in enumerate(batches):
        done = (
            step / len(batches)
            if seconds is None
            else min(1.0, (time.monotonic() - start) / seconds)
        )
        if done >= 1.0:
            log.info("time is up after %d of %d batches", step, len(batches))
            return step * batch
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 30) * max(0.02, 1 - done)
        length = max(len(rows[row][0]) for row in picked)
        ids = torch.zeros((len(picked), length), dtype=torch.long)
        mask = torch.zeros((len(picked), length), dtype=torch.long)
        wanted = torch.zeros((len(picked), length), dtype=torch.bool)
        for index, row in enumerate(picked):
            tokens, begin = rows[row]
            ids[index, : len(tokens)] = torch.tensor(tokens)
            mask[index, : len(tokens)] = 1
            wanted[index, begin - 1 : len(tokens) - 1] = True
        targets = ids.roll(-1, 1)[wanted].to(device)
        with torch.autocast(device, torch.bfloat16):
            states = inner(
                input_ids=ids.to(device), attention_mask=mask.to(device)
            ).last_hidden_state
            logits = head(states[wanted.to(device)])
        loss = functional.cross_entropy(logits.float(), targets)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        if step % 25 == 0:
            log.info(
                "step %d/%d loss %.3f, %.1f pairs/s",
                step,
                len(batches),
                loss.item(),
                (step + 1) * batch / (time.monotonic() - start),
            )
    return len(rows)
