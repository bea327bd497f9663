"""What a model hears in a sound, as tags that say what made them."""

from dataclasses import dataclass

from models.embed.audio import Sound
from models.tags.adapters.onnx_audio import OnnxAudio
from models.tags.aggregate import Scored, aggregated
from schemas.tag_name import tag
from schemas.tags import AudioTags, Tag

_DECIMALS = 6
"""Of a variance: the square of three decimals of a score."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one model hears in one sound.

    Attributes:
        tags: as files and other programs have it.
        scores: the same by the labels of the model, unrounded, the surest first.
    """

    tags: AudioTags
    scores: list[Scored]


def heard(adapter: OnnxAudio, sound: Sound, sha256: str) -> Heard:
    """What a model hears.

    Args:
        adapter: the model.
        sound: what is heard.
        sha256: of the file that it was read from.

    Raises:
        AdapterError: the model fails.
        MissingAudio: scipy, which resamples, is not installed.
    """
    segments = adapter.tags(sound)
    scores = aggregated(segments)
    maker = adapter.maker
    manifest = adapter.manifest
    told = AudioTags(
        sha256=sha256,
        model=manifest.label,
        revision=manifest.revision,
        seconds=round(sound.seconds, 3),
        segments=len(next(iter(segments.values()))),
        tags=tuple(_tag(maker.prefix, scored) for scored in scores),
        origins={maker.prefix: maker.origin},
    )
    return Heard(told, scores)


def _tag(prefix: str, scored: Scored) -> Tag:
    variance = None if scored.variance is None else round(scored.variance, _DECIMALS)
    return Tag(
        name=f"{prefix}_{tag(scored.label)}",
        score=scored.score,
        variance=variance,
        tier=scored.tier,
    )
