"""What a model that was imported answers when it is tried."""

from pathlib import Path

import pytest

from models.folders import read_manifest
from streams.web.models.trial import answers
from tests import tiny_hearing as tiny

pytest.importorskip("onnxruntime")
pytest.importorskip("scipy")


def test_a_label_may_be_named_as_a_field_of_the_answer(tmp_path: Path) -> None:
    folder = tiny.write(tmp_path / "mine", labels=["sound", "labels", "name"])
    manifest = read_manifest(folder).model_dump(mode="json")
    asked = {"manifest": manifest, "files": {"model": str(folder / "tiny.onnx")}, "subjects": []}
    rows = answers(asked)
    assert all(isinstance(row["sound"], str) for row in rows)
    assert {label for row in rows for label in row["labels"]} == {"sound", "labels", "name"}
