"""`python -m streams.corrections`: list corrections, take one back, export them for training."""

import argparse
import json
import sys
from pathlib import Path

import asyncpg

from infra.logging import configure
from infra.postgres.corrected import Listed, Wanted
from infra.postgres.labelled import labelled
from infra.settings import Settings, settings
from models.oneshot.safe import safe
from schemas.correction import as_text
from streams.corrections.claims import Refused
from streams.corrections.command import add_reporter, reporter_of, told
from streams.corrections.export import Rows, gather, write
from streams.corrections.reaching import looked, take_back
from streams.operate.process import StartError, finish, parser
from streams.pipeline.bans import load_bans
from streams.pipeline.unbanned import unbanned

_EXAMPLES = """examples:
  python -m streams.corrections list --standing                what counts now, the newest first
  python -m streams.corrections list INFOHASH --json           of one torrent, a JSON object a line
  python -m streams.corrections revoke ID                      take one back
  python -m streams.corrections export --out DATA              labelled rows, as training reads them
  python -m models.training classifier --data DATA --recipe classifier-own --out EXPERIMENT
                                                               learns from DATA/names

exit codes: 0 done; 1 it cannot be done, the last line says why; 2 wrong options
"""

_PAGE = 100


def _arguments() -> argparse.ArgumentParser:
    reading = parser("python -m streams.corrections", "What people said of results.", _EXAMPLES)
    commands = reading.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="print corrections, the newest first")
    listing.add_argument("infohash", nargs="?", metavar="INFOHASH", help="of this torrent alone")
    listing.add_argument("--field", metavar="FIELD", help="of this field alone: medium, year, ...")
    listing.add_argument("--standing", action="store_true", help="without what was taken back")
    listing.add_argument("--adult", action="store_true", help="those of adult works, too")
    listing.add_argument("--limit", type=int, default=100, metavar="N", help="at most (100)")
    listing.add_argument("--json", action="store_true", help="a JSON object a line")
    revoking = commands.add_parser("revoke", help="take a correction back")
    revoking.add_argument("id", metavar="ID", help="32 hex digits, as `list` prints them")
    add_reporter(revoking)
    exporting = commands.add_parser("export", help="write labelled rows for training")
    exporting.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="made if need be"
    )
    return reading


async def _list(current: Settings, chosen: argparse.Namespace) -> None:
    wanted = Wanted(
        infohash=chosen.infohash,
        field=chosen.field,
        standing=chosen.standing,
        adult=chosen.adult,
    )

    screen = unbanned(current)

    async def look(connection: asyncpg.Connection) -> None:
        after, rest = None, chosen.limit
        while rest > 0:
            listing = await screen.listed(connection, wanted, after=after, limit=min(rest, _PAGE))
            sys.stdout.writelines(_line(row, as_json=chosen.json) for row in listing.rows)
            after, rest = listing.after, rest - len(listing.rows)
            if after is None:
                return

    await looked(current, look)


def _line(row: Listed, *, as_json: bool) -> str:
    if as_json:
        moment = row.observed_at.isoformat()
        fields = {name: getattr(row, name) for name in row.__slots__}
        return json.dumps({**fields, "observed_at": moment}) + "\n"
    value = f" {_text(row.said)} -> {_text(row.value)}" if row.verdict == "value" else ""
    state = f", taken back by {row.revoked_by}" if row.revoked_by else ""
    name = row.name or ""
    return (
        safe(
            f"{row.id}  {row.observed_at:%Y-%m-%d %H:%M}  {row.infohash}  {row.field} {row.verdict}"
            f"{value}  by {row.reporter}{state}  {name}"
        )
        + "\n"
    )


def _text(value: object) -> str:
    told_value = tuple(str(part) for part in value) if isinstance(value, list) else value
    if isinstance(told_value, bool | int | str | tuple):
        return as_text(told_value) or ""
    return "nothing"


async def _revoke(current: Settings, chosen: argparse.Namespace) -> None:
    try:
        correction = await take_back(current, chosen.id, reporter_of(chosen))
    except Refused as error:
        raise StartError(safe(str(error))) from error
    sys.stdout.write(told(correction) + "\n")


async def _export(current: Settings, chosen: argparse.Namespace) -> None:
    bans = load_bans(current)

    async def look(connection: asyncpg.Connection) -> Rows:
        return await gather(labelled(connection), bans)

    rows = await looked(current, look)
    names, fields = write(rows, chosen.out)
    sys.stdout.write(
        f"{names}: {len(rows.names)} names with their class\n"
        f"{fields}: {len(rows.fields)} names with their fields\n"
        f"left out: {rows.adult} adult, {rows.banned} banned\n"
    )


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    chosen = _arguments().parse_args(arguments)
    current = settings()
    configure(current)
    work = {"list": _list, "revoke": _revoke, "export": _export}[chosen.command]
    return finish(work(current, chosen))


if __name__ == "__main__":
    sys.exit(main())
