"""`python -m infra.images`: make images without Docker, measure them, run the demo on them."""

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

from infra.images import LIMITS, TARGETS, ImageError, debian
from infra.images.buildah import PREFIX, Buildah
from infra.settings import home

_EXAMPLES = f"""examples:
  python -m infra.images build                      all: {", ".join(TARGETS)}
  python -m infra.images build base                 one
  python -m infra.images build --base localhost/x   on a Debian 12 of your own
  python -m infra.images sizes                      megabytes of what is built, and what is allowed
  python -m infra.images demo                       the pipeline on three of them
  python -m infra.images save base base.tar         an archive for `docker load` or `podman load`
  python -m infra.images clean                      remove images, containers and caches

It needs root, and on Debian: apt-get install buildah debootstrap. With Docker none of this:
  docker build -f infra/images/Containerfile --target base -t mimmo-base .

exit codes: 0 done; 1 failed, the last line says why; 2 wrong usage; 130 stopped by Ctrl-C
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    buildah = Buildah(options.storage or home() / "images")
    try:
        buildah.require()
        options.command(options, buildah, console)
    except ImageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the same command goes on with the steps that are done", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.images",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--storage", type=Path, help="folder of layers and caches (default: STREAMS_HOME/images)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", parents=[common], help="make images")
    build.add_argument("targets", nargs="*", type=_target, metavar="TARGET")
    build.add_argument("--base", metavar="IMAGE", help="Debian 12 to begin with")
    build.set_defaults(command=_build)
    sizes = commands.add_parser("sizes", parents=[common], help="how large they are")
    sizes.set_defaults(command=lambda _, buildah, console: _sizes(TARGETS, buildah, console))
    demo = commands.add_parser("demo", parents=[common], help="the pipeline on three images")
    demo.set_defaults(command=_demo)
    save = commands.add_parser("save", parents=[common], help="an image as an archive")
    save.add_argument("target", choices=TARGETS)
    save.add_argument("archive", type=Path)
    save.set_defaults(command=_save)
    clean = commands.add_parser("clean", parents=[common], help="remove all that was made")
    clean.set_defaults(command=lambda _, buildah, __: buildah.clean())
    return parser


def _target(text: str) -> str:
    if text not in TARGETS:
        raise argparse.ArgumentTypeError(f"there are {', '.join(TARGETS)}, and no {text}")
    return text


def _build(options: argparse.Namespace, buildah: Buildah, console: Console) -> None:
    """Make images, tell each step, and measure.

    Raises:
        ImageError: a step fails, or an image is too large.
    """
    began = time.monotonic()
    targets = options.targets or TARGETS
    base = options.base or debian.make(buildah, console.print)
    for target in targets:
        log = buildah.storage / f"{target}.log"
        console.print(f"== {target} (log {log})")
        with log.open("w", buffering=1, encoding="utf-8") as written:

            def tell(line: str, written: TextIO = written) -> None:
                written.write(line + "\n")
                if "STEP" in line or "rror" in line:
                    console.print(f"{time.monotonic() - began:6.0f} s  {line[:150]}")

            buildah.build(target, base, tell)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    console.print(
        f"built in {(time.monotonic() - began) / 60:.1f} minutes,"
        f" {(used.ru_utime + used.ru_stime) / 60:.1f} of processor time"
    )
    _sizes(targets, buildah, console)


def _sizes(targets: Sequence[str], buildah: Buildah, console: Console) -> None:
    """Show how large images are.

    Raises:
        ImageError: one is larger than it may be.
    """
    table = Table("image", "MB", "at most")
    large = []
    for target in targets:
        if not buildah.has(PREFIX + target):
            continue
        size = buildah.megabytes(target)
        table.add_row(PREFIX + target, f"{size:.0f}", str(LIMITS[target]))
        large += [target] if size > LIMITS[target] else []
    console.print(table)
    if large:
        raise ImageError(f"larger than allowed: {', '.join(large)}")


def _demo(options: argparse.Namespace, buildah: Buildah, console: Console) -> None:
    from infra.images.demo import Demo

    Demo(buildah, console.print).run()


def _save(options: argparse.Namespace, buildah: Buildah, console: Console) -> None:
    name = PREFIX + options.target
    buildah.ask("push", f"localhost/{name}", f"docker-archive:{options.archive.resolve()}:{name}")
    console.print(f"{options.archive}: docker load < {options.archive}")


if __name__ == "__main__":
    sys.exit(main())
