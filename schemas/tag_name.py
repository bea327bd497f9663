"""Names of tags that say what made them: `nom:onnx_minilm_e45664fcb8ff_medium_r2_audio`.

A name has five components and a tag, joined by `_`: framework, embedder, its build, model (a head),
its build. The first five hold no `_`; so a name is split at the first five, and what is left is the
tag. Without that rule `a_b` could end anywhere. The format is that of AcousticBrainz 2.0, §3.
"""

import re
from dataclasses import dataclass
from typing import Self

PREFIX = "nom:"

COMPONENTS = ("framework", "embedder", "embedder_id", "model", "model_id")
"""The parts of a name before its tag, in order."""

MAX_COMPONENT = 64
MAX_TAG = 128
"""Characters. The longest name is 5 * (64 + 1) + 128 and the prefix: shorter than a `Text`."""

_COMPONENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TAG = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_VERSION = re.compile(r"[A-Za-z0-9]+(?:[ .:@/+_-]+[A-Za-z0-9]+)*", re.ASCII)
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


class BadTagName(ValueError):
    """It is no name of a tag. The message says why, for a person."""


@dataclass(frozen=True, slots=True)
class TagName:
    """The name of a tag, in small letters.

    >>> TagName.parse("nom:essentia_effnet_v1_mood_discogs519_aggressive_high").tag
    'aggressive_high'

    Attributes:
        framework: what runs the models: `onnx`, `gguf`, `rules`, `essentia`.
        embedder: what turns the input into numbers: `effnet`, `musicnn`, `clap-haiku`.
        embedder_id: its build or release: `v2`, `2024-10-15`, the start of its SHA-256.
        model: the head, or the task: `mood`, `genre`, `medium`.
        model_id: its build or release: `discogs519`, `r2`.
        tag: what is said: `aggressive_high`, `album`, `probability`.

    Raises:
        BadTagName: a part is empty, too long, or has a letter that it must not have.
    """

    framework: str
    embedder: str
    embedder_id: str
    model: str
    model_id: str
    tag: str

    def __post_init__(self) -> None:
        for name, text in zip(COMPONENTS, self._components, strict=True):
            if not _COMPONENT.fullmatch(text) or len(text) > MAX_COMPONENT:
                raise BadTagName(
                    f"{name} is {_told(text)}; it is made of small letters, digits and single"
                    f" hyphens, {MAX_COMPONENT} at most"
                )
        if not _TAG.fullmatch(self.tag) or len(self.tag) > MAX_TAG:
            raise BadTagName(
                f"the tag is {_told(self.tag)}; it is made of small letters, digits and single"
                f" underscores, {MAX_TAG} at most"
            )

    def __str__(self) -> str:
        return f"{self.origin_key}_{self.tag}"

    @property
    def origin_key(self) -> str:
        """The name without its tag: what made it.

        >>> TagName("onnx", "classify", "2-0-0", "medium", "r9", "audio").origin_key
        'nom:onnx_classify_2-0-0_medium_r9'
        """
        return PREFIX + "_".join(self._components)

    @property
    def _components(self) -> tuple[str, ...]:
        return (self.framework, self.embedder, self.embedder_id, self.model, self.model_id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The name that a text is; capitals are the same as small letters.

        Nothing else is mended: what is not of the format is some other program's.

        Raises:
            BadTagName: it is none.
        """
        if not text.isascii():
            raise BadTagName(f"{_told(text)} has letters that are not ASCII")
        small = text.lower()
        if not small.startswith(PREFIX):
            raise BadTagName(f"{_told(text)} does not begin with {PREFIX}")
        parts = small.removeprefix(PREFIX).split("_", len(COMPONENTS))
        if len(parts) <= len(COMPONENTS):
            raise BadTagName(
                f"{_told(text)} has {len(parts)} parts; a name has {len(COMPONENTS)} and a tag"
            )
        return cls(*parts)


def component(text: str) -> str:
    """A component of the name or version of a model, as it came from upstream.

    >>> component("1.2.3"), component("MAEST-30s"), component("2.1b6.dev1389")
    ('1-2-3', 'maest-30s', '2-1b6-dev1389')

    Raises:
        BadTagName: it has other letters than those of names and versions.
    """
    if not _VERSION.fullmatch(text):
        raise BadTagName(f"{_told(text)} is no name and no version of a model")
    return _BETWEEN_WORDS.sub("-", text.lower())


def tag(label: str) -> str:
    """A tag of the label of a model.

    >>> tag("Female vocals"), tag("electronic---ambient")
    ('female_vocals', 'electronic_ambient')

    Raises:
        BadTagName: it has letters that are not ASCII, or none at all.
    """
    words = _BETWEEN_WORDS.sub("_", label.lower()).strip("_") if label.isascii() else ""
    if not words:
        raise BadTagName(f"{_told(label)} is no label that a tag can be made of")
    return words


def _told(text: str) -> str:
    """A text in an error: it may be anything, of any length."""
    return ascii(text if len(text) <= MAX_COMPONENT else text[:MAX_COMPONENT] + "...")
