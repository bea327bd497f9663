"""A decoder of random weights, its tokenizer, and labelled names, all made here."""

import gzip
import json
import random
from pathlib import Path

GIVEN = ("Aurora", "Tin", "Mira", "Odd", "Paper", "Juno", "Velvet", "Nils")
LAST = ("Vale", "Saddle", "Solen", "Comet", "Kites", "Reed", "Ox", "Fern")
CREATORS = tuple(f"{given} {last}" for given in GIVEN for last in LAST)
TITLES = (
    "Lantern Songs",
    "Harbour Road",
    "Meadow Letters",
    "Winter Garden",
    "Copper Signal",
    "Marble Orchard",
    "Thistle Bridge",
    "Anchor Mirror",
)
YEARS = (1991, 1999, 2004, 2010, 2017)
TEMPLATE = "{% for message in messages %}<|im_start|>{{ message['content'] }}<|im_end|>{% endfor %}"

_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def labelled(folder: Path, count: int = 3000, seed: int = 3) -> Path:
    """A data folder with nothing but labelled names."""
    rng = random.Random(seed)
    rows = {}
    for _ in range(count):
        title = rng.choice(TITLES)
        year = rng.choice(YEARS)
        if rng.random() < 0.5:
            creator = rng.choice(CREATORS)
            tail = rng.choice(("[FLAC]", "(MP3 320)", "[WEB]"))
            row = {"name": f"{creator} - {title} ({year}) {tail}", "sub": "album"}
            row |= {"artist": creator, "title": title, "year": year}
        else:
            dotted = title.replace(" ", ".")
            tail = rng.choice(("1080p.WEB.x264-GRP", "720p.BluRay-ABC"))
            row = {"name": f"{dotted}.{year}.{tail}", "sub": "movie", "title": title, "year": year}
        rows[row["name"]] = row
    path = folder / "fields" / "p2p_labelled.jsonl.gz"
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        for row in rows.values():
            stream.write(json.dumps(row) + "\n")
    return folder


def decoder(folder: Path, kind: str = "llama", *, width: int = 64, layers: int = 2) -> Path:
    """A folder as transformers writes it: `llama` or `qwen2`, with random weights."""
    import torch
    from transformers import (
        LlamaConfig,
        LlamaForCausalLM,
        Qwen2Config,
        Qwen2ForCausalLM,
    )

    tokenizer = _tokenizer(kind)
    sizes = {
        "vocab_size": -(-len(tokenizer) // 32) * 32,
        "hidden_size": width,
        "intermediate_size": 2 * width,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "tie_word_embeddings": True,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }
    torch.manual_seed(0)
    if kind == "llama":
        model = LlamaForCausalLM(LlamaConfig(**sizes))
    else:
        model = Qwen2ForCausalLM(Qwen2Config(**sizes))
        with torch.no_grad():  # fresh biases are nought, which would hide that one was lost
            for name, weights in model.named_parameters():
                if name.endswith(".bias"):
                    weights.normal_(std=0.02)
    _lets_copy(model)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _lets_copy(model) -> None:
    """Let what is looked at be said: only where to look remains to be learnt."""
    import torch

    config = model.config
    heads, shared = config.num_attention_heads, config.num_key_value_heads
    size = config.hidden_size // heads
    with torch.no_grad():  # embeddings stay as they are: of smaller ones no answer is ever likely
        model.get_input_embeddings().weight.normal_(std=0.2)
        for layer in model.model.layers:
            values = torch.eye(shared * size, config.hidden_size)
            layer.self_attn.v_proj.weight.add_(values)
            for head in range(heads):
                columns = slice(head * size, (head + 1) * size)
                taken = values[head * shared // heads * size :][:size]
                layer.self_attn.o_proj.weight[:, columns].add_(taken.T * shared / heads)


def _tokenizer(kind: str):
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    if kind == "llama":
        parts = [pre_tokenizers.Digits(individual_digits=True)]
        parts.append(pre_tokenizers.ByteLevel(add_prefix_space=False))
    else:
        parts = [pre_tokenizers.Split(Regex(_QWEN2), behavior="isolated")]
        parts.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(parts)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    words = [f" {creator} |" for creator in CREATORS]
    words += [f" {title} |" for title in TITLES] * 8
    words += [f"music: {title.replace(' ', '.')}." for title in TITLES] * 8
    words += ["video: x264-GRP 1080p 720p BluRay-ABC WEB [FLAC] (MP3 320)", "book: name\n="] * 9
    tokenizer.train_from_iterator(words, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        unk_token="<|endoftext|>",
        pad_token="<|im_end|>",
        chat_template=TEMPLATE,
    )
