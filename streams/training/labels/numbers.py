"""Numbers of the command line; argparse says what is wrong with one."""

import argparse
import math


def positive(text: str) -> int:
    """A whole number, 1 or more."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("is a whole number, 1 or more")
    return int(text)


def seconds(text: str) -> float:
    """Seconds, more than none."""
    number = _number(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("is a number of seconds, more than 0")
    return number


def share(text: str) -> float:
    """A share, from 0 to 1."""
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("is a share, from 0 to 1")
    return number


def _number(text: str) -> float:
    """A number; none where it is no number, which compares to nothing."""
    try:
        return float(text)
    except ValueError:
        return math.nan
