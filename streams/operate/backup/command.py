"""`python -m streams.operate backup FOLDER` and `restore FOLDER`."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from infra.logging import configure
from infra.ranges import said_size
from infra.settings import settings
from streams.operate.backup.folder import Manifest
from streams.operate.backup.restoring import restore
from streams.operate.backup.taking import backup
from streams.operate.care import errors, plainly, steps
from streams.operate.process import finish, parser

_BACKUP = """examples:
  python -m streams.operate backup /srv/backups/mimmo      everything may run meanwhile
  python -m streams.operate backup /srv/backups/mimmo      again: only parts that changed
  python -m streams.operate backup FOLDER --no-offsets     without Kafka: rows only

Killed, it goes on where it was. The backup that the folder held before holds until the new one is
whole. The folder has all that Postgres has: keep it as you keep the database.

exit codes: 0 done; 1 it could not be, the last line says why; 2 wrong options
"""

_RESTORE = """examples:
  python -m infra.postgres migrate && python -m streams.topics create
  python -m streams.operate restore /srv/backups/mimmo     into empty tables; stop the store
  python -m streams.operate restore FOLDER --force         empty tables that have rows
  python -m streams.operate restore FOLDER --no-offsets    leave Kafka alone

Killed, it goes on where it was. Then start the store: it reads what came after the backup.

exit codes: 0 done; 1 it could not be, the last line says why; 2 wrong options
"""


async def _backup(chosen: Namespace) -> None:
    with plainly(), steps("backup") as tell:
        taken = await backup(
            settings(), chosen.folder, with_offsets=not chosen.no_offsets, on_progress=tell
        )
    errors.print(_said(taken.manifest))
    errors.print(f"{taken.copied} parts written, {taken.kept} had not changed")
    _warn(taken.warnings)


async def _restore(chosen: Namespace) -> None:
    with plainly(), steps("restore") as tell:
        restored = await restore(
            settings(),
            chosen.folder,
            force=chosen.force,
            with_offsets=not chosen.no_offsets,
            on_progress=tell,
        )
    errors.print(_said(restored.manifest))
    _warn(restored.warnings)
    if not chosen.no_offsets:
        errors.print("the store group's place in Kafka is set; start the store")


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        errors.print(f"note: {warning}", markup=False)


def _said(manifest: Manifest) -> str:
    rows = sum(table["rows"] for table in manifest.tables.values())
    stored = sum(part.bytes for part in manifest.parts)
    return (
        f"{rows:,} rows of {len(manifest.tables)} tables in {said_size(stored)},"
        f" as they were at {manifest.taken_at[:19]}Z"
    )


def _reading(prog: str, description: str, examples: str) -> ArgumentParser:
    reading = parser(f"python -m streams.operate {prog}", description, examples)
    reading.add_argument("folder", type=Path, metavar="FOLDER", help="of the backup")
    reading.add_argument("--no-offsets", action="store_true", help="without Kafka")
    return reading


def main_backup(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = _reading("backup", "Copy all tables, and the store's place in Kafka.", _BACKUP)
    chosen = reading.parse_args(arguments)
    configure(settings())
    return finish(_backup(chosen))


def main_restore(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    reading = _reading("restore", "Write the rows of a backup into empty tables.", _RESTORE)
    reading.add_argument("--force", action="store_true", help="empty tables that have rows")
    chosen = reading.parse_args(arguments)
    configure(settings())
    return finish(_restore(chosen))


if __name__ == "__main__":
    sys.exit(main_backup())
