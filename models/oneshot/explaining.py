"""`mimmo explain NAME`: who decided what, and where each field stands in the name."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.oneshot.options import add_llm, add_words, make_parser

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from models.oneshot.answer import Answer

EXAMPLES = """examples:
  mimmo explain "Big.Buck.Bunny.2008.1080p.BluRay.x264"
  mimmo explain --json album.zip
The learnt stage is always asked here, also where an earlier one decides: what it thinks likeliest
beside the answer is the runner-up.
"""

_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "red")


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo explain", "who decided what, and on what evidence", EXAMPLES)
    add_words(parser, "what to look at", count="+")
    parser.add_argument("--json", action="store_true", help="the full shape, with the rules")
    add_llm(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Explain what is said of each subject.

    Returns:
        0; 1 if one of several cannot be read.

    Raises:
        Unreadable: the only thing that is named cannot be read.
    """
    chosen = make().parse_args(arguments)
    from rich.console import Console

    from models.lines import write_json
    from models.oneshot.explanation import as_json
    from models.oneshot.inputs import from_words, in_places
    from models.oneshot.mimmo import Llm, LlmChoice, Mimmo
    from models.oneshot.safe import complain

    subjects = from_words(chosen.words, as_text=chosen.text)
    mimmo = Mimmo(LlmChoice(Llm(chosen.llm), chosen.weights), explained=True)
    console = Console(soft_wrap=True, highlight=False)
    errors = 0
    for answer in in_places(subjects, mimmo.answer_all):
        if isinstance(answer, str):
            errors += 1
            if chosen.json:
                write_json({"error": answer})
            else:
                complain(answer)
        elif chosen.json:
            write_json(as_json(answer))
        else:
            show(answer, console)
    return 1 if errors else 0


def show(answer: "Answer", console: "Console") -> None:
    """Print an explanation: with colours on a terminal, with lines under the name elsewhere."""
    from rich.text import Text

    if console.is_terminal:
        console.print(coloured(answer))
    else:
        for line in underlined(answer):
            console.print(Text(line))
    for label, told in _rows(answer):
        console.print(Text.assemble((f"{label:<12}", "bold"), told))


def coloured(answer: "Answer") -> "Text":
    """The name with each field in a colour, and the fields in theirs below."""
    from rich.text import Text

    from models.oneshot.explanation import fields
    from models.oneshot.safe import safe

    text = Text(_in_place(answer.name))
    legend = Text()
    for place, field in enumerate(fields(answer)):
        colour = _COLOURS[place % len(_COLOURS)]
        if field.span is not None:
            text.stylize(f"bold {colour} underline", *field.span)
        legend.append(f"\n  {field.name}: {safe(field.value)}", colour)
        legend.append(f"  {_witness(field.source, field.confidence, field.path)}", "dim")
    return Text.assemble(text, legend)


def underlined(answer: "Answer") -> Iterator[str]:
    """The name, and for each field a line that marks its place below."""
    from rich.cells import cell_len

    from models.oneshot.explanation import fields
    from models.oneshot.safe import safe

    name = _in_place(answer.name)
    yield name
    for field in fields(answer):
        before, marked = 0, 0
        if field.span is not None:
            before, marked = cell_len(name[: field.span[0]]), cell_len(name[slice(*field.span)])
        lead = " " * before + "~" * marked
        witness = _witness(field.source, field.confidence, field.path)
        yield f"{lead} {field.name}: {safe(field.value)}  {witness}"


def _in_place(name: str) -> str:
    """A name that is safe to print, of the same characters in the same places."""
    from models.oneshot.safe import safe

    return "".join(safe(letter) or "\ufffd" for letter in name)


def _witness(source: str, confidence: float, path: str | None) -> str:
    from models.oneshot.safe import safe

    where = f", in {safe(path)}" if path else ""
    return f"({source}, {confidence:.2f} sure{where})"


def _runner_up(answer: "Answer") -> str | None:
    """The likeliest other medium, and the margin to it; or that a rule decided against it."""
    if answer.explanation is None or answer.runner_up is None or answer.margin is None:
        return None
    medium, chance = answer.runner_up
    learnt = answer.explanation.margin
    if learnt is not None and learnt < 0:
        decided = "the files" if answer.source == "extensions" else "a rule"
        return f"{medium.value} ({chance:.3f}) was learnt to be likelier, but {decided} decided"
    return f"{medium.value} ({chance:.3f}), margin {answer.margin:.3f}"


def _rows(answer: "Answer") -> Iterator[tuple[str, str]]:
    from models.oneshot.explanation import matched_rules, second_subcategory, stage
    from models.oneshot.safe import safe

    adult = ", adult" if answer.nsfw else ""
    yield "class", f"{answer.medium.value} / {answer.subcategory.value}{adult}"
    rule = f", rule {answer.verdict.rule}" if answer.verdict.rule else ""
    yield "decided by", f"{answer.source}{rule} ({stage(answer)}), {answer.confidence:.2f} sure"
    if answer.verdict.why:
        yield "subcategory", f"by {', '.join(map(safe, answer.verdict.why))}"
    if answer.subcategory is not answer.verdict.subcategory:
        yield "refined", f"from {answer.verdict.subcategory.value}, by a clear number in the name"
    vote = answer.explanation and answer.explanation.opinion("extensions")
    if vote and vote.medium:
        kind, share = next(iter(vote.rules.items()))
        yield "files", f"{vote.medium.value}, by {kind}: {share:.0%} of what is known"
    if rules := matched_rules(answer):
        yield "rules", ", ".join(f"{rule} ({sure:.2f})" for rule, sure in rules.items())
    if told := _runner_up(answer):
        yield "runner-up", told
    if second := second_subcategory(answer):
        yield "second", f"{second[0].value} ({second[1]:.3f}) among {answer.medium.value}"
    if answer.record is not None:
        yield "record", f"{answer.record.confidence:.2f} sure, by {answer.record.method.value}"
    for note in getattr(answer.subject, "notes", ()):
        yield "note", safe(note)
