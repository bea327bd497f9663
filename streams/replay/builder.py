"""Makes torrents of what a dump says: every format goes through here.

Only a record without an infohash or a name is refused. Any other value that makes no sense is left
unknown, and counted.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from pydantic import ValidationError

from models.content.metainfo.encodings import in_page, likeliest
from models.content.metainfo.infohashes import hashes
from schemas import MAX_TEXT, Flag, Hints, Provenance, Swarm, Torrent, clean_text
from streams.replay.fields import Fields
from streams.replay.rows import Passed, Rejected, Row, Unfit, shown
from streams.replay.values import MAX_COUNT, imdb_of, moment, seconds_of, whole

OLDER = "before --since"
"""What records are counted under that are older than the user asked for."""

_MAX_SIZE = 2**63

# What pydantic says about a field, in words that statistics can group by.
_REASONS = {
    "infohash": "bad_infohash",
    "name": "empty_name",
    "size": "bad_size",
    "files": "bad_files",
}


@dataclass(slots=True)
class Builder:
    """Makes torrents of fields, with what all records of a dump share.

    `ignored` counts optional values that made no sense and were left out (unknown) while the record
    was kept.
    """

    provenance: Provenance
    observed_at: datetime
    """For records that have no date of their own."""
    fixed: bool = False
    """The user named the date: it wins over the records' own."""
    since: datetime | None = None
    """Records that are older by their own dates are passed over."""
    ignored: Counter[str] = field(default_factory=Counter)

    def record(self, line: int, fields: Fields) -> Row:
        """A torrent, or the reason why these fields make none."""
        try:
            return self._row(fields)
        except Unfit as error:
            return Rejected(line, error.reason, error.detail)
        except ValidationError as error:
            return _rejected(line, error)

    def _row(self, fields: Fields) -> Row:
        infohash, infohash_v2 = hashes(fields.infohash)
        if fields.infohash_v2 is not None:
            infohash_v2 = hashes(fields.infohash_v2)[1] or infohash_v2
            infohash = infohash or (infohash_v2 and infohash_v2[:40])
        if infohash is None:
            raise Unfit("bad_infohash", fields.infohash)
        created_at = self._moment(fields.created_at, "created_at")
        observed_at = self._moment(fields.observed_at, "observed_at")
        if self.since is not None and self._is_older(created_at, observed_at):
            return Passed(OLDER)
        if observed_at is None or self.fixed:
            observed_at = self.observed_at
        files = self._files(fields.files)
        flags = fields.flags
        if not isinstance(fields.name, str) or files:
            flags += _decode(fields, files)
        return Torrent.repaired(
            infohash=infohash,
            name=fields.name,  # type: ignore[arg-type]  # `_decode` made it text
            size=self._number(fields.size, "size", _MAX_SIZE - 1),
            files=files,  # type: ignore[arg-type]
            num_files=self._number(fields.num_files, "num_files", MAX_COUNT),
            created_at=created_at,
            observed_at=observed_at,
            swarm=self._swarm(fields, observed_at),
            hints=self._hints(fields),
            meta_version=fields.meta_version,
            infohash_v2=infohash_v2,
            flags=flags,
            provenance=self.provenance,
        )

    def _is_older(self, *moments: datetime | None) -> bool:
        """Whether the newest date of a record is before `since`; without a date it is not."""
        known = [own for own in moments if own is not None]
        return bool(known) and self.since is not None and max(known) < self.since

    def _moment(self, value: object, what: str) -> datetime | None:
        if value is None or value == "":
            return None
        when = moment(value)
        if when is None and seconds_of(value) != 0:  # 0 is how several formats say "unknown"
            self.ignored[f"{what} out of range"] += 1
        return when

    def _number(self, value: object, what: str, most: int) -> int | None:
        if value is None or value == "":
            return None
        number = whole(value)
        if number is not None and 0 <= number <= most:
            return number
        self.ignored[f"{what} out of range"] += 1
        return None

    def _files(
        self, files: Iterable[tuple[object, object]] | None
    ) -> list[tuple[object, int | None]] | None:
        """The files; None if they are unknown, or one of them is no file."""
        if files is None:
            return None
        listed: list[tuple[object, int | None]] = []
        for path, size in files:
            if not isinstance(path, str | bytes):
                self.ignored["files out of range"] += 1
                return None
            listed.append((path, self._number(size, "file size", _MAX_SIZE - 1)))
        if sum(size or 0 for _, size in listed) >= _MAX_SIZE:
            self.ignored["files out of range"] += 1
            return None
        return listed

    def _swarm(self, fields: Fields, observed_at: datetime) -> Swarm | None:
        seeders = self._number(fields.seeders, "seeders", MAX_COUNT)
        leechers = self._number(fields.leechers, "leechers", MAX_COUNT)
        completed = self._number(fields.completed, "completed", MAX_COUNT)
        if seeders is None and leechers is None and completed is None:
            return None
        return _swarm(seeders, leechers, completed, observed_at)

    def _hints(self, fields: Fields) -> Hints | None:
        """What the source says of the content, None if it says nothing."""
        if (
            fields.category is None
            and fields.imdb is None
            and fields.tmdb is None
            and fields.tvdb is None
        ):
            return None
        category = None
        if isinstance(fields.category, str | int) and not isinstance(fields.category, bool):
            category = clean_text(str(fields.category)[: 2 * MAX_TEXT])[:MAX_TEXT] or None
        imdb = imdb_of(fields.imdb)
        if imdb is None and fields.imdb not in (None, "", 0, "0"):
            self.ignored["imdb out of range"] += 1
        tmdb = self._number(fields.tmdb, "tmdb", MAX_COUNT)
        tvdb = self._number(fields.tvdb, "tvdb", MAX_COUNT)
        return _hints(category, imdb, tmdb or None, tvdb or None)


@lru_cache(maxsize=4096)
def _swarm(
    seeders: int | None, leechers: int | None, completed: int | None, seen_at: datetime
) -> Swarm:
    return Swarm(seeders=seeders, leechers=leechers, completed=completed, seen_at=seen_at)


@lru_cache(maxsize=4096)
def _hints(
    category: str | None, imdb: str | None, tmdb: int | None, tvdb: int | None
) -> Hints | None:
    if category is None and imdb is None and tmdb is None and tvdb is None:
        return None
    return Hints(category=category, imdb=imdb, tmdb=tmdb, tvdb=tvdb)


def _decode(fields: Fields, files: list[tuple[object, int | None]] | None) -> tuple[Flag, ...]:
    """Make text of a name and of paths that are bytes, in place; says what was not UTF-8.

    Raises:
        Unfit: there is no name.
    """
    name = fields.name
    if not isinstance(name, str | bytes):
        raise Unfit("empty_name", "no name")
    paths = [path for path, _ in files or () if isinstance(path, bytes)]
    if isinstance(name, str) and not paths:
        return ()
    odd = [data for data in (name, *paths) if isinstance(data, bytes) and not _is_utf8(data)]
    codec = likeliest(odd) if odd else None
    flags: tuple[Flag, ...] = ()
    if isinstance(name, bytes):
        flags += () if _is_utf8(name) else (_flag(codec, Flag.NAME_DECODED, Flag.NAME_CLEANED),)
        fields.name = _text(name, codec)
    if files and paths:
        if not all(map(_is_utf8, paths)):
            flags += (_flag(codec, Flag.PATHS_DECODED, Flag.PATHS_CLEANED),)
        files[:] = [(_text(path, codec), size) for path, size in files]
    return flags


def _flag(codec: str | None, decoded: Flag, cleaned: Flag) -> Flag:
    """Without a code page that fits, the broken places were replaced."""
    return cleaned if codec is None else decoded


def _text(value: object, codec: str | None) -> object:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return in_page(value, codec)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _rejected(line: int, error: ValidationError) -> Rejected:
    """The first thing that pydantic has against a torrent."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = str(first["loc"][0]) if first["loc"] else "record"
    # A file's own size arrives as `size` too: the model that failed tells them apart.
    if error.title == "TorrentFile":
        where = "files"
    reason = _REASONS.get(where, f"bad_{where}")
    return Rejected(line, reason, f"{first['msg']}: {shown(first['input'])}")
