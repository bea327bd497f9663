"""Write the pairs: `python -m tests.benchmarks.comparing OUT --data DATA`."""

import argparse
import random
from pathlib import Path

from tests.benchmarks.comparing import albums, artists, titles
from tests.benchmarks.comparing.corpus import Corpus
from tests.benchmarks.comparing.pairs import write


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.comparing",
        description="Pairs of names for `python -m models evaluate compare`, in two halves.",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="folder of dev.jsonl and held.jsonl")
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DATA", help="folder with catalogue/, linking/"
    )
    options = parser.parse_args()
    corpus = Corpus.read(options.data)
    pairs = [
        *artists.pairs(options.data, corpus, random.Random(11)),
        *albums.pairs(options.data, corpus, random.Random(13)),
        *titles.pairs(options.data, random.Random(17)),
    ]
    for half, count in write(pairs, options.out).items():
        print(f"{options.out / half}.jsonl: {count:,} pairs")


if __name__ == "__main__":
    main()
