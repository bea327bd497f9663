"""`python -m models evaluate match CASES…`: precision and recall of linking on labelled cases.

Precision is the share of asserted MBIDs that are right; recall the share of the MBIDs that are in
the index that were asserted and right. `models.evaluation.linking` describes the cases.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console

from models import registry
from models.evaluation import cases, linking, metrics, plot
from models.evaluation.linking import Linked
from models.evaluation.metrics import Share
from models.evaluation.table import Table, print_tables
from models.match.cli import as_dict
from models.match.errors import MatchError
from models.match.matcher import Matcher
from schemas import LinkStatus

_EPILOG = """examples:
  python -m models evaluate match ../shared/data/linking/albums_dev.jsonl.gz --index DIR
  python -m models evaluate match cddb.jsonl --index DIR --without-tracks       # what the tracks are worth
  python -m models evaluate match cases.jsonl --index DIR --plot curves.png --errors 40 --predictions out.jsonl
"""
THRESHOLDS = (0.0, 0.8, 0.9, 0.95, 0.98, 0.99)


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    made = argparse.ArgumentParser(
        prog="python -m models evaluate match",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "cases", type=Path, nargs="+", metavar="CASES", help="JSON lines, plain or .gz"
    )
    made.add_argument(
        "--index", type=Path, default=Path(".mimmo/musicbrainz"), metavar="DIR", help="match index"
    )
    made.add_argument(
        "--predictions", type=Path, metavar="OUT", help="write each answer as a JSON line, in order"
    )
    made.add_argument(
        "--plot",
        type=Path,
        metavar="PNG",
        help="write precision and recall by threshold (extra `plots`)",
    )
    made.add_argument("--without-tracks", action="store_true", help="hide the track lists")
    made.add_argument("--errors", type=int, default=0, metavar="N", help="list N wrong answers")
    return made


def run(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and print. Returns 0, or 1 with a message on stderr."""
    options = parser().parse_args(arguments)
    console = Console()
    try:
        matcher = Matcher.open(options.index)
        everything: list[Linked] = []
        for path in options.cases:
            found = list(
                linking.evaluate(linking.read(path), matcher, without_tracks=options.without_tracks)
            )
            if not found:
                sys.stderr.write(f"{path} holds no cases\n")
                return 1
            console.rule(path.name + (", without tracks" if options.without_tracks else ""))
            print_tables(tables(found), console)
            everything += found
        if options.errors:
            print_tables([errors(everything, options.errors)], console)
        if options.predictions:
            with options.predictions.open("w", encoding="utf-8") as out:
                out.writelines(
                    json.dumps(as_dict(each.match), ensure_ascii=False) + "\n"
                    for each in everything
                )
        if options.plot:
            _plot(everything, options.plot)
    except (cases.BadCases, OSError, ImportError, registry.WeightsError, MatchError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def artist_figures(found: Iterable[Linked], above: float = 0.0) -> tuple[Share, Share]:
    """Precision and recall of artists asserted with a score of at least `above`."""
    labelled = [each for each in found if each.case.is_artist_labelled]
    asserted = [
        each for each in labelled if each.artist_id is not None and each.match.score >= above
    ]
    right = sum(each.is_artist_right for each in asserted)
    return Share(right, len(asserted)), Share(
        right, sum(bool(each.truth.artists) for each in labelled)
    )


def group_figures(found: Iterable[Linked], above: float = 0.0) -> tuple[Share, Share]:
    """Likewise of release groups."""
    labelled = [each for each in found if each.case.is_group_labelled]
    asserted = [
        each for each in labelled if each.group_id is not None and each.match.score >= above
    ]
    right = sum(each.is_group_right for each in asserted)
    return Share(right, len(asserted)), Share(
        right, sum(each.truth.group is not None for each in labelled)
    )


def tables(found: Sequence[Linked]) -> list[Table]:
    """Everything that is told of the answers to one file."""
    header = ("", "cases", "artist P", "artist R", "group P", "group R")
    slices: dict[str, list[Linked]] = defaultdict(list)
    for each in found:
        for name in (
            "all",
            f"spelling: {each.spelling}",
            f"script: {each.script}",
            "tracks: " + ("yes" if each.case.query.tracks else "no"),
            f"kind: {each.case.kind}",
        ):
            slices[name].append(each)
    statuses = [
        (status.value, [each for each in found if each.match.status is status])
        for status in LinkStatus
    ]
    groups = [each for each in found if each.truth.group is not None]
    made = [
        Table(
            "By slice",
            header,
            [
                _row(name, part)
                for name, part in slices.items()
                if name == "all" or len(part) < len(found)
            ],
        ),
        Table("By status", header, [_row(name, part) for name, part in statuses if part]),
        Table(
            "By threshold of the score",
            header,
            [_row(f"≥ {each}", found, each) for each in THRESHOLDS],
        ),
    ]
    whole = [
        (
            "release groups among the first 50 candidates",
            str(Share(sum(each.recalled for each in groups), len(groups))),
        )
    ]
    for name, answers in (
        ("artists", answers_of(found)[0]),
        ("release groups", answers_of(found)[1]),
    ):
        if answers:
            whole.append(
                (f"calibration error, {name}", f"{metrics.calibration_error(answers):.3f}")
            )
    homonyms = [each for each in found if each.case.is_homonym]
    if homonyms:
        asserted = sum(each.artist_id is not None for each in homonyms)
        return [
            Table(
                "Homonyms",
                ("", ""),
                [("names of several artists", str(len(homonyms))), ("asserted", str(asserted))],
            )
        ]
    return [*made, Table("As a whole", ("", ""), whole)]


def answers_of(
    found: Iterable[Linked],
) -> tuple[list[tuple[float, bool]], list[tuple[float, bool]]]:
    """(score, right) of what is asserted: artists alone, release groups."""
    artists = [
        (each.match.score, each.is_artist_right)
        for each in found
        if each.artist_id is not None and each.group_id is None
    ]
    groups = [
        (each.match.score, each.is_group_right)
        for each in found
        if each.group_id is not None and each.case.is_group_labelled
    ]
    return artists, groups


def errors(found: Iterable[Linked], most: int) -> Table:
    """Wrong answers, then missed ones."""
    wrong = [
        each
        for each in found
        if (each.group_id is not None and each.case.is_group_labelled and not each.is_group_right)
        or (
            each.artist_id is not None and each.case.is_artist_labelled and not each.is_artist_right
        )
    ]
    missed = [each for each in found if each.group_id is None and each.truth.group is not None]
    header = ("what", "kind", "artist", "title", "year", "answered", "score", "why")
    return Table(
        "Errors",
        header,
        [
            _error(*each)
            for each in [*(("wrong", w) for w in wrong), *(("missed", m) for m in missed)][:most]
        ],
    )


def _error(what: str, each: Linked) -> tuple[str, ...]:
    query, match = each.case.query, each.match
    answered = " / ".join(filter(None, (match.artist, match.title)))
    texts = (
        query.artist or "",
        query.title or "",
        str(query.year or ""),
        answered or match.status.value,
    )
    return (
        what,
        each.case.kind,
        *(text.replace("[", "\\[") for text in texts),
        f"{match.score:.3f}",
        ", ".join(match.why),
    )


def _row(name: str, part: Sequence[Linked], above: float = 0.0) -> tuple[str, ...]:
    return (
        name,
        str(len(part)),
        *map(_short, (*artist_figures(part, above), *group_figures(part, above))),
    )


def _short(share: Share) -> str:
    return f"{100 * share.value:.1f} % ({share.right}/{share.total})" if share.total else "-"


def _plot(found: Sequence[Linked], path: Path) -> None:
    steps = [step / 200 for step in range(201)]
    curves: list[tuple[str, Callable[[Iterable[Linked], float], tuple[Share, Share]]]] = [
        ("artist", artist_figures),
        ("release group", group_figures),
    ]
    plot.precision_recall(
        {
            name: [tuple(share.value for share in figures(found, step)) for step in steps]
            for name, figures in curves
        },
        steps,
        path,
        "linking",
    )
