"""What the options of a command choose: the brains, and how answers are written."""

import argparse

from models.oneshot import shapes
from models.oneshot.mimmo import Llm, LlmChoice, Mimmo
from models.oneshot.output import Format, is_terminal


def mimmo_of(chosen: argparse.Namespace) -> Mimmo:
    """The brains with the GGUF model that was chosen."""
    is_full = getattr(chosen, "format", None) == "full"
    return Mimmo(LlmChoice(Llm(chosen.llm), chosen.weights), explained=is_full)


def form_of(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> Format:
    """How answers are written. A field that no answer has ends the command with its usage."""
    is_full = chosen.format == "full"
    keys = shapes.FULL if is_full else shapes.BRIEF
    fields = None
    if chosen.fields is not None:
        try:
            fields = shapes.checked_fields(chosen.fields, keys)
        except shapes.UnknownField as error:
            parser.error(str(error))
    as_cards = chosen.table or (
        is_terminal() and not chosen.json and fields is None and not is_full
    )
    return Format(shapes.full if is_full else shapes.brief, fields, as_cards)
