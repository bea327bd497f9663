"""`python -m models ban`: keep a list of banned infohashes, and try the rules.

Nothing here writes a name anywhere.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.ban.ban_list import BanList, BanRulesInvalid, infohash_hash, term_hash
from models.lines import STDIN, UnreadableInput, opened
from schemas.whole_file import replace

_INFOHASH = re.compile(r"[0-9a-f]{40}")

_HEADER = "# SHA-256 of banned infohashes (20 bytes), one a line\n"

_EPILOG = """examples:
  python -m models ban add 0123456789abcdef0123456789abcdef01234567 --list ban-infohashes.txt
  cat infohashes.txt | python -m models ban add - --list ban-infohashes.txt
  python -m models ban term "some words"        the SHA-256 of a term, for a rule that hides it
  python -m models ban check names.txt          the rule that bans each line, or a dash
Say STREAMS_BAN_INFOHASHES=ban-infohashes.txt where replay and workers run.
"""

_ADD = """examples:
  python -m models ban add 0123456789abcdef0123456789abcdef01234567 --list ban-infohashes.txt
  cat infohashes.txt | python -m models ban add - --list ban-infohashes.txt
"""

_TERM = """example:
  python -m models ban term "some words" "other words"
Put what it prints into the `sha256` list of a rule, as models/ban/rules.toml shows.
"""

_CHECK = """examples:
  python -m models ban check names.txt
  python -m models ban check names.txt --rules my-rules.toml
  cut -f2 torrents.tsv | python -m models ban check | sort | uniq -c
"""


class BadInfohash(ValueError):
    """Not 40 hex digits."""


class BadList(ValueError):
    """A list of banned infohashes is no text."""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    top = argparse.ArgumentParser(
        prog="python -m models ban",
        description="Ban infohashes and try the ban rules.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True)

    adding = commands.add_parser(
        "add",
        help="add infohashes to a list, as SHA-256",
        epilog=_ADD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    adding.add_argument(
        "infohash",
        nargs="+",
        metavar="INFOHASH",
        help="40 hex digits; - reads them from standard input",
    )
    adding.add_argument(
        "--list", type=Path, required=True, metavar="FILE", help="the list; made if it is not there"
    )

    hashing = commands.add_parser(
        "term",
        help="print the SHA-256 of terms, for ban rules",
        epilog=_TERM,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    hashing.add_argument("term", nargs="+", metavar="TERM")

    checking = commands.add_parser(
        "check",
        help="say which rule bans each name",
        epilog=_CHECK,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    checking.add_argument(
        "file",
        nargs="?",
        default=STDIN,
        metavar="FILE",
        help="names, one a line; - is standard input",
    )
    checking.add_argument(
        "--rules",
        type=Path,
        metavar="FILE",
        help="a file of more rules, as in models/ban/rules.toml",
    )
    return top


def add(infohashes: Iterable[str], path: Path) -> tuple[int, int]:
    """Add infohashes to a list. Adding one twice changes nothing; a failure leaves it as it was.

    Args:
        infohashes: 40 hex digits each.
        path: the list.

    Returns:
        How many are new, and how many the list now holds.

    Raises:
        BadInfohash: one of them is none; nothing was added.
        BadList: the list is no text.
        OSError: the list cannot be read or written.
    """
    hashes = [_hash_of(infohash) for infohash in infohashes]
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else _HEADER
    except UnicodeDecodeError as error:
        raise BadList(f"{path} is no list of SHA-256 hashes: {error}") from error
    listed = {line.partition("#")[0].strip().lower() for line in text.splitlines()} - {""}
    new = [digest for digest in dict.fromkeys(hashes) if digest not in listed]
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{digest}\n" for digest in new)
        replace(path, text.rstrip("\n") + "\n" + lines)
    return len(new), len(listed) + len(new)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line. Returns 0, or 1 with a message on stderr.

    Raises:
        BrokenPipeError: the reader of the answers went away.
    """
    chosen = parser().parse_args(arguments)
    commands = {"add": _add, "term": _term, "check": _check}
    try:
        commands[chosen.command](chosen)
    except BrokenPipeError:
        raise
    except (BadInfohash, BadList, BanRulesInvalid, UnreadableInput, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _add(chosen: argparse.Namespace) -> None:
    new, total = add(_infohashes(chosen.infohash), chosen.list)
    print(f"{new} added, {total} in {chosen.list}")


def _term(chosen: argparse.Namespace) -> None:
    for term in chosen.term:
        print(term_hash(term))


def _check(chosen: argparse.Namespace) -> None:
    ban_list = BanList.load(rules=chosen.rules)
    with opened(chosen.file) as lines:
        for line in lines:
            print(ban_list.check(line.rstrip("\n")) or "-", flush=True)


def _hash_of(infohash: str) -> str:
    digits = infohash.strip().lower()
    if not _INFOHASH.fullmatch(digits):
        raise BadInfohash(f"{infohash.strip()[:60]!r} is no infohash: 40 hex digits are needed")
    return infohash_hash(digits)


def _infohashes(given: Iterable[str]) -> Iterator[str]:
    for infohash in given:
        if infohash == STDIN:
            yield from (line for line in sys.stdin if line.strip())
        else:
            yield infohash
