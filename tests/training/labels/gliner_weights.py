"""A GLiNER of a few hundred weights, with the inputs and outputs of the real ones."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.processors import TemplateProcessing

from streams.training.labels.gliner import LABELS

WIDTH = 4
SIZE = 32
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "<<ENT>>", "<<SEP>>")
INPUTS = {
    "input_ids": (TensorProto.INT64, ["batch", "length"]),
    "attention_mask": (TensorProto.INT64, ["batch", "length"]),
    "words_mask": (TensorProto.INT64, ["batch", "length"]),
    "text_lengths": (TensorProto.INT64, ["batch", 1]),
    "span_idx": (TensorProto.INT64, ["batch", "spans", 2]),
    "span_mask": (TensorProto.BOOL, ["batch", "spans"]),
}


def words_of(*texts: str) -> list[str]:
    return [word for text in texts for word in text.lower().split()]


def vocabulary(words: Sequence[str]) -> list[str]:
    labels = [label for task in LABELS.values() for label in task.values()]
    return [*SPECIAL, *dict.fromkeys([*labels, *words_of(*words)])]


def save(folder: Path, words: Sequence[str], table: np.ndarray | None = None) -> Path:
    """Writes weights: by default random ones, or a vector for each word of the vocabulary."""
    known = vocabulary(words)
    if table is None:
        table = np.random.default_rng(5).normal(size=(len(known), SIZE))
    folder.mkdir(parents=True, exist_ok=True)
    _save_tokenizer(folder / "tokenizer.json", known)
    onnx.save(_network(table.astype(np.float32)), str(folder / "model.onnx"))
    config = {"max_width": WIDTH, "ent_token": "<<ENT>>", "sep_token": "<<SEP>>"}
    (folder / "gliner_config.json").write_text(json.dumps(config))
    return folder


def _save_tokenizer(path: Path, known: Sequence[str]) -> None:
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(known)}, "[UNK]"))
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.normalizer = Lowercase()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(path))


class Builder:
    """Nodes of a graph, one after the other."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def op(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, value: object, kind: type = np.int64) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, kind), name))
        return name

    def picks(self, numbers: str, most: str) -> str:
        """One row for each number from 1 to `most`: where in a sequence it stands."""
        unit = self.constant(1)
        end = self.op("Add", most, unit)
        counted = self.op("Range", unit, end, unit)
        column = self.op("Unsqueeze", counted, self.constant([0, 2]))
        row = self.op("Unsqueeze", numbers, self.constant([1]))
        return self.op("Cast", self.op("Equal", column, row), to=TensorProto.FLOAT)


def _network(table: np.ndarray) -> onnx.ModelProto:
    """Each token is its vector and that of the next: so a class token knows the label behind it.

    The score of a span for a class is the product of the class and of the first half of the vector
    of its first word with the second half of that of its last word.
    """
    graph = Builder()
    raw = graph.op("Gather", graph.constant(table, np.float32), "input_ids")
    first, far, axis = graph.constant([1]), graph.constant([10_000]), graph.constant([1])
    after = graph.op("Slice", raw, first, far, axis)
    last = graph.op("Slice", raw, graph.constant([-1]), far, axis)
    following = graph.op(
        "Concat", after, graph.op("Mul", last, graph.constant(0, np.float32)), axis=1
    )
    most = graph.op("Squeeze", graph.op("ReduceMax", "text_lengths", keepdims=0))
    words = graph.op("MatMul", graph.picks("words_mask", most), raw)
    is_entity = graph.op(
        "Cast",
        graph.op("Equal", "input_ids", graph.constant(SPECIAL.index("<<ENT>>"))),
        to=TensorProto.INT64,
    )
    numbered = graph.op("Mul", graph.op("CumSum", is_entity, graph.constant(1)), is_entity)
    count = graph.op("ReduceMax", numbered, keepdims=0)
    classes = graph.op("MatMul", graph.picks(numbered, count), following)
    ends = []
    for side in (0, 1):
        places = graph.op("Gather", "span_idx", graph.constant(side), axis=2)
        plus = graph.op("Add", places, graph.constant(1))
        rows = graph.op("Unsqueeze", plus, graph.constant([2]))
        numbers = graph.op(
            "Range", graph.constant(1), graph.op("Add", most, graph.constant(1)), graph.constant(1)
        )
        picks = graph.op("Cast", graph.op("Equal", rows, numbers), to=TensorProto.FLOAT)
        half = np.arange(SIZE) // (SIZE // 2) == side
        own = graph.op("Mul", words, graph.constant(half, np.float32))
        ends.append(graph.op("MatMul", picks, own))
    spans = graph.op("Add", *ends)
    scores = graph.op("MatMul", spans, graph.op("Transpose", classes, perm=[0, 2, 1]))
    shape = graph.op(
        "Concat",
        graph.constant([0]),
        graph.op("Unsqueeze", most, graph.constant([0])),
        graph.constant([WIDTH]),
        graph.constant([-1]),
        axis=0,
    )
    graph.nodes.append(helper.make_node("Reshape", [scores, shape], ["logits"]))
    # The real ones take the masks, too.
    graph.op("Identity", "attention_mask")
    graph.op("Identity", "span_mask")
    takes = [helper.make_tensor_value_info(name, *kind) for name, kind in INPUTS.items()]
    gives = helper.make_tensor_value_info(
        "logits", TensorProto.FLOAT, ["batch", "words", WIDTH, "classes"]
    )
    model = helper.make_model(
        helper.make_graph(graph.nodes, "gliner", takes, [gives], graph.constants),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=10,
    )
    onnx.checker.check_model(model)
    return model
