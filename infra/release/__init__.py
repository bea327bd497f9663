"""What a release is made of, and how it is made: licences, SBOM, packages, and a trial of them.

For those who work in the repository: it reads the lock files and Git, which no wheel holds.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The repository."""


class ReleaseError(Exception):
    """A release cannot be made; the message says what to do."""
