"""Loads the brains of weights that were chosen (`models.active`): what ships, or own ones."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from models import registry
from models.active import ActiveBroken, Stage, Weights, chosen

if TYPE_CHECKING:
    from models.classify.cascade import CascadeStage, Classifier
    from models.classify.own_classes import OwnClasses
    from models.extract.evidence.trust import Trust
    from models.extract.extractor import Extractor
    from models.extract.llm.complete import LlmExtractor
    from models.match.matcher import Matcher
    from models.match.score import Scorer


def classifier(
    weights: Weights, threads: int = 1, stages: "Collection[CascadeStage] | None" = None
) -> "Classifier":
    """The cascade with the learnt stage of these weights.

    Args:
        weights: of the classifier.
        threads: threads of one BERT run.
        stages: the stages to use; all if it is None.

    Raises:
        MissingRuntime: the extra `onnx` is not installed.
        registry.WeightsError: a file is missing or another one, or the manifest lacks something.
    """
    from models.classify.cascade import CascadeStage, Classifier
    from models.classify.ensemble import Ensemble

    with fitting(weights):
        learnt = Ensemble.load(weights.manifest, threads=threads, path=weights.path)
        wanted = tuple(CascadeStage) if stages is None else stages
        own = own_classes(weights, threads)
        return Classifier(learnt, weights.manifest, wanted, own=own)


def own_classes(weights: Weights, threads: int = 1) -> "OwnClasses | None":
    """The classes of one's own that a classifier knows. Returns None if it knows none.

    Raises:
        registry.WeightsError: their file is missing or another one.
    """
    from models.classify.own_classes import ROLE, OwnClasses

    return OwnClasses.load(weights.path, threads) if ROLE in weights.manifest.files else None


def extractor(weights: Weights, threads: int = 1) -> "Extractor":
    """Rules with the tagger of these weights.

    Results of a tagger of one's own bear its name and revision, as they are told apart by those.

    Raises:
        MissingRuntime: the extra `onnx` is not installed.
        registry.WeightsError: a file is missing or another one, or the manifest lacks something.
    """
    from models.extract.evidence.known_titles import KnownTitles
    from models.extract.extractor import Extractor
    from models.extract.tagger.run import Tagger

    with fitting(weights):
        tagger = Tagger.load(
            weights.manifest, threads=threads, path=lambda _, role: weights.path(role)
        )
        titles = KnownTitles(tagger.works)
        return Extractor(answering(weights), tagger, believed(weights), titles)


def answering(weights: Weights) -> registry.Manifest:
    """The manifest whose name and revision extractions bear: the rules' where the tagger ships."""
    return registry.load("extract") if weights.is_shipped else weights.manifest


def believed(weights: Weights) -> "Trust | None":
    """Whom to believe, where a tagger comes with figures of its own. Returns None otherwise."""
    from models.extract.evidence.trust import Trust

    if "trust" not in weights.manifest.files:
        return None
    return Trust.of(weights.path("trust").read_text(encoding="utf-8"))


def scorer(weights: Weights) -> "Scorer":
    """What decides about links.

    Raises:
        registry.WeightsError: the manifest lacks a weight.
    """
    from models.match.score import Scorer

    with fitting(weights):
        return Scorer.of(weights.manifest.settings)


def matcher(weights: Weights, index_dir: Path) -> "Matcher":
    """The matcher that decides by these weights, over the current index of a folder.

    Raises:
        registry.WeightsError: the manifest lacks a weight.
        MatchError: there is no index, or it is damaged.
    """
    from models.match.matcher import Matcher

    scorer(weights)
    return Matcher.open(index_dir, weights.manifest)


def llm(weights: Weights, *, batch_size: int = 16, threads: int = 1) -> "LlmExtractor":
    """The GGUF model behind the evidence guard.

    Raises:
        registry.WeightsError: a file is not on this machine or not the right one, or llama.cpp does
            not run here.
    """
    from models.extract.llm.files import files_of
    from models.extract.llm.gguf import load_files

    files = files_of(weights.manifest, weights.path, weights.fetched_folder)
    return load_files(weights.manifest, files, batch_size=batch_size, threads=threads)


def require_llm(weights: Weights) -> None:
    """Let the GGUF model answer in a process of its own.

    Raises:
        registry.WeightsError: as `llm`.
    """
    from models.extract.llm.files import files_of

    files_of(weights.manifest, weights.path, weights.fetched_folder).require()


@contextmanager
def fitting(weights: Weights) -> Iterator[None]:
    """Tells what a manifest of one's own lacks as an error of weights, with the way back."""
    try:
        yield
    except (KeyError, ValueError, TypeError) as error:
        if weights.is_shipped:
            raise
        raise ActiveBroken(
            f"{weights.stage} {weights.manifest.label} is no whole model"
            f" ({type(error).__name__}: {error}); {weights.way_back}"
        ) from error


def active_classifier(threads: int = 1) -> "Classifier":
    """The cascade of the active weights, as `classifier`."""
    return classifier(chosen(Stage.CLASSIFY), threads)


def active_extractor(*, tagger: bool = True) -> "Extractor":
    """Rules with the active tagger, as `extractor`; or rules alone."""
    from models.extract.extractor import Extractor

    return extractor(chosen(Stage.TAGGER)) if tagger else Extractor.load(tagger=False)
