"""`python -m models.training match`: from labelled cases to the weights of the matcher."""

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models import registry
from models.evaluation import linking
from models.evaluation.cases import BadCases
from models.match.errors import MatchError
from models.training.compare.apart import JUDGING
from models.training.experiment.errors import DataMissing
from models.training.experiment.folder import Experiment
from models.training.experiment.results import Made
from models.training.experiment.task import Task
from models.training.match import gathering
from models.training.match.fit import Fitted, Floats, fit, fitted, unweighted
from models.training.match.gathering import Use
from models.training.match.settings import MatchRecipe
from models.training.row_files import write_rows

if TYPE_CHECKING:
    from models.match.matcher import Matcher
    from models.registry import Manifest
    from models.training.experiment.verdict import Verdict
    from models.training.match.fit import Choice

_EXAMPLES = """examples:
  python -m models.training match --data DATA --recipe match-own --out EXPERIMENT
      cases of your own in DATA/linking, sought in .mimmo/musicbrainz; another index:
      --set index=DIR
  python -m models.training pairs artist artist.tar.xz --out DATA/linking/artists.jsonl.gz
      makes pairs of a dump, which can be learnt from likewise
  python -m streams.lab.catalogue CATALOGUE --data DATA
  python -m streams.musicbrainz import CATALOGUE CATALOGUE --releases CATALOGUE \\
      --index CATALOGUE/index --index-only
  python -m models.training match --data DATA --out EXPERIMENT --set index=CATALOGUE/index
      the weights that ship, from the cases that they were learnt from

how right weights are on cases that they were not learnt from:
  python -m models evaluate match CASES --index CATALOGUE/index --cross-validate 5
"""


def files(folder: Path, recipe: MatchRecipe) -> list[Path]:
    """The files of cases that are learnt from, and what the index says of itself.

    Raises:
        DataMissing: cases or the index are not there.
    """
    current = Path(recipe.index) / "current"
    if not current.is_file():
        raise DataMissing(
            f"{recipe.index} is no match index: name one by --set index=DIR; `python -m"
            " streams.musicbrainz import --help` says how it is made"
        )
    return [*gathering.paths_of(folder, recipe), current]


def train(experiment: Experiment[MatchRecipe]) -> Made:
    """Find the candidates of all cases, learn the weights and measure them."""
    from models.match.matcher import Matcher

    recipe = experiment.recipe
    try:
        matcher = Matcher.open(Path(recipe.index))
        return _trained(experiment, matcher)
    except (MatchError, BadCases, OSError) as error:
        raise DataMissing(str(error)) from error


def _trained(experiment: Experiment[MatchRecipe], matcher: "Matcher") -> Made:
    recipe = experiment.recipe
    paths = gathering.paths_of(experiment.root, recipe)
    kept = experiment.step("choices", partial(_choices, experiment, paths, matcher))
    learnt, choosing, judging = (gathering.unpacked(kept[use.name]) for use in Use)
    learner = _Learner(experiment, choosing)
    result = fit(learnt, recipe.fitting, learner.look)
    result = learner.best or result
    shipped = registry.load("match")
    weights = {f"weight_{name}": round(value, 3) for name, value in result.weights.items()}
    settings = {**shipped.settings, **weights, "bias": round(result.bias, 3)}
    _ = experiment.candidate  # The weights stand in the manifest: the folder stays empty.
    metrics: dict[str, Any] = {
        "cases": {
            **kept["counts"],
            "learnt": len(learnt),
            "held_out": len(choosing) + len(judging),
        },
        "nats_a_case": round(result.loss_of(learnt), 4),
    }
    if judging:
        metrics["held_out"] = {
            "learnt": _measured(result, judging, matcher),
            "shipped": _measured(_shipped(), judging, matcher),
            "unweighted": _measured(unweighted(), judging, matcher),
        }
    return Made(
        files={},
        name="match",
        stage="match",
        runtime="index",
        summary=shipped.summary,
        settings=settings,
        metrics=metrics,
    )


def _choices(
    experiment: Experiment[MatchRecipe], paths: list[Path], matcher: "Matcher"
) -> dict[str, Any]:
    """All choices, to be kept; the cases that judge are written to the experiment's folder."""
    judged = linking.read(experiment.evaluation) if experiment.evaluation else []
    gathered = gathering.gather(paths, matcher, experiment.recipe, judged)
    write_rows(experiment.folder / JUDGING, gathered.judging)
    packed = {use.name: gathering.packed(part) for use, part in gathered.choices.items()}
    return {**packed, "counts": gathered.counts}


class _Learner:
    """Notes the loss, and stops when it gets no better on the cases that choose."""

    def __init__(self, experiment: Experiment[MatchRecipe], choosing: "list[Choice]") -> None:
        self._experiment = experiment
        self._choosing = choosing
        self._patience = experiment.recipe.fitting.patience
        self._lowest = float("inf")
        self._worse = 0
        self.best: Fitted | None = None
        experiment.forget("weights", 0)

    def look(self, step: int, loss: float, weights: Floats) -> bool:
        """Whether to stop."""
        self._experiment.log("weights", step, loss=float(loss))
        if not self._choosing or self._patience is None:
            return False
        now = fitted(np.array(weights), loss)
        held_out = now.loss_of(self._choosing)
        self._experiment.log("weights", step, held_out=-held_out)
        if held_out < self._lowest:
            self._lowest = held_out
            self._worse = 0
            self.best = now
            return False
        self._worse += 1
        return self._worse >= self._patience


def _shipped() -> Fitted:
    settings = registry.load("match").settings
    weights = {
        key.removeprefix("weight_"): float(value)
        for key, value in settings.items()
        if key.startswith("weight_")
    }
    return Fitted(weights, float(settings["bias"]), 0.0)


def _measured(result: Fitted, held: "list[Choice]", matcher: "Matcher") -> dict[str, float]:
    """Nats a case, and percent of the cases whose most probable answer is the right one."""
    scorer = result.scorer(matcher.scorer)
    weights = np.array([*scorer.weights])
    right = 0
    for choice in held:
        utility = choice.features @ weights + scorer.bias
        place = int(utility.argmax()) if len(utility) and utility.max() > 0 else None
        right += place == choice.right
    return {
        "nats_a_case": round(result.loss_of(held), 4),
        "right": round(100 * right / len(held), 1),
    }


def _judge(
    manifest: "Manifest", folder: Path, data: Path, evaluation: Path | None, margin: float
) -> "Verdict":
    """The gate's verdict, with the cases sought in the index of the recipe."""
    import tomllib

    from models.active import Stage
    from models.training.compare.cases import Evaluation
    from models.training.compare.gate import gate
    from models.training.compare.weights import of_manifest

    recipe = tomllib.loads((folder / "recipe.toml").read_text(encoding="utf-8"))
    judged_on = Evaluation(
        data=data,
        files=() if evaluation is None else (evaluation,),
        index=Path(recipe["index"]),
        margin=margin,
    )
    return gate(of_manifest(Stage.MATCH, manifest, folder), judged_on)


TASK = Task(
    name="match",
    what="learn the weights of the matcher, which links names to MusicBrainz",
    examples=_EXAMPLES,
    recipe=MatchRecipe,
    files=files,
    train=train,
    extras="train",
    judge=_judge,
)


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    return TASK.parser()


def run(arguments: list[str]) -> int:
    """Train; returns the exit code."""
    return TASK.run(arguments)
