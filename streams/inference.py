"""The door to `streams.web.inference`: `python -m streams.inference`."""

import sys

from streams.web.inference.door import main

if __name__ == "__main__":
    sys.exit(main())
