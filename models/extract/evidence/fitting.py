"""Records of what fits their fields: what a field does not take is left out, with its evidence.

Names and file lists are hostile text: they may say season 9,999, part 0 or forty guests.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from schemas import Evidence, Metadata, Subcategory, metadata_for

Model = TypeVar("Model")


def fitting_metadata(
    subcategory: Subcategory, fields: Mapping[str, Any], proofs: Mapping[str, Evidence]
) -> tuple[Metadata, dict[str, Evidence]]:
    """The record of a class, and the evidence of the fields that it has.

    Args:
        subcategory: a class that has a record.
        fields: what was read; fields that the class does not have are ignored.
        proofs: where it was read.
    """
    metadata = fitted(lambda values: metadata_for(subcategory, values), fields)
    kept = {
        field: proof
        for field, proof in proofs.items()
        if getattr(metadata, field, None) not in (None, ())
    }
    return metadata, kept


def fitted(build: Callable[[dict[str, Any]], Model], fields: Mapping[str, Any]) -> Model:
    """A model of the values that it takes.

    A list is cut at its bound; an entry or a value that is refused is left out. Nearly all values
    fit, so they are not looked at before the model itself refuses them.

    Args:
        build: validates values by their field.
        fields: field -> value. Every field may be left out.

    Raises:
        pydantic.ValidationError: something is refused that is no value of a field.
    """
    values = dict(fields)
    while True:
        try:
            return build(values)
        except ValidationError as refusal:
            fit = _without_refused(values, refusal)
            if fit == values:
                raise
            values = fit


def _without_refused(values: Mapping[str, Any], refusal: ValidationError) -> dict[str, Any]:
    """The values without those that were refused."""
    fit = dict(values)
    entries: dict[str, set[int]] = {}
    for error in refusal.errors(include_url=False, include_input=False):
        match error["loc"]:
            case (str(field), int(place), *_):
                entries.setdefault(field, set()).add(place)
            case (str(field), *_) if error["type"] == "too_long":
                fit[field] = values[field][: error["ctx"]["max_length"]]
            case (str(field), *_):
                fit.pop(field, None)
    for field, refused in entries.items():
        fit[field] = tuple(
            entry for place, entry in enumerate(values[field]) if place not in refused
        )
    return fit
