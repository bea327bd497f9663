"""The GGUF files: what stands in them, and that llama.cpp reads them as torch does."""

import pytest

from models.training.llm.settings import Lora
from tests.training.conftest import require_training
from tests.training.llm import tiny

require_training()
require_training("peft")

import gguf  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

from models.training.llm import convert, decoder, export  # noqa: E402

KINDS = ("llama", "qwen2")
LORA = Lora(rank=4, alpha=8)


def taught(base):
    """A model whose matrices change every product."""
    model, tokenizer = decoder.load(decoder.Base(base, base))
    model = decoder.with_lora(model, LORA)
    torch.manual_seed(2)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "lora_B" in name:
                weights.normal_(std=0.05)
    return model, tokenizer


@pytest.fixture(scope="module", params=KINDS)
def merged(request, bases, tmp_path_factory):
    """A base as GGUF, a model taught beside it, and both in one file."""
    folder = tmp_path_factory.mktemp(request.param)
    plain, tokenizer = decoder.load(decoder.Base(bases[request.param], bases[request.param]))
    convert.write_base(plain, tokenizer, folder / "base.gguf")
    model, _ = taught(bases[request.param])
    export.write_merged(export.learnt(model), folder / "base.gguf", LORA, folder / "model.gguf")
    return folder, model, tokenizer


def logits(model, ids):
    with torch.inference_mode():
        return model.eval()(input_ids=torch.tensor([ids])).logits[0].float()


def apart(given, wanted):
    """How far logits are from those that are wanted, as a share of them."""
    return (given - wanted).norm() / wanted.norm()


def test_transformers_reads_the_merged_file_as_what_was_taught(merged):
    folder, model, tokenizer = merged
    again, _ = decoder.load(decoder.Base(folder / "model.gguf", folder / "model.gguf"))
    ids = tokenizer("music: Tin Harbour - Copper Road (1999) [FLAC]\n=")["input_ids"]
    wanted, given = logits(model, ids), logits(again, ids)
    with model.disable_adapter():
        untaught = logits(model, ids)
    assert apart(given, wanted) < 0.03  # eight bits are left of each weight
    assert apart(untaught, wanted) > 0.1


def test_the_merged_file_is_q8_0_and_keeps_the_chat_template(merged):
    folder, _, _ = merged
    reader = gguf.GGUFReader(folder / "model.gguf")
    kinds = {t.name: t.tensor_type for t in reader.tensors}
    assert kinds["blk.0.ffn_down.weight"] == gguf.GGMLQuantizationType.Q8_0
    assert kinds["blk.0.attn_norm.weight"] == gguf.GGMLQuantizationType.F32
    assert reader.fields["tokenizer.chat_template"].contents() == tiny.TEMPLATE
    assert reader.fields["general.file_type"].contents() == 7
    assert reader.fields["mimmo.prompt_version"].contents() == 2


def test_llama_cpp_loads_it_and_cuts_names_into_the_same_tokens(merged):
    pytest.importorskip("llama_cpp")
    from models.extract.llm.gguf import GgufEngine

    folder, _, tokenizer = merged
    names = [
        "music: Tin Harbour - Copper Road (1999) [FLAC]",
        "Odd.Lantern.2004.1080p.WEB.x264-GRP\n=",
        "  two  spaces, 12345 and Ärger <|im_end|> 東京",
    ]
    with GgufEngine(folder / "model.gguf") as engine:
        for name in names:
            assert engine._tokens(name) == tokenizer(name, add_special_tokens=False)["input_ids"]


def test_llama_cpp_adds_the_adapter_as_it_reads_the_merged_file(merged):
    pytest.importorskip("llama_cpp")
    from models.extract.llm.gguf import GgufEngine

    folder, model, tokenizer = merged
    export.write_adapter(export.learnt(model), folder / "base.gguf", LORA, folder / "lora.gguf")
    ids = tokenizer("music: Tin Harbour - Copper Road (1999) [FLAC]\n=")["input_ids"]
    entries = [(token, place, 0, place == len(ids) - 1) for place, token in enumerate(ids)]
    wanted = logits(model, ids)[-1]
    for files in ((folder / "base.gguf", folder / "lora.gguf"), (folder / "model.gguf",)):
        with GgufEngine(*files) as engine:
            row = engine._evaluate(entries)[0]
            assert apart(torch.tensor(np.array(engine._logits(row))), wanted) < 0.03


def test_a_tokenizer_that_cuts_in_another_way_is_refused(bases, tmp_path):
    from tokenizers import pre_tokenizers

    model, tokenizer = decoder.load(decoder.Base(bases["llama"], bases["llama"]))
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    with pytest.raises(export.NotExported, match=r"convert_hf_to_gguf\.py"):
        convert.write_base(model, tokenizer, tmp_path / "base.gguf")


def test_scaled_positions_are_refused(bases, tmp_path):
    model, tokenizer = decoder.load(decoder.Base(bases["llama"], bases["llama"]))
    model.config.rope_parameters = {"rope_type": "linear", "factor": 2.0, "rope_theta": 10_000.0}
    with pytest.raises(export.NotExported, match="positions are scaled"):
        convert.write_base(model, tokenizer, tmp_path / "base.gguf")


def test_a_base_that_is_none_is_refused_with_advice(tmp_path):
    from models.training.llm.settings import Decoder

    for path, message in (
        (tmp_path / "missing", "cannot be read"),
        (tmp_path, "no config.json"),
        (tmp_path / "text.gguf", "no GGUF file"),
    ):
        (tmp_path / "text.gguf").write_text("no model")
        with pytest.raises(decoder.NoDecoder, match=message):
            decoder.located(Decoder(path=str(path)))
    with pytest.raises(decoder.NoDecoder, match=r"models fetch.*--base"):
        decoder.located(Decoder(weights=str(tmp_path)))
