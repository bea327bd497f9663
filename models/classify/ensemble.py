"""The learnt stage: a linear model reads every name, and the BERT those on which it is not sure.

Their mistakes differ, so the mean of their outputs is better than either. Confidence is calibrated
(temperature), for the linear model alone and for both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from models import registry
from models.classify.bert import Bert
from models.classify.ngrams import Ngrams
from models.runtime import MissingRuntime
from models.text.known_names import KnownNames
from models.text.known_works import KnownWork, KnownWorks
from schemas.media import SUBCATEGORIES, Medium, Subcategory

if TYPE_CHECKING:
    from numpy import float32, float64
    from numpy.typing import NDArray

MODEL = "classify"

Input = tuple[str, Sequence[str]]
"""A name and the paths of its largest files."""

_PARTS = ("medium", "subcategory", "nsfw")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the learnt stage believes of one input; probabilities are calibrated."""

    media: dict[Medium, float]
    subcategories: dict[Subcategory, float]
    nsfw: float
    by: str
    """`ngrams` when the linear model was sure alone, `bert` when both answered."""

    @property
    def medium(self) -> Medium:
        """The likeliest medium."""
        return max(self.media, key=self.media.__getitem__)

    @property
    def confidence(self) -> float:
        """The probability of the likeliest medium."""
        return max(self.media.values())

    def subcategory(self, medium: Medium) -> Subcategory:
        """The likeliest subcategory of a medium, which need not be the one that was chosen."""
        return max(SUBCATEGORIES[medium], key=lambda sub: self.subcategories[sub])


@dataclass(frozen=True, slots=True)
class Questions:
    """What is open about a torrent.

    Args:
        medium: what an earlier stage decided; `None` asks the medium, too.
        subcategory: whether the subcategory is asked.
        nsfw: whether it is asked if the work is adult.
    """

    medium: Medium | None
    subcategory: bool
    nsfw: bool


class Member(Protocol):
    """One of the two models."""

    def logits(self, inputs: Sequence[Input]) -> "NDArray[float32]":
        """Raw outputs, one row an input: media, subcategories, nsfw."""


class Ensemble:
    """Both members. Not safe for use from several threads at once; make one for each.

    Args:
        bert: the BERT.
        ngrams: the linear model.
        manifest: labels and calibration.
        works: what is known of works that are named by title and year, if anything is.
    """

    def __init__(
        self,
        bert: Member,
        ngrams: Member,
        manifest: registry.Manifest,
        works: KnownWorks | None = None,
    ) -> None:
        self._bert = bert
        self._ngrams = ngrams
        self._works = works
        self._media = [Medium(label) for label in manifest.labels["medium"]]
        self._subs = [Subcategory(label) for label in manifest.labels["subcategory"]]
        self._calibration: Mapping[str, float] = manifest.calibration

    @classmethod
    def load(
        cls,
        manifest: registry.Manifest | None = None,
        *,
        threads: int = 1,
        folder: Path | None = None,
        path: Callable[[str], Path] | None = None,
    ) -> Self:
        """Load the files of the manifest.

        Args:
            manifest: what to load; the one that ships if not given.
            threads: threads of one BERT run.
            folder: where the files are, unverified (training looks at what it has just written);
                else the registry knows.
            path: where the file of a role is, verified; for weights that do not ship.

        Raises:
            MissingRuntime: onnxruntime, tokenizers or numpy is not installed.
            registry.WeightsError: the files are not those of the manifest.
        """
        manifest = manifest or registry.load(MODEL)

        def place(role: str) -> Path:
            if folder is not None:
                return folder / Path(manifest.files[role].path).name
            return registry.file_path(manifest, role) if path is None else path(role)

        return cls(
            load_bert(place, threads), load_ngrams(place), manifest, known_works(place, manifest)
        )

    def known_work(self, name: str) -> KnownWork | None:
        """What the work is that a title and a year name, if it is a known one and no film."""
        return self._works.named(name) if self._works else None

    def linear(self, inputs: Sequence[Input]) -> "NDArray[float32]":
        """The linear model's outputs, one row an input: media, subcategories, nsfw."""
        return self._ngrams.logits(inputs)

    def quick(self, linear: "NDArray[float32]") -> list[Answer]:
        """What the linear model alone says, given its outputs."""
        return self._answers(linear, "linear_", "ngrams")

    def answer(self, inputs: Sequence[Input], linear: "NDArray[float32]") -> list[Answer]:
        """What both say together, in the order of `inputs`; `linear` has a row for each."""
        return self._answers(self.logits(inputs, linear), "", "bert") if inputs else []

    def logits(
        self, inputs: Sequence[Input], linear: "NDArray[float32] | None" = None
    ) -> "NDArray[float64]":
        """The mean of both members' outputs, one row an input: media, subcategories, nsfw.

        Args:
            inputs: what to read.
            linear: the linear model's outputs, if they are known.
        """
        linear = self.linear(inputs) if linear is None else linear
        mean: NDArray[float64] = (self._bert.logits(inputs).astype("f8") + linear) / 2
        return mean

    def is_sure(self, answer: Answer, asked: Questions) -> bool:
        """Whether the linear model's answer (of `quick`) may stand without the BERT."""
        wanted = self._calibration
        if asked.medium is None and answer.confidence < wanted["sure_medium"]:
            return False
        if asked.subcategory:
            choices = SUBCATEGORIES[asked.medium or answer.medium]
            among = [answer.subcategories[sub] for sub in choices]
            if max(among) < wanted["sure_subcategory"] * max(sum(among), 1e-9):
                return False
        is_clean = answer.nsfw <= 1 - wanted["sure_nsfw"]
        return not asked.nsfw or is_clean or answer.nsfw >= wanted["sure_adult"]

    def _answers(self, logits: "NDArray[Any]", prefix: str, by: str) -> list[Answer]:
        import numpy as np

        temperature = {part: self._calibration[f"{prefix}temperature_{part}"] for part in _PARTS}
        split = len(self._media)
        logits = logits.astype(np.float64)
        media = _softmax(logits[:, :split] / temperature["medium"]).tolist()
        subs = _softmax(logits[:, split:-1] / temperature["subcategory"]).tolist()
        nsfw = (1 / (1 + np.exp(-logits[:, -1] / temperature["nsfw"]))).tolist()
        return [
            Answer(
                dict(zip(self._media, medium, strict=True)),
                dict(zip(self._subs, sub, strict=True)),
                adult,
                by,
            )
            for medium, sub, adult in zip(media, subs, nsfw, strict=True)
        ]


def load_bert(path: Callable[[str], Path], threads: int = 1) -> Bert:
    """The BERT of the files that `path` names by their roles in the manifest.

    Raises:
        MissingRuntime: onnxruntime, tokenizers or numpy is not installed.
    """
    try:
        known = KnownNames.load(path("catalogue"))
    except ImportError as error:
        raise MissingRuntime.of("the classifier", error) from error
    return Bert(path("model"), path("tokenizer"), known, threads)


def known_works(path: Callable[[str], Path], manifest: registry.Manifest) -> KnownWorks | None:
    """The known works of the file that `path` names, read when first needed; None without one."""
    return KnownWorks.of_file(lambda: path("works")) if "works" in manifest.files else None


def load_ngrams(path: Callable[[str], Path]) -> Ngrams:
    """The linear model of the file that `path` names.

    Raises:
        MissingRuntime: numpy is not installed.
    """
    try:
        return Ngrams.load(path("ngrams"))
    except ImportError as error:
        raise MissingRuntime.of("the classifier", error) from error


def _softmax(logits: "NDArray[float64]") -> "NDArray[float64]":
    import numpy as np

    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[float64] = powers / powers.sum(axis=1, keepdims=True)
    return result
