"""`mimmo tags INFOHASH`: what is said of a torrent, as tags that say what made them."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from models.oneshot.options import make_parser
from models.oneshot.safe import complain, safe

if TYPE_CHECKING:
    from infra.postgres.reads import Results
    from models.tags import Builds
    from schemas import TorrentTags
    from schemas.tag_legacy import Origin

EXAMPLES = """examples:
  mimmo tags 4b900d825a75571e0cb58dbcafef8a1d4662e272
  mimmo tags "magnet:?xt=urn:btih:..." --json | jq '.tags[].name'
  mimmo tags INFOHASH --sidecar tags/               writes tags/INFOHASH.tags.json
  mimmo tags --migrate song.json                    what would be moved, and what cannot be
  mimmo tags --migrate song.json --origin essentia_effnet_20220825_20220825 --in-place
  mimmo tags --migrate song.json --origin happy=essentia_yamnet_20210604_20220825

Tags that are stored are shown; of a result without them they are made now, and nothing is written.
--migrate reads JSON objects, tag -> value. Nomarr's older names are moved where they say what made
them, or where --origin says it: FRAMEWORK_EMBEDDER_EMBEDDER-ID_MODEL-ID of all `essentia:` tags, or
LABEL=... of one. Everything else is kept and told. Only --in-place changes a file.
Exit code: 0 found, 1 nothing found, 2 an error.
"""

FOUND = 0
NONE = 1
ERROR = 2

_ORIGIN_PARTS = 4


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo tags", "what is said of a torrent, as tags", EXAMPLES)
    add = parser.add_argument
    add("infohash", nargs="?", metavar="INFOHASH|MAGNET", help="of a torrent that is stored")
    add("--dsn", metavar="URI", help="Postgres; a reading role is enough (STREAMS_POSTGRES_DSN)")
    add("--json", action="store_true", help="a line a result, as the topic torrents.tags.v1 has it")
    add("--sidecar", type=Path, metavar="DIR", help="write them to a JSON file in this folder")
    moving = parser.add_argument_group("older tags")
    moving.add_argument(
        "--migrate", action="append", default=[], type=Path, metavar="FILE", help="JSON; repeat it"
    )
    moving.add_argument(
        "--origin",
        action="append",
        default=[],
        type=_origin,
        metavar="[LABEL=]ORIGIN",
        help="what made tags that do not say it; repeat it",
    )
    moving.add_argument("--in-place", action="store_true", help="write the moved names back")
    return parser


def run(arguments: list[str]) -> int:
    """Show, write or move tags; returns the exit code."""
    parser = make()
    chosen = parser.parse_args(arguments)
    if bool(chosen.infohash) == bool(chosen.migrate):
        parser.error("name an INFOHASH, or files with --migrate")
    if chosen.migrate:
        if chosen.sidecar or chosen.dsn:
            parser.error("--migrate goes with --origin, --in-place and --json alone")
        return _migrate(chosen)
    if chosen.origin or chosen.in_place:
        parser.error("--origin and --in-place go with --migrate")
    return _show(chosen, parser)


def _show(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from models.content.metainfo.infohashes import hashes
    from streams.terminal.sources.source import SourceFailed

    infohash, _ = hashes(chosen.infohash)
    if infohash is None:
        parser.error("an infohash is 40 or 64 hex digits, 32 of base32, or in a magnet link")
    try:
        known = asyncio.run(_looked_up(infohash, chosen.dsn))
    except SourceFailed as error:
        complain(str(error))
        return ERROR
    if known is None:
        complain(f"{infohash} is not stored, or on the ban list")
        return NONE
    name, told = known
    if not told:
        complain("nothing is said of it yet: no stage has a result")
        return NONE
    if chosen.sidecar:
        return _write(chosen.sidecar, infohash, told)
    if chosen.json:
        from streams.terminal.text import json_line

        lines = (json_line(tags.model_dump(mode="json", exclude_none=True)) for tags in told)
        sys.stdout.writelines(f"{line}\n" for line in lines)
    else:
        _print(name, told)
    return FOUND


async def _looked_up(infohash: str, dsn: str | None) -> "tuple[str, list[TorrentTags]] | None":
    """A torrent's name and tags. Returns None if it is not stored, or may not be shown."""
    from infra.settings import settings
    from models.ban.ban_list import BanRulesInvalid
    from models.tags import Builds
    from streams.pipeline.unbanned import unbanned
    from streams.terminal.sources.database import Database
    from streams.terminal.sources.source import SourceFailed

    try:
        bans = unbanned(settings()).bans
    except BanRulesInvalid as error:
        raise SourceFailed(f"the ban list cannot be read: {error}") from error
    source = await Database.open(settings(), dsn)
    try:
        known = await source.tags(infohash)
    finally:
        await source.close()
    if known is None or bans.check_torrent(known[0].torrent):
        return None
    stored, tags = known
    return stored.torrent.name, _told(stored, tags, Builds.on_this_machine(settings().weights_dir))


def _told(stored: "Results", tags: "list[TorrentTags]", builds: "Builds") -> "list[TorrentTags]":
    """The tags of the current results: those that are stored, else made now."""
    from models.tags import tags_of

    by_result = {told.result_id: told for told in tags}
    return [by_result.get(result.result_id) or tags_of(result, builds) for result in stored.results]


def _write(folder: Path, infohash: str, told: "list[TorrentTags]") -> int:
    from models.tags.sidecar import write_sidecar

    try:
        path = write_sidecar(folder, infohash, told)
    except OSError as error:
        complain(f"{folder} cannot be written: {error.strerror}")
        return ERROR
    sys.stdout.write(f"{path}\n")
    return FOUND


def _print(name: str, told: "list[TorrentTags]") -> None:
    from streams.terminal.text import isolated

    sys.stdout.write(f"{isolated(safe(name))}\n")
    for tags in told:
        sys.stdout.write(f"\n{tags.stage}, revision {tags.revision}, by {tags.method}\n")
        if not tags.tags:
            sys.stdout.write("  nothing is said\n")
        for tag in tags.tags:
            score = "" if tag.score is None else f"{tag.score:.3f}"
            tier = tag.tier or ""
            value = isolated(safe(tag.value or tag.flag or ""))
            line = f"  {safe(tag.name):<62} {score:>5} {tier:<6} {value}"
            sys.stdout.write(f"{line.rstrip()}\n")


def _migrate(chosen: argparse.Namespace) -> int:
    from models.tags.sidecar import BadSidecar

    code = FOUND
    for path in chosen.migrate:
        try:
            _migrate_file(path, dict(chosen.origin), chosen)
        except BadSidecar as error:
            complain(str(error))
            code = ERROR
        except OSError as error:
            complain(f"{path} cannot be written: {error.strerror}; it is as it was")
            code = ERROR
    return code


def _migrate_file(path: Path, origins: "dict[str, Origin]", chosen: argparse.Namespace) -> None:
    from dataclasses import asdict

    from models.tags.sidecar import migrated, read_tags, replace
    from streams.terminal.text import json_line

    entries = migrated(read_tags(path), origins)
    for entry in entries:
        if chosen.json:
            sys.stdout.write(f"{json_line({'file': str(path), **asdict(entry)})}\n")
        elif entry.is_moved:
            sys.stdout.write(f"{safe(entry.before)} -> {safe(entry.name)}\n")
        elif entry.flag:
            sys.stdout.write(f"{safe(entry.before)} kept: {safe(entry.flag)}\n")
    moved = sum(entry.is_moved for entry in entries)
    if chosen.in_place and moved:
        replace(path, {entry.name: entry.value for entry in entries})
    said = "moved" if chosen.in_place else "would be moved (--in-place does it)"
    complain(f"{path}: {moved} of {len(entries)} tags {said}")


def _origin(text: str) -> "tuple[str, Origin]":
    from schemas.tag_legacy import Origin
    from schemas.tag_name import BadTagName, component

    label, is_labelled, rest = text.rpartition("=")
    parts = rest.split("_")
    if len(parts) != _ORIGIN_PARTS or (is_labelled and not label):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not [LABEL=]FRAMEWORK_EMBEDDER_EMBEDDER-ID_MODEL-ID"
        )
    try:
        return label.lower(), Origin(*(component(part) for part in parts))
    except BadTagName as error:
        raise argparse.ArgumentTypeError(str(error)) from error
