"""The version of the package that runs."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

PACKAGE = "mimmo-streams"

UNKNOWN = "unknown"


def version() -> str:
    """The installed version; one that says so where the code runs without being installed."""
    try:
        return installed(PACKAGE)
    except PackageNotFoundError:
        return UNKNOWN
