"""Which browser the tests drive, and what to do where there is none."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "no Chromium for the tests of the web pages; on Debian: apt install chromium"


def chromium() -> str:
    """The path of a browser of this machine; without one the test is skipped, or fails in CI."""
    for name in NAMES:
        if (path := shutil.which(name)) is not None:
            return path
    if os.environ.get("CI") or os.environ.get("MIMMO_REQUIRE_BROWSER"):
        pytest.fail(INSTALL)
    pytest.skip(INSTALL)
