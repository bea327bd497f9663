"""`python -m infra.postgres migrate | roles | activate`."""

import argparse
import asyncio
import getpass
import os
import sys
from pathlib import Path

import asyncpg
from rich.console import Console

from infra.postgres.access import Access
from infra.postgres.activate import REFRESH, UnknownRevision
from infra.postgres.activations import Change, change
from infra.postgres.connect import DatabaseUnreachable, connect
from infra.postgres.embeddings import MISSING, enable
from infra.postgres.migrate import MigrationChanged, migrate
from infra.postgres.roles import RolesRefused, grant, make_roles, passwords_of
from infra.settings import settings

_EXAMPLES = """examples:
  python -m infra.postgres migrate               create or update the tables; safe to run twice
  python -m infra.postgres roles --passwords FILE   mimmo_writer, mimmo_reader and mimmo_web; a line
                                                 of FILE is *:*:*:mimmo_writer:PASSWORD
  python -m infra.postgres activate classify 2   make revision 2 of the classifier the current one
  python -m infra.postgres activate extract 1 --method llm
"""


async def _migrate() -> None:
    connection = await connect(settings(), Access.OWNER)
    try:
        applied = await migrate(connection)
        # Together: a store that runs would write to a new table before it may.
        async with connection.transaction():
            missing = await enable(connection)
            await grant(connection)
    finally:
        await connection.close()
    for migration in applied:
        print(f"applied {migration.number:04} {migration.name}")
    print(f"{len(applied)} migrations applied" if applied else "already up to date")
    if missing:
        print(MISSING.format(missing))


async def _roles(passwords: Path | None) -> None:
    told = passwords_of(passwords) if passwords else {}
    connection = await connect(settings(), Access.OWNER)
    try:
        created = await make_roles(connection, told)
        try:
            await grant(connection)
        except asyncpg.InvalidSchemaNameError:
            print("there are no tables yet; `python -m infra.postgres migrate` gives the rights")
    finally:
        await connection.close()
    for role in created:
        print(f"created {role}")
    for role in told:
        print(f"{role} has the password of the file")
    if not created:
        print("the roles are there")


async def _activate(stage: str, revision: int, method: str | None) -> None:
    connection = await connect(settings(), Access.OWNER)
    try:
        with Console(stderr=True).status("rebuilding current results") as status:
            done = 0

            def tell(count: int) -> None:
                nonlocal done
                done = count
                status.update(f"{count:,} torrents")

            await change(connection, Change(stage, revision, _who(), method), tell)
    finally:
        await connection.close()
    print(f"{stage} revision {revision} is active; {done:,} torrents looked at")


def _who() -> str:
    """The account that runs this; its number where it has no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"account {os.getuid()}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.postgres",
        description="Tables, views and roles of Mimmo Streams.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="apply the numbered migrations that are missing")
    making = commands.add_parser(
        "roles",
        help="make the roles of least rights, and give them their rights; safe to run twice",
    )
    making.add_argument(
        "--passwords",
        type=Path,
        metavar="FILE",
        help="their passwords, in the form of .pgpass; without it they keep those that they have",
    )
    activating = commands.add_parser(
        "activate", help="choose the current revision of a stage, forward or back"
    )
    activating.add_argument("stage", choices=sorted(REFRESH))
    activating.add_argument("revision", type=int)
    activating.add_argument("--method", choices=["rules", "tagger", "llm"])
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "migrate":
            asyncio.run(_migrate())
        elif chosen.command == "roles":
            asyncio.run(_roles(chosen.passwords))
        else:
            asyncio.run(_activate(chosen.stage, chosen.revision, chosen.method))
    except (DatabaseUnreachable, MigrationChanged, RolesRefused, UnknownRevision) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
