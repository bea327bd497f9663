"""The door to `streams.lab.demo`: `python -m streams.demo`."""

import sys

from streams.lab.demo import main

if __name__ == "__main__":
    sys.exit(main())
