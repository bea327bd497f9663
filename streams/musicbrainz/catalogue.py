"""Dumps into the match index: staged, built, and swapped in under running workers."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import orjson
from rich.progress import Progress

from models.match.build import Catalogue, alone, build
from models.match.dump import Dump
from models.match.version import FORMAT, META, VERSIONS, Meta, read_current, read_meta
from models.match.redirects import Redirect, read_redirects
from models.match.staging import Staging

STAGED = "staging"
_BUILT = "built.json"
_REDIRECTS = "redirects.json"


@dataclass(frozen=True)
class Sources:
    """What to import. Artists and release groups always come together, as credits name the artists."""

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

    Releases and redirects of an earlier import stay until others are given.

    Raises:
        models.match.errors.MatchError: a dump or the folder cannot be used; the message says why.
    """
    with alone(folder):
        staging = Staging(folder / STAGED)
        for dump in sources.dumps:
            _stage(staging, dump, sources, progress)
        redirects = folder / STAGED / _REDIRECTS
        if sources.redirects is not None:
            pairs = [asdict(each) for each in read_redirects(sources.redirects)]
            redirects.write_bytes(orjson.dumps(pairs))
        kept = (
            [Redirect(**each) for each in orjson.loads(redirects.read_bytes())]
            if redirects.is_file()
            else []
        )
        day = sources.day or sources.groups.date or sources.artists.dated()
        state = {
            "format": FORMAT,
            "day": day.isoformat(),
            "staged": staging.state(),
            "redirects": _stamp(redirects, kept),
        }
        if (meta := _current(folder, state)) is not None:
            return Imported(meta, False, sources.dumps)
        task = progress.add_task("building the index", total=None) if progress else None
        meta, is_new = build(
            folder,
            Catalogue(day, kept, staging.artists(), staging.release_groups(), staging.releases()),
        )
        (folder / STAGED / _BUILT).write_bytes(orjson.dumps({**state, "version": meta.version}))
        if progress and task is not None:
            progress.update(task, total=1, completed=1)
        return Imported(meta, is_new, sources.dumps)


def _stage(staging: Staging, dump: Dump, sources: Sources, progress: Progress | None) -> None:
    task = progress.add_task(f"reading {dump.kind}s", total=dump.size) if progress else None

    def told() -> None:
        if progress and task is not None:
            progress.update(task, completed=dump.position)

    staging.stage(dump, is_update=sources.is_update, told=told)
    if progress and task is not None:
        progress.update(task, completed=dump.size)


def _stamp(path: Path, kept: list[Redirect]) -> str | None:
    return f"{len(kept)} {path.stat().st_mtime_ns}" if kept else None


def _current(folder: Path, state: dict[str, object]) -> Meta | None:
    """The current version, if it was built of this state."""
    try:
        built = orjson.loads((folder / STAGED / _BUILT).read_bytes())
    except (OSError, ValueError):
        return None
    version = built.pop("version", None)
    if (
        built != state
        or read_current(folder) != version
        or not (folder / VERSIONS / version / META).is_file()
    ):
        return None
    return read_meta(folder, version)
