"""A language model of another architecture than the one that ships, small and untaught."""

from pathlib import Path

import numpy as np

WIDTH, HEADS, INNER = 32, 2, 64
CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
CHAT = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + "
    "message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def byte_words() -> list[str]:
    """The 256 bytes as GPT-2 writes them: printable ones as they are, others from 256 on."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


def write(path: Path, *, template: str | None = CHAT) -> Path:
    """Write a Qwen2 of one layer with random weights and bytes for words."""
    from gguf import GGUFWriter, TokenType

    words = [*byte_words(), *CONTROL]
    writer = GGUFWriter(str(path), "qwen2")
    writer.add_name("Tiny Qwen")
    writer.add_license("apache-2.0")
    writer.add_context_length(4_096)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words)
    kinds = [TokenType.NORMAL] * 256 + [TokenType.CONTROL] * len(CONTROL)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{words[ord('a')]} {words[ord('b')]}"])
    writer.add_eos_token_id(258)
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)
    for name, shape in shapes(len(words)).items():
        dice = np.random.default_rng(len(name))
        tensor = dice.normal(0, 0.3, shape).astype(np.float32)
        writer.add_tensor(name, np.abs(tensor) if name.endswith("norm.weight") else tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def shapes(words: int) -> dict[str, tuple[int, ...]]:
    """The tensors of the model and their shapes."""
    block: dict[str, tuple[int, ...]] = {
        f"blk.0.attn_{part}.weight": (WIDTH, WIDTH) for part in ("q", "k", "v", "output")
    }
    block |= {f"blk.0.attn_{part}.bias": (WIDTH,) for part in ("q", "k", "v")}
    block |= {f"blk.0.{part}.weight": (WIDTH,) for part in ("attn_norm", "ffn_norm")}
    block |= {f"blk.0.ffn_{part}.weight": (INNER, WIDTH) for part in ("gate", "up")}
    return {
        "token_embd.weight": (words, WIDTH),
        "output_norm.weight": (WIDTH,),
        "output.weight": (words, WIDTH),
        "blk.0.ffn_down.weight": (WIDTH, INNER),
        **block,
    }
