"""The door to `streams.operate.reprocess`: `python -m streams.reprocess`."""

import sys

from streams.operate.reprocess import main

if __name__ == "__main__":
    sys.exit(main())
