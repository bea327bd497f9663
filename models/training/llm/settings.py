"""The recipe of a language model: its base, what it is asked, how it is taught, what is written."""

from typing import Annotated, Literal

from pydantic import Field

from models.training.experiment.recipe import Part, Recipe, Schedule

SHIPPED = "shipped"
"""The base that `python -m models fetch` brings."""

Share = Annotated[float, Field(ge=0, le=1)]


class Decoder(Part):
    """The base, which stays as it is."""

    path: str = SHIPPED
    """A folder as transformers writes it, a GGUF file, or `shipped`."""
    weights: str = ".mimmo/weights"
    """Folder of what `python -m models fetch` brought; only for `shipped`."""


class Lora(Part):
    """The small matrices beside each product, which are learnt."""

    rank: Annotated[int, Field(ge=1)] = 16
    alpha: Annotated[float, Field(gt=0)] = 32
    """Over the rank, what the matrices are multiplied by; twice the rank is usual."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0


class Mix(Part):
    """Shares of the names that questions are asked about; what remains to 1 is invented ones."""

    read: Share = 0.5
    """Labelled names as they are."""
    redressed: Share = 0.15
    """Labelled names in another dress."""
    refilled: Share = 0.2
    """Labelled names with another work."""
    scene: Share = 0.07
    works: Literal["catalogue", "labelled"] = "catalogue"
    """Where other works come from; `labelled` needs no file but the labelled names."""
    scene_rows: Share = 0.2
    """Share of the scene files that is drawn from."""


class Taught(Schedule):
    """How long it is taught, and how fast."""

    pieces: Annotated[int, Field(ge=1)] = 1
    """Questions of which the gradient is worked out at a time: more pieces need less memory."""
    warm_steps: Annotated[int, Field(ge=0)] = 30
    """Steps in which the rate rises; then it falls to `floor` of it."""
    floor: Share = 0.02
    rounds: Annotated[int, Field(ge=1)] = 1
    """How often in an epoch the loss on held-out names is taken; `patience` counts these."""
    longest: Annotated[int, Field(ge=16)] = 128
    """Tokens of question and answer; longer pairs are left out."""
    minutes: Annotated[float, Field(gt=0)] | None = None


class Measured(Part):
    """What is asked about the names that were held out."""

    cases: Annotated[int, Field(ge=1)] = 400
    """At most so many, evenly drawn."""
    batch: Annotated[int, Field(ge=1)] = 32
    untaught: bool = True
    """Whether the base is asked, too, before it is taught."""
    agreement: Annotated[int, Field(ge=0)] = 40
    """Names that llama.cpp is asked about with the written file, to see that it says the same."""


class LlmRecipe(Recipe):
    """Everything about one training of a language model."""

    task: str = "llm"
    pairs: Annotated[int, Field(ge=1)] = 25_000
    """Questions and answers to learn."""
    export: Literal["adapter", "merged"] = "adapter"
    """A LoRA beside its base, or one file in which the base has learnt it."""
    decoder: Decoder = Decoder()
    lora: Lora = Lora()
    mix: Mix = Mix()
    training: Taught = Taught(epochs=1, batch=16, rate=4e-4, decay=0.0)
    measured: Measured = Measured()
    belief: dict[str, float] = Field(default_factory=dict)
    """How far its answers are believed (`models.extract.llm.complete`); that of the model that
    ships where it is empty."""
