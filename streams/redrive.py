"""The door to `streams.operate.redrive`: `python -m streams.redrive`."""

import sys

from streams.operate.redrive import main

if __name__ == "__main__":
    sys.exit(main())
