"""The door to the command: `python -m streams.operate.export OUT`."""

import sys

from streams.operate.export.command import main

if __name__ == "__main__":
    sys.exit(main())
