"""The door to `streams.pipeline.store`: `python -m streams.store`."""

import sys

from streams.pipeline.store import main

if __name__ == "__main__":
    sys.exit(main())
