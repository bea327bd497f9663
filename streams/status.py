"""The door to `streams.operate.status`: `python -m streams.status`."""

import sys

from streams.operate.status import main

if __name__ == "__main__":
    sys.exit(main())
