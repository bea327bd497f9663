"""What a mel spectrogram is: all that differs from network to network."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

RATE = 16_000
BANDS = 96


class Mel(BaseModel):
    """A spectrogram; without arguments that of musicnn.

    Attributes:
        rate: samples a second.
        size: samples of a Fourier transform.
        window: samples of a Hann window; what `size` has more are noughts on both sides.
        step: samples from one window to the next.
        bands: of frequency.
        lowest, highest: hertz between which they lie; None is half the rate.
        scale: on which they are equally wide.
        is_area_one: whether each triangle has an area of one; else a height of one.
        power: 2 of powers, 1 of magnitudes.
        is_centred: whether the sound is mirrored at its ends, so that the first window lies around
            its first sample.
        compression: `log10` is `log10(1 + factor x)`, `ln` is `ln(x + offset)`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: Annotated[int, Field(ge=4_000, le=192_000)] = RATE
    size: Annotated[int, Field(ge=16, le=65_536)] = 512
    window: Annotated[int, Field(ge=16, le=65_536)] | None = None
    step: Annotated[int, Field(ge=1, le=65_536)] = 256
    bands: Annotated[int, Field(ge=1, le=512)] = BANDS
    lowest: Annotated[float, Field(ge=0)] = 0.0
    highest: Annotated[float, Field(gt=0)] | None = None
    scale: Literal["slaney", "htk"] = "slaney"
    is_area_one: bool = True
    power: Literal[1, 2] = 2
    is_centred: bool = True
    compression: Literal["log10", "ln", "none"] = "log10"
    factor: Annotated[float, Field(gt=0)] = 10_000.0
    offset: Annotated[float, Field(gt=0)] = 1e-6

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if not self.lowest < self.top <= self.rate / 2:
            raise ValueError(f"bands lie between 0 and {self.rate / 2:.0f} Hz, the lowest first")
        if self.window is not None and self.window > self.size:
            raise ValueError(f"a window of {self.window} samples does not fit into {self.size}")
        # Steps of a sample would make more of a sound than fits into the memory.
        if self.step * 64 < self.size or self.step * 4 < self.bands:
            raise ValueError(
                f"a step of {self.step} samples is under a 64th of `size`, or a 4th of `bands`"
            )
        return self

    @property
    def top(self) -> float:
        """Hertz at which the bands end."""
        return self.rate / 2 if self.highest is None else self.highest
