"""The door to `streams.kafka.topics`: `python -m streams.topics`."""

import sys

from streams.kafka.topics import main

if __name__ == "__main__":
    sys.exit(main())
