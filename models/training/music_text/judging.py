"""Whether a text network may be kept: it finds more than chance does.

No other is active beside which it could be held.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.registry import Manifest


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a candidate."""

    is_accepted: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        """All of it, for comparison.json."""
        return asdict(self)


def judge(
    manifest: Manifest, folder: Path, data: Path, evaluation: Path | None, margin: float
) -> Verdict:
    """The verdict on a candidate, of what was measured on works that nothing was learnt from."""
    del folder, data, evaluation, margin
    names = [name for name in manifest.metrics if name.startswith("held_out_")]
    measured = manifest.metrics[names[-1]]
    right, chance = measured["text_to_music"], measured["chance"]
    told = (
        f"text to music, {right['queries']} texts and {right['pool']} sounds:"
        f" recall@10 {right['recall_at_10']:g} %, MRR {right['mrr']:g}"
        f" (chance {chance['recall_at_10']:g} %, {chance['mrr']:g})"
    )
    is_better = right["mrr"] > chance["mrr"]
    return Verdict(is_better, told if is_better else f"{told}: no better than chance")
