"""In what floats products are computed: bfloat16 where the processor has it."""

import torch

from models.training.experiment.errors import RecipeError
from models.training.experiment.recipe import Machine

_CPU_KINDS = ("avx512_bf16", "amx_bf16", "arm_bf16")


def has_bfloat16(device: str) -> bool:
    """Whether the processor multiplies 16-bit floats.

    A CPU that does not is three times as slow with them as with 32 bits (71 against 222 names a
    second).
    """
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    has: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(has.get(kind) for kind in _CPU_KINDS)


def half_floats(machine: Machine) -> torch.autocast:
    """A context in which products are of the floats that the recipe says."""
    is_half = machine.precision == "bfloat16" or (
        machine.precision == "auto" and has_bfloat16(machine.device)
    )
    return torch.autocast(machine.device, torch.bfloat16, enabled=is_half)


def prepare(machine: Machine) -> None:
    """Set threads and matrix products, once a process.

    Raises:
        RecipeError: the recipe asks for a GPU that is not there.
    """
    if machine.device == "cuda" and not torch.cuda.is_available():
        raise RecipeError("there is no GPU here: --set machine.device=cpu")
    torch.set_num_threads(machine.threads)
    torch.set_float32_matmul_precision("high")
