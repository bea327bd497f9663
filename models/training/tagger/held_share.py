"""How right a network is on held-out names while it is trained."""

import numpy as np
import torch

from models.extract.tagger.decode import decode_all
from models.training.experiment.loop import Measure
from models.training.tagger.manifest import figures
from models.training.tagger.model import Net
from models.training.tagger.recipe import Lessons
from models.training.tagger.train import encode

_AT_ONCE = 256


def measure_of(net: Net, lessons: Lessons, device: str) -> Measure | None:
    """Measures the share of the names that choose whose creator, title and year are all right.

    Returns None if there is none.
    """
    held = lessons.corpus.choosing
    if not held:
        return None
    names = [example.name for example in held]
    readings = lessons.reader.read(names)
    inputs = encode(lessons.reader, held, [lessons.corpus.verdicts[name] for name in names])

    def measure() -> float:
        answers = []
        for start in range(0, len(held), _AT_ONCE):
            rows = np.arange(start, min(start + _AT_ONCE, len(held)))
            with torch.inference_mode():
                logits = net(*inputs.batch(rows, device)).float().cpu().numpy()
            part = [readings[row] for row in rows]
            pieces = [
                answer[1 : len(reading.ids) - 1]
                for answer, reading in zip(logits, part, strict=True)
            ]
            answers += decode_all(part, pieces)
        return float(figures(held, answers)["all"]["right"])

    return measure
