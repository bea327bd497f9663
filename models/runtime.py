"""ONNX Runtime as the small networks use it: one thread, and one answer whatever the batch.

Names share a run only with names of the same padded length, and a run is never a single row:
matrix-vector products add floats in another order than matrix-matrix products, and then a name
would get another answer alone than in a batch.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

STEP = 4
"""Tokens by which lengths are rounded up: few runs a call, and about 2 tokens of padding a name."""

_RUN = 512
"""Tokens in one run, padding included. More is no faster on one core (the activations leave the
cache), and takes more memory.
"""


class MissingRuntime(ImportError):
    """The packages of the extra `onnx` are not installed."""

    @classmethod
    def of(cls, who: str, error: ImportError) -> "MissingRuntime":
        """What to say when `who` cannot be loaded."""
        return cls(f"{who} needs the extra `onnx` ({error}): uv pip install 'mimmo-streams[onnx]'")


def session(model: Path, threads: int = 1) -> Any:
    """A loaded network.

    Raises:
        ImportError: onnxruntime is not installed.
    """
    return session_of(str(model), threads)


def session_of(model: str | bytes, threads: int = 1) -> Any:
    """A loaded network, of a file or of what is in one.

    Raises:
        ImportError: onnxruntime is not installed.
    """
    # Read at its import. Unless told not to, it gathers events for its maker, and sends them.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Folds the 8-bit embeddings into floats once, when the model is loaded.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    # Idle threads must not spin: on a small machine other workers need the core.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Batches have every size. An arena keeps the largest that there was, and a plan of memory for
    # each size: 277 MB for two networks after some wide batches, 165 without.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def runs(lengths: Sequence[int], longest: int) -> Iterator[tuple[int, int, list[int]]]:
    """How to share inputs out among runs of the network.

    Args:
        lengths: tokens of each input.
        longest: tokens that the network takes.

    Yields:
        (padded length, rows of the run, which inputs). Rows beyond the inputs stay empty but for
        their first token.
    """
    by_length: dict[int, list[int]] = defaultdict(list)
    for index, length in enumerate(lengths):
        by_length[min(longest, -(-length // STEP) * STEP)].append(index)
    for padded, members in by_length.items():
        rows = max(2, _RUN // padded)
        for start in range(0, len(members), rows):
            picked = members[start : start + rows]
            yield padded, max(2, len(picked)), picked
