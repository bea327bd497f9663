"""What is said of a language model that nothing can ask."""

from models.registry import Manifest, WeightsMissing
from models.training.llm.judging import by_torch


def manifest(**metrics: object) -> Manifest:
    return Manifest(
        name="mine",
        version="1",
        revision=100,
        stage="extract",
        runtime="gguf",
        licence="unknown",
        summary="invented",
        metrics=metrics,
    )


def measured(exact: float, loss: float) -> dict[str, object]:
    return {"all": {"exact": exact}, "loss": loss}


def test_a_model_that_was_not_compared_with_what_is_active_is_refused() -> None:
    """To be better than its own base says nothing of what answers now."""
    taught = manifest(untaught=measured(1.0, 2.0), held_out=measured(90.0, 0.1))
    for candidate in (taught, manifest()):
        verdict = by_torch(candidate, WeightsMissing("run `python -m models fetch`"))
        assert not verdict.is_accepted
        assert "models fetch" in verdict.why
        assert "--force" in verdict.why
