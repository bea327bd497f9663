"""What the training commands share: where they log, and what they say when something is missing."""

import logging
import sys
from pathlib import Path


def logger(name: str) -> logging.Logger:
    """Progress goes to standard error, with the time."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    return logging.getLogger(name)


def lacks_packages(error: ImportError, extras: str) -> int:
    """Say which extras to install; returns the exit code."""
    sys.stderr.write(
        f"training needs the extra `train` ({error}): uv pip install -e '.[{extras}]'\n"
    )
    return 1


def lacks_data(path: Path, folder: str) -> int:
    """Say which folder `--data` is; returns the exit code."""
    sys.stderr.write(f"{path} is not there: --data is the folder that holds {folder}/\n")
    return 1
