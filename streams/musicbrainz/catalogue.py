"""Dumps into the match index: staged, built, and swapped in under running workers."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import orjson
from rich.progress import Progress

from models.match.build import Catalogue, alone, build
from models.match.dump import Dump
from models.match.errors import DumpUnreadable
from models.match.redirects import Redirect, read_redirects
from models.match.staging import Staging
from models.match.version import FORMAT, META, VERSIONS, Meta, read_current, read_meta
from schemas.whole_file import replace

STAGED = "staging"
_BUILT = "built.json"
_REDIRECTS = "redirects.json"


@dataclass(frozen=True)
class Sources:
    """What to import. Artists and release groups come together, as credits name the artists."""

    artists: Dump
    groups: Dump
    releases: Dump | None = None
    redirects: Path | None = None
    is_update: bool = False
    """The dumps hold only what changed (MusicBrainz's incremental JSON dumps)."""
    day: date | None = None
    """The dumps' date, if they do not say."""

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """Those that are given."""
        return (self.artists, self.groups, *((self.releases,) if self.releases else ()))


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    meta: Meta
    is_new: bool
    dumps: tuple[Dump, ...]


def import_index(folder: Path, sources: Sources, progress: Progress | None = None) -> Imported:
    """Build the index from dumps and make it current; the same dumps again change nothing.

    Releases and redirects of an earlier import stay until others are given. An import that was
    stopped goes on where it was when it is called again.

    Raises:
        models.match.errors.MatchError: a dump or the folder cannot be used; the message says why.
    """
    with alone(folder):
        staging = Staging(folder / STAGED)
        for dump in sources.dumps:
            _stage(staging, dump, sources, progress)
        redirects = _staged_redirects(folder / STAGED / _REDIRECTS, sources.redirects)
        day = sources.day or sources.groups.date or sources.artists.dated()
        state: dict[str, object] = {
            "format": FORMAT,
            "day": day.isoformat(),
            "staged": staging.state(),
            "redirects": _stamp(folder / STAGED / _REDIRECTS, redirects),
        }
        meta = _current(folder, state)
        if meta is not None:
            return Imported(meta, False, sources.dumps)
        catalogue = Catalogue(
            day, redirects, staging.artists(), staging.release_groups(), staging.releases()
        )
        meta, is_new = _build(folder, catalogue, progress)
        built = {**state, "version": meta.version}
        replace(folder / STAGED / _BUILT, orjson.dumps(built))
        return Imported(meta, is_new, sources.dumps)


def _stage(staging: Staging, dump: Dump, sources: Sources, progress: Progress | None) -> None:
    if progress is None:
        staging.stage(dump, is_update=sources.is_update)
        return
    task = progress.add_task(f"reading {dump.kind}s", total=dump.size)

    def told() -> None:
        progress.update(task, completed=dump.position)

    staging.stage(dump, is_update=sources.is_update, told=told)
    progress.update(task, completed=dump.size)


def _build(folder: Path, catalogue: Catalogue, progress: Progress | None) -> tuple[Meta, bool]:
    if progress is None:
        return build(folder, catalogue)
    task = progress.add_task("building the index", total=None)
    built = build(folder, catalogue)
    progress.update(task, total=1, completed=1)
    return built


def _staged_redirects(staged: Path, given: Path | None) -> list[Redirect]:
    """The redirects that are given, which are staged; else those that were staged before."""
    if given is not None:
        pairs = [asdict(redirect) for redirect in read_redirects(given)]
        replace(staged, orjson.dumps(pairs))
    if not staged.is_file():
        return []
    try:
        return [Redirect(**pair) for pair in orjson.loads(staged.read_bytes())]
    except (ValueError, TypeError) as error:
        raise DumpUnreadable(
            f"{staged}: {error}; give --redirects again, or delete the file to go on without them"
        ) from error


def _stamp(path: Path, redirects: list[Redirect]) -> str | None:
    """Tells staged redirects from others."""
    return f"{len(redirects)} {path.stat().st_mtime_ns}" if redirects else None


def _current(folder: Path, state: dict[str, object]) -> Meta | None:
    """The current version. Returns None if it was not built of this state."""
    try:
        built = orjson.loads((folder / STAGED / _BUILT).read_bytes())
        version = built.pop("version")
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    is_there = read_current(folder) == version and (folder / VERSIONS / version / META).is_file()
    return read_meta(folder, version) if built == state and is_there else None
