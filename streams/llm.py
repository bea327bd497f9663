"""The door to `streams.pipeline.llm`: `python -m streams.llm`."""

import sys

from streams.pipeline.llm import main

if __name__ == "__main__":
    sys.exit(main())
