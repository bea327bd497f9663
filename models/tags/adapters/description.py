"""What a manifest says of a network that hears: all that is needed to ask it.

A network comes in as a file and this table, and not as code. It stands in the manifest as
`[settings.adapter]`; the labels, in the order of the network's numbers, as `labels.tags`.
"""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from models.embed.embedders.mel_shape import Mel
from models.registry import AUDIO, Manifest, is_audio
from models.tags.adapters.adapter import AdapterError
from schemas.tag_name import MAX_TAG, BadTagName, tag
from schemas.tags import MAX_AUDIO_TAGS

ROLE = "model"
"""The file of the network."""

_LONGEST = 1 << 22
"""Numbers that a segment holds; of samples four minutes of sound. More would fill the memory."""

Named = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class AudioSettings(BaseModel):
    """The table `[settings.adapter]`.

    Attributes:
        head: what the network was taught to say, a component of its tags' names: `msd`.
        input: what goes in: a spectrogram, or samples.
        mel: the spectrogram; only of `log-mel`.
        rate: samples a second; only of `samples`.
        frames: of a segment; of `samples` so many samples.
        hop: from the beginning of a segment to that of the next, in the same.
        axes: how a spectrogram lies in the input.
        input_name, output_name: of the graph.
        activation: what makes probabilities of the numbers that come out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    head: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    input: Literal["log-mel", "samples"]
    mel: Mel | None = None
    rate: Annotated[int, Field(ge=4_000, le=192_000)] | None = None
    frames: Annotated[int, Field(ge=1, le=_LONGEST)]
    hop: Annotated[int, Field(ge=1, le=_LONGEST)]
    axes: Literal["frames-bands", "bands-frames"] = "frames-bands"
    input_name: Named
    output_name: Named
    activation: Literal["sigmoid", "softmax", "none"]

    @model_validator(mode="after")
    def _says_what_goes_in(self) -> Self:
        is_mel = self.input == "log-mel"
        if is_mel == (self.mel is None) or is_mel == (self.rate is not None):
            raise ValueError("`log-mel` needs the table `mel`; `samples` needs `rate`")
        if self.frames * self.height > _LONGEST:
            raise ValueError(f"a segment has more than {_LONGEST} numbers")
        # Hops of a sample would make a million segments of a minute.
        if self.hop * 64 < self.frames:
            raise ValueError("segments overlap more than 64 times")
        return self

    @property
    def height(self) -> int:
        """Numbers of a frame, or of a sample."""
        return 1 if self.mel is None else self.mel.bands

    @property
    def heard_rate(self) -> int:
        """Samples a second that the network hears."""
        return self.mel.rate if self.mel is not None else int(self.rate or 0)


def settings_of(manifest: Manifest) -> AudioSettings:
    """What the manifest of a network says of it.

    Raises:
        AdapterError: it is none of a network that hears, or lacks something.
    """
    if not is_audio(manifest) or manifest.runtime != "onnx":
        raise AdapterError(
            f"{manifest.name} does not hear: its manifest is of stage {manifest.stage!r} and"
            f" runtime {manifest.runtime!r}, not {AUDIO!r} and 'onnx'"
        )
    if ROLE not in manifest.files:
        raise AdapterError(f"{manifest.name}: its manifest names no file `{ROLE}`")
    try:
        return AudioSettings.model_validate(manifest.settings.get("adapter", {}))
    except ValidationError as error:
        reasons = "; ".join(
            _reason(".".join(map(str, part["loc"])), part["msg"]) for part in error.errors()[:5]
        )
        raise AdapterError(f"{manifest.name}: [settings.adapter]: {reasons}") from error


def labels_of(manifest: Manifest) -> list[str]:
    """The labels of a network, in the order of its numbers.

    Raises:
        AdapterError: there are none, or no tags can be made of them, or two would be one tag.
    """
    labels = manifest.labels.get("tags", [])
    if not 0 < len(labels) <= MAX_AUDIO_TAGS:
        raise AdapterError(
            f"{manifest.name}: `labels.tags` has {len(labels)} labels, not 1 to {MAX_AUDIO_TAGS}"
        )
    by_tag: dict[str, str] = {}
    for label in labels:
        try:
            name = tag(label)
        except BadTagName as error:
            raise AdapterError(f"{manifest.name}: {error}") from error
        if len(name) > MAX_TAG:
            raise AdapterError(f"{manifest.name}: a label has more than {MAX_TAG} letters")
        if name in by_tag:
            both = f"{by_tag[name]!r} and {label!r}"
            raise AdapterError(f"{manifest.name}: the labels {both} would be one tag")
        by_tag[name] = label
    return labels


def require_described(manifest: Manifest) -> None:
    """Refuse a manifest of which no network that hears can be installed.

    Raises:
        AdapterError: it is none, its labels make no tags, or its file comes from elsewhere.
    """
    settings_of(manifest)
    labels_of(manifest)
    for role, file in manifest.files.items():
        if file.wheel is not None or file.made_from is not None:
            raise AdapterError(f"{manifest.name}: the file `{role}` must lie in the folder")


def _reason(place: str, said: str) -> str:
    return f"{place}: {said}" if place else said
