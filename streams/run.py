"""The door to `streams.operate.run_command`: `python -m streams.run`."""

import sys

from streams.operate.run_command import main

if __name__ == "__main__":
    sys.exit(main())
