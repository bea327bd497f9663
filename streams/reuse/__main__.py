"""`python -m streams.reuse`: tell results to other installations, and believe some of theirs."""

import argparse
import re
import sys
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.logging import configure, get_logger
from infra.postgres.access import Access
from infra.postgres.connect import DatabaseUnreachable, connect
from infra.postgres.reused import count_of
from infra.settings import Settings, settings
from schemas.bundle import LICENCE
from streams.operate.process import StartError, finish, parser
from streams.pipeline.bans import load_bans
from streams.reuse import following
from streams.reuse.files import lines, read, stored, written
from streams.reuse.following import Until, require_signatures
from streams.reuse.keyring import TrustList, folder_of, make_key, own_node, signer
from streams.reuse.making import bundles
from streams.reuse.table import ToldNow
from streams.reuse.taking import TAKEN, Taking

log = get_logger(__name__)

_EXAMPLES = """examples:
  python -m streams.reuse keys --make                       a key for this installation
  python -m streams.reuse trust PUBLICKEY library-in-ghent  believe a node, by this name
  python -m streams.reuse export told.jsonl.gz --cc0        what is stored, as signed bundles
  python -m streams.reuse import told.jsonl.gz              take the bundles of a trusted node
  python -m streams.reuse share --cc0                       tell new results as they come
  STREAMS_REUSE_PEERS=kafka.example.org:9092 python -m streams.reuse take
  python -m streams.reuse take --from-start                 read again all that is on the topic
  STREAMS_REUSE=true python -m streams.run                  reuse what was told

Everything is off by default. Whatever is told is given to everybody under CC0-1.0, with the
infohashes of all torrents that this installation has: `share` and `export` want --cc0 for that.
exit codes: 0 done; 1 it cannot be done, or bundles were refused; 2 wrong options
"""


_REDO = (
    "to have them made anew: `python -m streams.reprocess classify`, then `extract`;"
    " an own answer takes the place of a told one"
)


def _public_key(text: str) -> str:
    if re.fullmatch(r"[0-9a-f]{64}", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no public key (64 hex digits)")
    return text


def _arguments() -> argparse.ArgumentParser:
    reading = parser(
        "python -m streams.reuse", "Results for other installations, and of them.", _EXAMPLES
    )
    commands = reading.add_subparsers(dest="command", required=True, metavar="COMMAND")
    keys = commands.add_parser("keys", help="print our public key, and whom we trust")
    keys.add_argument("--make", action="store_true", help="make a key where there is none")
    trust = commands.add_parser("trust", help="believe what a node tells")
    trust.add_argument("node", metavar="PUBLICKEY", help="64 hex digits, as its `keys` prints it")
    trust.add_argument("name", metavar="NAME", nargs="?", default="", help="what you call it")
    distrust = commands.add_parser("distrust", help="believe a node no more, and forget it all")
    distrust.add_argument("node", type=_public_key, metavar="PUBLICKEY")
    exporting = commands.add_parser("export", help="write what is stored as signed bundles")
    exporting.add_argument("file", type=Path, metavar="FILE", help=".jsonl or .jsonl.gz")
    importing = commands.add_parser("import", help="take bundles from a file")
    importing.add_argument("file", type=Path, metavar="FILE")
    sharing = commands.add_parser("share", help="tell every new result on mimmo.reuse.v1")
    for told in (exporting, sharing):
        told.add_argument("--cc0", action="store_true", help=f"agree to {LICENCE}")
    taking = commands.add_parser("take", help="take what peers tell on their mimmo.reuse.v1")
    taking.add_argument(
        "--from-start",
        action="store_true",
        help="read again all that is on the topics: after an update of a model, or of the trust",
    )
    for process in (sharing, taking):
        process.add_argument(
            "--idle-exit", type=float, metavar="SECONDS", help="stop when idle for so long"
        )
    commands.add_parser("status", help="print how many answers there are, by node and stage")
    return reading


async def _export(current: Settings, path: Path) -> None:
    node, bans = signer(current), load_bans(current)
    connection = await connect(current, Access.READER)
    count = pieces = 0
    try:
        torrents = await connection.fetchval("SELECT count(*) FROM torrents")
        with written(path) as file, _progress() as bar:
            task = bar.add_task("torrents", total=torrents)
            async for results in stored(connection, bans):
                for line in lines(bundles(results, node)):
                    file.write(line)
                    pieces += 1
                count += len(results)
                bar.advance(task, 1_000)
            bar.update(task, completed=torrents)
    finally:
        await connection.close()
    print(f"{count} results in {pieces} bundles of {node.node}, {LICENCE}: {path}")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))


async def _import(current: Settings, path: Path) -> None:
    require_signatures()
    table = ToldNow(folder_of(current), current.reuse_entries)
    try:
        taking = Taking(current, table, load_bans(current))
        for line in read(path):
            if (taken := taking.read(line)) is not None:
                taking.keep(taken)
    finally:
        table.close()
    _print_counts(taking)
    if taking.bundles.keys() - {TAKEN, "own"}:
        raise StartError(f"{path}: some bundles were refused; the log says why")


def _print_counts(taking: Taking) -> None:
    if not taking.bundles:
        print("no bundles were there")
    for what, counts in (("bundles", taking.bundles), ("results", taking.results)):
        for outcome, count in sorted(counts.items()):
            print(f"{what} {outcome}: {count}")


async def _keys(current: Settings, *, make: bool) -> None:
    node = make_key(current).node if make else own_node(current)
    print(f"this node: {node or 'has no key; make one with --make'}")
    if make:
        print(f"what it tells is given to everybody under {LICENCE}")
    for trusted, name in TrustList(current).nodes.items():
        print(f"trusted:   {trusted} {name}".rstrip())


async def _distrust(current: Settings, node: str) -> None:
    was_there = TrustList(current).remove(node)
    table = ToldNow(folder_of(current), current.reuse_entries)
    try:
        count = table.forget(node)
    finally:
        table.close()
    print(await _told_by(current, node))
    if not was_there:
        raise StartError(f"{node} was not trusted; {count} answers of it are forgotten")
    print(f"not trusted any more: {node}; {count} answers of it are forgotten")


async def _told_by(current: Settings, node: str) -> str:
    """What of a node is stored, and how it is done anew; Postgres may be another machine's."""
    try:
        connection = await connect(current, Access.READER)
        try:
            count: int | str = await count_of(connection, node)
        finally:
            await connection.close()
    except (DatabaseUnreachable, asyncpg.PostgresError) as error:
        log.warning("Postgres cannot be asked what is stored of the node", error=str(error))
        count = "an unknown number of"
    return f"stored are {count} results that it told; {_REDO}"


async def _status(current: Settings) -> None:
    names = TrustList(current).nodes
    table = ToldNow(folder_of(current), current.reuse_entries)
    try:
        counts = table.counts()
        if not counts:
            print("no answers of other nodes are here: see `trust`, `take` and `import`")
        for (node, stage), count in counts.items():
            name = names.get(node, "not trusted: its answers are not used")
            print(f"{node} {stage}: {count} answers ({name or 'no name'})")
    finally:
        table.close()


async def _run(current: Settings, chosen: argparse.Namespace) -> None:
    match chosen.command:
        case "keys":
            await _keys(current, make=chosen.make)
        case "trust":
            TrustList(current).add(chosen.node, chosen.name)
            print(f"trusted: {chosen.node} {chosen.name}".rstrip())
        case "distrust":
            await _distrust(current, chosen.node)
        case "export":
            await _export(current, chosen.file)
        case "import":
            await _import(current, chosen.file)
        case "share":
            told = await following.share(current, Until(chosen.idle_exit))
            print(f"results told: {told.told}")
        case "take":
            until = Until(chosen.idle_exit)
            _print_counts(await following.take(current, until, from_start=chosen.from_start))
        case _:
            await _status(current)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    reading = _arguments()
    chosen = reading.parse_args(arguments)
    if not getattr(chosen, "cc0", True):
        sys.stderr.write(
            f"{chosen.command} gives results to everybody under {LICENCE}, with the infohashes that"
            " this installation has seen; say --cc0 if that is your will\n"
        )
        return 2
    configure(settings())
    return finish(_run(settings(), chosen))


if __name__ == "__main__":
    sys.exit(main())
