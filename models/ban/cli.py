"""`python -m models ban`: keep a list of banned infohashes, and try the rules. Nothing here writes
a name anywhere.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.ban.ban_list import BanList, BanRulesInvalid, infohash_hash, term_hash

_INFOHASH = re.compile(r"[0-9a-f]{40}")

_EPILOG = """examples:
  python -m models ban add 0123456789abcdef0123456789abcdef01234567 --list .mimmo/ban-infohashes.txt
  cat infohashes.txt | python -m models ban add - --list .mimmo/ban-infohashes.txt
  python -m models ban term "some words"        the SHA-256 of a term, for a rule that does not spell it out
  python -m models ban check names.txt          the rule that bans each line, or a dash
Say STREAMS_BAN_INFOHASHES=.mimmo/ban-infohashes.txt where replay and workers run.
"""


class BadInfohash(ValueError):
    """Not 40 hex digits."""


def parser() -> argparse.ArgumentParser:
    """The command line of `run`."""
    made = argparse.ArgumentParser(
        prog="python -m models ban",
        description="Ban infohashes and try the ban rules.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = made.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="add infohashes to a list, as SHA-256")
    adding.add_argument(
        "infohash",
        nargs="+",
        metavar="INFOHASH",
        help="40 hex digits; - reads them from standard input",
    )
    adding.add_argument(
        "--list", type=Path, required=True, metavar="FILE", help="the list; made if it is not there"
    )
    term = commands.add_parser("term", help="print the SHA-256 of terms, for ban rules")
    term.add_argument("term", nargs="+")
    checking = commands.add_parser("check", help="say which rule bans each name")
    checking.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        help="names, one a line; - is standard input",
    )
    checking.add_argument(
        "--rules", type=Path, help="a file of more rules, as in models/ban/rules.toml"
    )
    return made


def add(infohashes: Iterable[str], path: Path) -> tuple[int, int]:
    """Add infohashes to a list. Adding one twice changes nothing; a failure leaves the list as it
    was.

    Args:
        infohashes: 40 hex digits each.
        path: the list.

    Returns:
        How many are new, and how many the list now holds.

    Raises:
        BadInfohash: one of them is none; nothing was added.
        OSError: the list cannot be read or written.
    """
    hashes = []
    for infohash in infohashes:
        digits = infohash.strip().lower()
        if not _INFOHASH.fullmatch(digits):
            raise BadInfohash(f"{infohash.strip()[:60]!r} is no infohash: 40 hex digits are needed")
        hashes.append(infohash_hash(digits))
    text = (
        path.read_text(encoding="ascii")
        if path.exists()
        else "# SHA-256 of banned infohashes (20 bytes), one a line\n"
    )
    known = {line.split("#", 1)[0].strip() for line in text.splitlines()}
    new = [each for each in dict.fromkeys(hashes) if each not in known]
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".new")
        beside.write_text(
            text.rstrip("\n") + "\n" + "".join(f"{each}\n" for each in new), encoding="ascii"
        )
        beside.replace(path)
    return len(new), len(known - {""}) + len(new)


def run(arguments: list[str] | None = None) -> int:
    """Returns 0, or 1 with a message on stderr."""
    chosen = parser().parse_args(arguments)
    try:
        if chosen.command == "add":
            new, total = add(_infohashes(chosen.infohash), chosen.list)
            print(f"{new} added, {total} in {chosen.list}")
        elif chosen.command == "term":
            for term in chosen.term:
                print(term_hash(term))
        else:
            banned = BanList.load(rules=chosen.rules)
            with (
                sys.stdin
                if chosen.file == "-"
                else Path(chosen.file).open(encoding="utf-8", errors="replace") as lines
            ):
                for line in lines:
                    print(banned.check(line.rstrip("\n")) or "-")
    except (BadInfohash, BanRulesInvalid, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _infohashes(given: Iterable[str]) -> Iterator[str]:
    for item in given:
        if item == "-":
            yield from (line for line in sys.stdin if line.strip())
        else:
            yield item
