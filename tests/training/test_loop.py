"""The training loop: killed at any batch, it goes on as if it had not been."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from models.training.experiment.folder import Experiment
from models.training.experiment.recipe import Machine, Recipe, Schedule

torch = pytest.importorskip("torch")

from models.training.experiment.loop import Loop, Plan, one_cycle  # noqa: E402

ROWS = 64
BATCH = 8
EPOCHS = 3
STEPS = EPOCHS * ROWS // BATCH


class Points:
    """A line through noisy points; dropout makes every step depend on the random states."""

    def __init__(self, stop_at: int | None = None) -> None:
        drawn = torch.Generator().manual_seed(4)
        self.x = torch.randn(ROWS, 3, generator=drawn)
        self.y = self.x @ torch.tensor([[1.0], [-2.0], [0.5]])
        self.net = torch.nn.Sequential(
            torch.nn.Linear(3, 16), torch.nn.Dropout(0.2), torch.nn.Linear(16, 1)
        )
        self.seen: list[list[int]] = []
        self.stop_at = stop_at

    def batches(self, epoch: int, rng: random.Random) -> Sequence[list[int]]:
        order = list(range(ROWS))
        rng.shuffle(order)
        return [order[start : start + BATCH] for start in range(0, ROWS, BATCH)]

    def loss(self, batch: list[int]) -> "torch.Tensor":
        if self.stop_at is not None and len(self.seen) == self.stop_at:
            raise RuntimeError("killed")
        self.seen.append(batch)
        return ((self.net(self.x[batch]) - self.y[batch]) ** 2).mean()


class Line(Recipe):
    """A recipe without sections of its own."""

    task: str = "line"


def recipe(every: float = 0.0) -> Line:
    machine = Machine(threads=1, precision="float32", checkpoint_seconds=every)
    return Line(name="line", machine=machine)


def taught(folder: Path, points: Points, plan: Plan, every: float = 0.0) -> float:
    torch.manual_seed(7)
    for part in points.net:
        if hasattr(part, "reset_parameters"):
            part.reset_parameters()
    with Experiment.begin(folder, recipe(every), [], folder) as experiment:
        stepper = one_cycle(points.net, Schedule(epochs=1, batch=1, rate=0.01), plan.steps + 1)
        return Loop(experiment, plan).train(points.net, points, stepper)


PLAN = Plan("line", EPOCHS, STEPS, seed=3)


@pytest.mark.parametrize("stop_at", [1, 5, 8, 13, STEPS - 1])
def test_a_killed_training_ends_like_one_that_was_not(tmp_path: Path, stop_at: int) -> None:
    torch.set_num_threads(1)
    whole = Points()
    loss = taught(tmp_path / "whole", whole, PLAN)
    broken = Points(stop_at)
    with pytest.raises(RuntimeError, match="killed"):
        taught(tmp_path / "broken", broken, PLAN)
    rest = Points()
    assert taught(tmp_path / "broken", rest, PLAN) == pytest.approx(loss, abs=1e-6)
    assert broken.seen + rest.seen == whole.seen
    for weights, others in zip(whole.net.parameters(), rest.net.parameters(), strict=True):
        assert torch.equal(weights, others)


def test_a_damaged_checkpoint_gives_way_to_the_one_before_it(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    loss = taught(tmp_path / "whole", Points(), PLAN)
    with pytest.raises(RuntimeError, match="killed"):
        taught(tmp_path / "broken", Points(9), PLAN)
    kept = sorted((tmp_path / "broken" / "checkpoints").glob("line.*.pt"))
    assert len(kept) == 2
    kept[-1].write_bytes(kept[-1].read_bytes()[:1000])
    assert taught(tmp_path / "broken", Points(), PLAN) == pytest.approx(loss, abs=1e-6)


def test_progress_has_every_line_once_after_a_kill(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="killed"):
        taught(tmp_path, Points(12), PLAN)
    taught(tmp_path, Points(), PLAN)
    with Experiment.begin(tmp_path, recipe(), [], tmp_path) as experiment:
        steps = [row["step"] for row in experiment.logged()]
    assert steps == sorted(set(steps))
    assert steps[-1] == STEPS


def test_training_stops_when_nothing_held_out_gets_better(tmp_path: Path) -> None:
    points = Points()
    plan = Plan("line", 50, 50 * ROWS // BATCH, seed=3, patience=2)
    measures = iter([0.1, 0.5, 0.4, 0.4])
    best: list[dict[str, torch.Tensor]] = []

    def measure() -> float:
        best.append({name: value.clone() for name, value in points.net.state_dict().items()})
        return next(measures)

    with Experiment.begin(tmp_path, recipe(1000), [], tmp_path) as experiment:
        stepper = one_cycle(points.net, Schedule(epochs=50, batch=8, rate=0.01), plan.steps)
        Loop(experiment, plan).train(points.net, points, stepper, measure)
    assert len(points.seen) == 4 * ROWS // BATCH
    for name, value in points.net.state_dict().items():
        assert torch.equal(value, best[1][name])
