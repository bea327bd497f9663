"""The door to `streams.operate.topics_command`: `python -m streams.topics`."""

import sys

from streams.operate.topics_command import main

if __name__ == "__main__":
    sys.exit(main())
