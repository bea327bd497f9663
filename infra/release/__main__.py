"""`python -m infra.release`: licences of the dependencies, and a release out of this checkout."""

import argparse
import sys
from pathlib import Path

try:
    from infra.release import ROOT, ReleaseError, build, licence_page, readiness, sbom, trial
    from infra.release.licences import rules
except ModuleNotFoundError as error:
    sys.exit(f"error: {error.name} is missing; `make lint` installs what releases need")

_EXAMPLES = """examples:
  python -m infra.release licences           write docs/licences.md
  python -m infra.release licences --check   only say what is not allowed, unknown or out of date
  python -m infra.release make               wheel, sdist, SBOM and sums into dist/, and a trial
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except ReleaseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.release",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    licences = commands.add_parser("licences", help="licences of all dependencies")
    licences.add_argument("--check", action="store_true", help="write nothing")
    licences.set_defaults(command=_licences)
    make = commands.add_parser("make", help="make a release and try it")
    make.add_argument("--out", type=Path, default=ROOT / "dist", help="where to (default dist/)")
    make.add_argument("--dirty", action="store_true", help="for trying: whatever Git says")
    make.add_argument("--no-demo", action="store_true", help="install the wheel, run no demo")
    make.set_defaults(command=_make)
    return parser


def _licences(options: argparse.Namespace) -> None:
    """Write the page of licences, or check it.

    Raises:
        ReleaseError: a licence is unknown or not allowed, or the page is out of date.
    """
    packages = licence_page.current()
    faults = licence_page.refusals(packages)
    text = licence_page.written(packages, rules())
    page = licence_page.PAGE
    if not options.check:
        page.write_text(text, encoding="utf-8")
    elif not page.is_file() or page.read_text(encoding="utf-8") != text:
        faults.append("docs/licences.md is out of date: python -m infra.release licences")
    if faults:
        raise ReleaseError("\n       ".join(faults))
    print(f"{len(packages)} packages, all licences allowed")


def _make(options: argparse.Namespace) -> None:
    """Make a release.

    Raises:
        ReleaseError: it is not ready, or does not work.
    """
    version = readiness.version()
    if not options.dirty:
        readiness.check(version)
    _licences(argparse.Namespace(check=True))
    out: Path = options.out
    packages = build.packages(out)
    sbom.write(out / f"mimmo-streams-{version}.cdx.json", version)
    build.sums(out)
    print(f"== {version} is in {out}")
    with trial.environment(packages.wheel) as tried:
        tried.answer()
        if not options.no_demo:
            tried.demo()
    print(f"== {version} is ready")


if __name__ == "__main__":
    sys.exit(main())
