"""The classifier that workers ask: the one that ships, or one that an operator imported."""

from infra.settings import Settings
from models import added, registry
from models.classify.cascade import Classifier
from models.classify.ensemble import MODEL, Ensemble


class NoClassifier(registry.WeightsError):
    """What `STREAMS_CLASSIFY_MODEL` names is no classifier; the message says what to do."""


def chosen_classifier(settings: Settings) -> Classifier:
    """Load the classifier that the settings name, its files verified.

    Raises:
        MissingRuntime: the extra `onnx` is not installed.
        registry.WeightsError: there is no such classifier, or its files are others.
    """
    name = settings.classify_model
    if name == MODEL:
        return Classifier.load(threads=settings.bert_threads)
    manifest = added.load(name, settings.weights_dir)
    if (manifest.stage, manifest.runtime) != ("classify", "onnx"):
        raise NoClassifier(
            f"{name} is no classifier for ONNX Runtime; STREAMS_CLASSIFY_MODEL names one,"
            " or `classify` for the one that ships"
        )
    for role in manifest.files:
        registry.file_path(manifest, role, settings.weights_dir)
    folder = settings.weights_dir / name
    learnt = Ensemble.load(manifest, threads=settings.bert_threads, folder=folder)
    return Classifier(learnt, manifest)
