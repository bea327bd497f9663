"""Which weights workers ask: those of the settings, else what is active, else what ships."""

from infra.settings import Settings
from models.active import Stage, Weights, chosen


def chosen_weights(settings: Settings, stage: Stage) -> Weights:
    """The weights that answer for a stage. Their files are verified when they are loaded.

    Raises:
        registry.WeightsError: what is named is not there, or is no model of the stage. Nothing
            else answers in its place.
    """
    names = {
        Stage.CLASSIFY: settings.classify_model,
        Stage.TAGGER: settings.tagger_model,
        Stage.MATCH: settings.match_model,
        Stage.LLM: settings.llm_model,
    }
    return chosen(stage, settings.weights_dir, names[stage])
