"""Makes a GGUF file of a folder of transformers: a Llama, Mistral or Qwen with a byte-level BPE.

What stands in the file is what llama.cpp's own converter (`convert_hf_to_gguf.py`) writes for these
architectures. Others come as GGUF files.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.training.llm.export import NotExported, turned_rows

ARCHITECTURES = {"llama": "llama", "mistral": "llama", "qwen2": "qwen2", "qwen3": "qwen3"}
"""Kind of model in transformers -> in GGUF."""

_WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+"
_REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_CLITICS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_SPLITS = {
    rf"{_CLITICS}|{_WORDS}|\p{{N}}{{1,3}}|{_REST}": "llama-bpe",
    rf"{_CLITICS}|{_WORDS}|\p{{N}}|{_REST}": "qwen2",
}
"""Pattern that cuts a text before its words are cut -> what llama.cpp calls it."""

_GIVE = "make a GGUF file of it by llama.cpp's convert_hf_to_gguf.py and name that by --base"


def write_base(model: Any, tokenizer: Any, path: Path) -> None:
    """Write a model of transformers in 32-bit floats.

    Raises:
        NotExported: it is of a kind that is not known here.
    """
    import gguf

    config = model.config
    architecture = ARCHITECTURES.get(config.model_type)
    if architecture is None:
        raise NotExported(f"a {config.model_type} is not known here: {_GIVE}")
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(Path(str(config._name_or_path)).name or config.model_type)
    _add_sizes(writer, config)
    _add_tokenizer(writer, tokenizer, int(model.get_input_embeddings().weight.shape[0]))
    _add_weights(writer, model, architecture)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_sizes(writer: Any, config: Any) -> None:
    heads = config.num_attention_heads
    head_size = getattr(config, "head_dim", None) or config.hidden_size // heads
    rope = dict(getattr(config, "rope_parameters", None) or {})
    scaling = getattr(config, "rope_scaling", None) or {}
    kind = rope.get("rope_type") or scaling.get("rope_type") or scaling.get("type") or "default"
    if kind != "default":
        raise NotExported(f"positions are scaled ({kind}), which is not known here: {_GIVE}")
    theta: Any = rope.get("rope_theta") or getattr(config, "rope_theta", 10_000.0)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(getattr(config, "num_key_value_heads", None) or heads)
    writer.add_key_length(head_size)
    writer.add_value_length(head_size)
    writer.add_rope_dimension_count(head_size)
    writer.add_rope_freq_base(float(theta))
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)


def _add_tokenizer(writer: Any, tokenizer: Any, words: int) -> None:
    from gguf import TokenType

    told = json.loads(tokenizer.backend_tokenizer.to_str())
    if told["model"]["type"] != "BPE" or told["model"].get("byte_fallback"):
        raise NotExported(f"its tokenizer is no byte-level BPE: {_GIVE}")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(_cut(told["pre_tokenizer"]))
    tokens = [f"[PAD{number}]" for number in range(words)]
    kinds = [TokenType.UNUSED] * words
    for token, number in told["model"]["vocab"].items():
        tokens[number], kinds[number] = token, TokenType.NORMAL
    for added in told["added_tokens"]:
        tokens[added["id"]] = added["content"]
        kinds[added["id"]] = TokenType.CONTROL if added["special"] else TokenType.USER_DEFINED
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    pairs = told["model"]["merges"]
    writer.add_token_merges([pair if isinstance(pair, str) else " ".join(pair) for pair in pairs])
    marks = (
        (tokenizer.bos_token_id, writer.add_bos_token_id),
        (tokenizer.eos_token_id, writer.add_eos_token_id),
        (tokenizer.pad_token_id, writer.add_pad_token_id),
    )
    for number, add in marks:
        if number is not None:
            add(number)
    writer.add_add_bos_token(bool(getattr(tokenizer, "add_bos_token", False)))
    template = tokenizer.chat_template
    if isinstance(template, str):
        writer.add_chat_template(template)


def _cut(told: Mapping[str, Any] | None) -> str:
    """What llama.cpp calls the way in which a text is cut before its words are.

    Raises:
        NotExported: it is another way; a wrong name would give other tokens.
    """
    parts = [] if told is None else told.get("pretokenizers", [told])
    kinds = [part["type"] for part in parts]
    if kinds == ["ByteLevel"] and parts[0].get("use_regex", True):
        return "gpt-2"
    if kinds == ["Digits", "ByteLevel"] and parts[0]["individual_digits"]:
        return "smollm"
    if kinds == ["Split", "ByteLevel"]:
        pattern = parts[0]["pattern"].get("Regex", "")
        if pattern in _SPLITS:
            return _SPLITS[pattern]
    raise NotExported(f"its tokenizer cuts texts in a way that is not known here: {_GIVE}")


def _add_weights(writer: Any, model: Any, architecture: str) -> None:
    import gguf

    config = model.config
    heads = {
        "q_proj": config.num_attention_heads,
        "k_proj": getattr(config, "num_key_value_heads", None) or config.num_attention_heads,
    }
    arch = gguf.MODEL_ARCH[architecture.upper()]
    names = gguf.get_tensor_name_map(arch, config.num_hidden_layers)
    is_tied = bool(config.tie_word_embeddings)
    for name, weights in model.state_dict().items():
        if name == "lm_head.weight" and is_tied:
            continue
        target = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if target is None:
            raise NotExported(f"llama.cpp knows no {name} of a {architecture}: {_GIVE}")
        floats = weights.detach().float().cpu().numpy()
        product = name.split(".")[-2]
        if architecture == "llama" and product in heads:
            floats = turned_rows(floats, heads[product])
        writer.add_tensor(target, floats)
