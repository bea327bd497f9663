"""Teaches a base: LoRA by the loop of all trainings, with the loss on held-out names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from models.training.experiment.folder import Experiment
from models.training.experiment.loop import Loop, Measure, Plan, Stepper
from models.training.llm.lessons import Questions, Row
from models.training.llm.settings import LlmRecipe, Taught

PART = "questions"
"""Name of the training in checkpoints and progress."""


class Falling:
    """A rate that rises in the first steps and then falls with each step.

    Args:
        optimiser: whose rate it is.
        taught: the highest rate, the steps in which it rises, and the share it falls to.
        steps: of the whole training.
    """

    def __init__(self, optimiser: torch.optim.Optimizer, taught: Taught, steps: int) -> None:
        self._optimiser = optimiser
        self._taught = taught
        self._steps = steps
        self._done = 0
        self._set()

    def step(self) -> None:
        """Change the rate after a step."""
        self._done += 1
        self._set()

    def state_dict(self) -> dict[str, Any]:
        """What to go on with."""
        return {"done": self._done}

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        """Go on with it."""
        self._done = int(state_dict["done"])
        self._set()

    def _set(self) -> None:
        taught, gone = self._taught, self._done / self._steps
        rise = min(1.0, (self._done + 1) / max(1, taught.warm_steps))
        for group in self._optimiser.param_groups:
            group["lr"] = taught.rate * rise * max(taught.floor, 1 - gone)


@dataclass(frozen=True, slots=True)
class Rows:
    """What is learnt from, and what the loss is taken of that may stop the training."""

    learnt: Sequence[Row]
    choosing: Sequence[Row]


def teach(experiment: Experiment[LlmRecipe], model: Any, rows: Rows) -> dict[str, Any]:
    """Train the matrices beside the products in place.

    Returns:
        `weights`, what was learnt by name; `seconds` and `steps` of the training.
    """
    recipe = experiment.recipe
    taught = recipe.training
    questions = Questions(model, rows.learnt, taught, recipe.machine, recipe.seed)
    learnt = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=taught.rate, weight_decay=taught.decay)
    stepper = Stepper(optimiser, Falling(optimiser, taught, questions.steps))
    plan = Plan(
        PART,
        questions.rounds,
        questions.steps,
        recipe.seed,
        clip=taught.clip,
        patience=taught.patience,
        minutes=taught.minutes,
    )
    loop = Loop(experiment, plan)
    measure: Measure = lambda: -questions.held_out(rows.choosing)  # noqa: E731
    loop.train(model, questions, stepper, measure if rows.choosing else None)
    return {"weights": weights_of(model), "seconds": loop.spent, "steps": loop.steps}


def weights_of(model: Any) -> dict[str, Tensor]:
    """What was learnt, by name."""
    return {
        name: weights.detach().cpu().clone()
        for name, weights in model.named_parameters()
        if weights.requires_grad
    }
