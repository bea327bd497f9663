"""Prometheus' programs, and what to do where they are missing."""

import os
import shutil

import pytest

INSTALL = (
    "no {} for the tests of alerts and panels; on Debian: apt install prometheus"
    " prometheus-alertmanager"
)


def program(name: str) -> str:
    """The path of a program; without it the test is skipped, or fails where it is required."""
    if (path := shutil.which(name)) is not None:
        return path
    if os.environ.get("MIMMO_REQUIRE_PROMETHEUS"):
        pytest.fail(INSTALL.format(name))
    pytest.skip(INSTALL.format(name))
