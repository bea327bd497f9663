"""`python -m streams.lab.catalogue OUT --data DATA`: a catalogue of any size, and cases of linking.

It is in the format of the MusicBrainz JSON dumps. It holds the real entities of DATA (artists and
release groups with their real MBIDs; names, albums and CDDB track lists with invented ones) and is
filled up to the asked size with GENERATED distractors:

* artists named by one to three words drawn from the words of real artist names by their frequency;
  one in twelve has the very name of another artist, one in forty differs from a real one by a
  letter;
* release groups titled by words of real titles, one in six by a whole real title, credited to
  artists drawn by Zipf's law, one in twenty jointly; real artists get live albums, sequels and
  compilations named after their real albums.

Seeded: the same data, sizes and seed give the same bytes. Also written: `cases/*.jsonl` for
training and evaluation (`artist`, `title`, ... and the MBIDs that are right, null where none is),
and `unseen/mb20k.jsonl`: corrupted spellings that nothing is learned from.
"""

import argparse
import sys
from pathlib import Path

from streams.lab.catalogue.make import Size, make


def main(arguments: list[str] | None = None) -> int:
    """Write the catalogue. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m streams.lab.catalogue",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DATA",
        help="the real names: a folder with catalogue/ and linking/",
    )
    parser.add_argument(
        "--artists", type=int, default=500_000, metavar="N", help="default: %(default)s"
    )
    parser.add_argument(
        "--groups", type=int, default=750_000, metavar="M", help="default: %(default)s"
    )
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    options = parser.parse_args(arguments)
    size = Size(options.artists, options.groups)
    try:
        make(options.out, options.data, size, seed=options.seed, log=sys.stderr)
    except FileNotFoundError as error:
        sys.stderr.write(
            f"{error.filename} is not there: --data is the folder that holds catalogue/ and "
            "linking/\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
