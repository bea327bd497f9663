"""`python -m infra.watch`: writes the dashboard, or with `--check` says whether it is stale."""

import argparse
import sys

from infra.watch.dashboard import PATH, text


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code: 1 where `--check` finds it stale."""
    reading = argparse.ArgumentParser(
        prog="python -m infra.watch", description="Write the Grafana dashboard."
    )
    reading.add_argument("--check", action="store_true", help="write nothing; 1 if it is stale")
    if reading.parse_args(arguments).check:
        is_fresh = PATH.is_file() and PATH.read_text(encoding="utf-8") == text()
        print(f"{PATH} is {'what panels.py says' if is_fresh else 'stale: python -m infra.watch'}")
        return 0 if is_fresh else 1
    PATH.write_text(text(), encoding="utf-8")
    print(PATH)
    return 0


if __name__ == "__main__":
    sys.exit(main())
