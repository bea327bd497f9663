"""`python -m mimmo`: the command `mimmo`."""

import sys

from models.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
