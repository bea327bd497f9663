"""What is refused, by the numbers that Newznab gives refusals."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refused(Exception):
    """A request that is not answered; clients show the description to their user."""

    code: int
    description: str

    def __str__(self) -> str:
        return f"{self.code}: {self.description}"


WRONG_KEY = Refused(100, "The API key is wrong or missing: python -m streams.web.keys add NAME")
TOO_MANY = Refused(500, "Request limit reached. Wait a little, then ask again.")


def missing(name: str) -> Refused:
    """A parameter that must be there and is not."""
    return Refused(200, f"Missing parameter ({name})")


def incorrect(name: str) -> Refused:
    """A parameter whose value says nothing."""
    return Refused(201, f"Incorrect parameter ({name})")


def unknown(function: str) -> Refused:
    """A function that there is not."""
    return Refused(202, f"No such function ({function[:32]})")
