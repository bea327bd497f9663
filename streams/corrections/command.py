"""`mimmo correct INFOHASH`: say that a field of a result is wrong, and what is right."""

import argparse
import asyncio
import getpass
import sys
from typing import TYPE_CHECKING

from models.oneshot.options import make_parser
from models.oneshot.safe import complain, safe

if TYPE_CHECKING:
    from schemas import Correction

EXAMPLES = """examples:
  mimmo correct INFOHASH --wrong medium --value audio/album
  mimmo correct INFOHASH --wrong year --value 2006
  mimmo correct INFOHASH --wrong adult                      what is right is not said
  mimmo correct INFOHASH --wrong link --value release-group/MBID
  mimmo correct INFOHASH --right title                      as the models say it
  python -m streams.corrections list INFOHASH               what was said, with ids
  python -m streams.corrections revoke ID                   take one back

FIELD is medium, adult, link, title, creator, year, or a field of the metadata or of the technical
data, by its own name (album_name, season_number, resolution). Several values of a field have
semicolons between them.
Exit code: 0 Kafka has it, 1 it does not fit, 2 Kafka or Postgres is away, or wrong options.
"""

SAID = 0
REFUSED = 1
AWAY = 2


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    what_for = "say that a field of a result is wrong or right"
    parser = make_parser("mimmo correct", what_for, EXAMPLES)
    add = parser.add_argument
    add("infohash", metavar="INFOHASH", help="40 hex digits")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--wrong", metavar="FIELD", help="the field that is wrong")
    what.add_argument("--right", metavar="FIELD", help="the field that is as the models say it")
    add("--value", metavar="VALUE", help="what is right, with --wrong")
    add_reporter(parser)
    add("--json", action="store_true", help="print the correction as JSON")
    return parser


def add_reporter(parser: argparse.ArgumentParser) -> None:
    """Takes who says it."""
    parser.add_argument(
        "--as",
        dest="reporter",
        metavar="NAME",
        help="who says so (default: your user name)",
    )


def run(arguments: list[str]) -> int:
    """Publish a correction and print it; returns the exit code."""
    parser = make()
    chosen = parser.parse_args(arguments)
    if chosen.value is not None and chosen.right:
        parser.error("--value goes with --wrong")
    from infra.postgres.connect import DatabaseUnreachable
    from infra.settings import settings
    from schemas import Judgement
    from streams.corrections.claims import Claim, Refused
    from streams.corrections.reaching import say
    from streams.kafka.client import KafkaUnreachable

    verdict = Judgement.RIGHT if chosen.right else Judgement.VALUE
    if chosen.wrong and chosen.value is None:
        verdict = Judgement.WRONG
    claim = Claim(
        infohash=chosen.infohash,
        field=chosen.right or chosen.wrong,
        verdict=verdict,
        reporter=reporter_of(chosen),
        value=chosen.value,
    )
    try:
        correction = asyncio.run(say(settings(), claim))
    except Refused as error:
        complain(str(error))
        return REFUSED
    except (DatabaseUnreachable, KafkaUnreachable) as error:
        complain(str(error))
        return AWAY
    except KeyboardInterrupt:
        return 130
    line = correction.to_json().decode() if chosen.json else told(correction)
    sys.stdout.write(f"{line}\n")
    return SAID


def reporter_of(chosen: argparse.Namespace) -> str:
    """Who says it: as the option has it, else the user of the system."""
    if chosen.reporter:
        return str(chosen.reporter)
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return "unknown"


def told(correction: "Correction") -> str:
    """What was said, in one line for a terminal."""
    from schemas import Judgement
    from schemas.correction import as_text

    if correction.verdict is Judgement.WITHDRAWN:
        return safe(f"taken back: {correction.revokes}, of {correction.field}")
    said = as_text(correction.said)
    was = "nothing" if said is None else repr(said)
    outcome = {
        Judgement.VALUE: f"{was} is wrong, {as_text(correction.value)!r} is right",
        Judgement.WRONG: f"{was} is wrong",
    }.get(correction.verdict, f"{was} is right")
    return safe(f"{correction.field}: {outcome}  (kept as {correction.event_id})")
