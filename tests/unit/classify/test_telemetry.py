"""ONNX Runtime tells its maker nothing."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT

LOADS = """
from models.registry import PACKAGE
from models.runtime import session
session(PACKAGE / "weights/classify/model.onnx")
"""


def test_a_network_is_loaded_without_a_session_of_telemetry(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run(
        [sys.executable, "-c", LOADS], cwd=ROOT, env=environment, check=True, timeout=120
    )
    assert not (tmp_path / ".ses").exists()  # the id of a session, which it would write there
