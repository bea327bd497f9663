"""The one training loop: it can be killed at any batch, and goes on as if it had not been.

A checkpoint is written every minute, at Ctrl-C and at the end of an epoch that is measured. It
holds where in the epoch the training was and all random states, so the batches after it are the
same as they would have been.
"""

import logging
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from models.training.experiment.checkpoints import random_states, set_random_states
from models.training.experiment.folder import Experiment
from models.training.experiment.precision import half_floats
from models.training.experiment.progress import Meter
from models.training.experiment.recipe import Schedule

log = logging.getLogger(__name__)

_STEPS_A_LINE = 10
"""Steps between two lines of progress.jsonl."""

Measure = Callable[[], float]
"""How right the network is on what is held out; higher is better."""


class Lessons(Protocol):
    """What a network is taught."""

    def batches(self, epoch: int, rng: random.Random) -> Sequence[Any]:
        """What the batches of an epoch hold, counted from 0; small, such as row numbers.

        Called again with the same random states after a kill.
        """
        ...

    def loss(self, batch: Any) -> Tensor:
        """The loss of a batch."""
        ...


class Cycle(Protocol):
    """How the rate changes: a scheduler of torch, or one's own."""

    def step(self) -> None:
        """Change the rate after a step."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """What to go on with."""
        ...

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        """Go on with it."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """One part of a training: its name, how long it is and what it is seeded with.

    `steps` may be an estimate; the rate stops changing after them. `minutes` ends the part early.
    """

    name: str
    epochs: int
    steps: int
    seed: int
    clip: float | None = 1.0
    patience: int | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Stepper:
    """What changes the weights, and how fast."""

    optimiser: torch.optim.Optimizer
    cycle: Cycle


def one_cycle(net: nn.Module, schedule: Schedule, steps: int) -> Stepper:
    """AdamW that lets only matrices decay, with a rate that rises once and falls.

    Biases and norms are few, and shrinking them only hurts.
    """
    learnt = [weights for weights in net.parameters() if weights.requires_grad]
    groups = [
        {"params": [p for p in learnt if p.ndim > 1], "weight_decay": schedule.decay},
        {"params": [p for p in learnt if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=schedule.rate)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, schedule.rate, total_steps=steps, pct_start=schedule.warm
    )
    return Stepper(optimiser, cycle)


@dataclass(slots=True)
class _Place:
    """Where a training is."""

    epoch: int = 0
    batch: int = 0
    """Batches of the epoch that are done."""
    step: int = 0
    spent: float = 0.0
    """Seconds, those of runs before counted."""
    best: float | None = None
    worse: int = 0
    """Epochs since the best one."""
    is_stopped: bool = False
    loss: float = float("nan")


@dataclass(slots=True)
class _Kept:
    """What a checkpoint holds besides the network and its stepper."""

    place: _Place = field(default_factory=_Place)
    begun: dict[str, Any] | None = None
    """Random states when the epoch began, of which its batches are drawn."""
    best: dict[str, Tensor] | None = None


class Loop:
    """Trains one network.

    Args:
        experiment: where checkpoints and the loss go.
        plan: what is trained and how long.
    """

    def __init__(self, experiment: Experiment[Any], plan: Plan) -> None:
        self._experiment = experiment
        self._machine = experiment.recipe.machine
        self._plan = plan
        self._rng = random.Random(plan.seed)  # noqa: S311
        self._kept = _Kept()
        self._saved = time.monotonic()
        self._last: Tensor | None = None

    @property
    def spent(self) -> float:
        """Seconds of training, those of runs before counted."""
        return self._kept.place.spent

    @property
    def steps(self) -> int:
        """Steps that are done."""
        return self._kept.place.step

    def train(
        self, net: nn.Module, lessons: Lessons, stepper: Stepper, measure: Measure | None = None
    ) -> float:
        """Train in place, from the newest checkpoint if there is one; returns the last loss.

        Where the plan has patience, the weights of the best epoch are kept in the end.

        Raises:
            KeyboardInterrupt: Ctrl-C, after a checkpoint was written.
        """
        net.to(self._machine.device).train()
        self._resume(net, stepper)
        place = self._kept.place
        with (
            _interruptible() as stop,
            Meter(self._plan.name, self._plan.steps, place.step) as meter,
        ):
            while place.epoch < self._plan.epochs and not place.is_stopped:
                for batch in self._batches(lessons):
                    self._step(net, stepper, lessons, batch)
                    meter.show(place.step, f"epoch {place.epoch + 1}, loss {place.loss:.3f}")
                    if stop.is_set():
                        self._save(net, stepper)
                        raise KeyboardInterrupt
                    if time.monotonic() - self._saved > self._machine.checkpoint_seconds:
                        self._save(net, stepper)
                    if self._is_time_up():
                        break
                self._end_epoch(net, stepper, measure)
            meter.show(self._plan.steps, f"loss {place.loss:.3f}")
        # A later part of the same step goes on with these weights and random states.
        self._save(net, stepper)
        if self._kept.best is not None:
            net.load_state_dict(self._kept.best, strict=False)
        net.eval()
        return place.loss

    def _batches(self, lessons: Lessons) -> Iterator[Any]:
        """The batches of the epoch that are still to do."""
        kept = self._kept
        if kept.begun is None:
            kept.begun = {"own": self._rng.getstate(), "all": random_states()}
            batches = lessons.batches(kept.place.epoch, self._rng)
        else:
            now = {"own": self._rng.getstate(), "all": random_states()}
            self._set_random(kept.begun)
            batches = lessons.batches(kept.place.epoch, self._rng)
            self._set_random(now)
        yield from batches[kept.place.batch :]

    def _set_random(self, states: dict[str, Any]) -> None:
        self._rng.setstate(states["own"])
        set_random_states(states["all"])

    def _step(self, net: nn.Module, stepper: Stepper, lessons: Lessons, batch: Any) -> None:
        """One step down the gradient."""
        place, start = self._kept.place, time.monotonic()
        # Before the loss: lessons in pieces add the gradients of all but the last themselves.
        stepper.optimiser.zero_grad(set_to_none=True)
        with half_floats(self._machine):
            loss = lessons.loss(batch)
        loss.backward()
        if self._plan.clip is not None:
            learnt = [weights for weights in net.parameters() if weights.requires_grad]
            torch.nn.utils.clip_grad_norm_(learnt, self._plan.clip)
        stepper.optimiser.step()
        if place.step < self._plan.steps:
            stepper.cycle.step()
        place.step += 1
        place.batch += 1
        place.spent += time.monotonic() - start
        if place.step % _STEPS_A_LINE == 0 or place.step == 1:
            self._note(loss)
        else:
            self._last = loss.detach()

    def _note(self, loss: Tensor) -> None:
        place = self._kept.place
        place.loss = float(loss.item())
        self._last = None
        self._experiment.log(
            self._plan.name,
            place.step,
            epoch=place.epoch + 1,
            loss=place.loss,
            seconds=round(place.spent, 3),
        )

    def _is_time_up(self) -> bool:
        minutes = self._plan.minutes
        if minutes is not None and self._kept.place.spent >= 60 * minutes:
            self._kept.place.is_stopped = True
        return self._kept.place.is_stopped

    def _end_epoch(self, net: nn.Module, stepper: Stepper, measure: Measure | None) -> None:
        """Note the loss, measure on what is held out, and stop if it does not get better."""
        place = self._kept.place
        if self._last is not None:
            self._note(self._last)
        place.epoch += 1
        place.batch = 0
        self._kept.begun = None
        if measure is None:
            return
        states = random_states()
        net.eval()
        with torch.inference_mode(), half_floats(self._machine):
            value = measure()
        net.train()
        set_random_states(states)
        self._experiment.log(self._plan.name, place.step, epoch=place.epoch, held_out=value)
        if self._plan.patience is not None:
            self._compare(net, value)
        self._save(net, stepper)

    def _compare(self, net: nn.Module, value: float) -> None:
        place = self._kept.place
        if place.best is None or value > place.best:
            place.best = value
            place.worse = 0
            self._kept.best = {name: part.clone() for name, part in _learnt(net).items()}
            return
        place.worse += 1
        if self._plan.patience is not None and place.worse >= self._plan.patience:
            log.info("%s: %d epochs without a better one", self._plan.name, place.worse)
            place.is_stopped = True

    def _save(self, net: nn.Module, stepper: Stepper) -> None:
        kept = self._kept
        if self._last is not None:
            self._kept.place.loss = float(self._last.item())
        state = {
            "net": _learnt(net),
            "optimiser": stepper.optimiser.state_dict(),
            "cycle": stepper.cycle.state_dict(),
            "place": {name: getattr(kept.place, name) for name in _Place.__slots__},
            "begun": kept.begun,
            "best": kept.best,
            "own": self._rng.getstate(),
        }
        self._experiment.checkpoints.save(self._plan.name, state)
        self._saved = time.monotonic()

    def _resume(self, net: nn.Module, stepper: Stepper) -> None:
        state = self._experiment.checkpoints.load(self._plan.name)
        if state is None:
            self._experiment.forget(self._plan.name, 0)
            return
        net.load_state_dict(state["net"], strict=False)
        stepper.optimiser.load_state_dict(state["optimiser"])
        stepper.cycle.load_state_dict(state["cycle"])
        self._kept = _Kept(_Place(**state["place"]), state["begun"], state["best"])
        self._rng.setstate(state["own"])
        self._experiment.forget(self._plan.name, self._kept.place.step)
        log.info("%s: going on from step %d", self._plan.name, self._kept.place.step)


def _learnt(net: nn.Module) -> dict[str, Tensor]:
    """What can change of a network; a frozen base is read from its own file again."""
    frozen = {name for name, weights in net.named_parameters() if not weights.requires_grad}
    return {name: part for name, part in net.state_dict().items() if name not in frozen}


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets, so that no step is cut in two; a second Ctrl-C ends at once."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return

    def stop(number: int, frame: object) -> None:
        del number, frame
        if event.is_set():
            raise KeyboardInterrupt
        event.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)
