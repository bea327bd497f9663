"""Hostile text on a terminal: nothing that it would obey, nothing that turns what follows."""

import sys

TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
"""Characters that turn the direction of a line: "gpj.exe" is shown as "exe.jpg"."""

_OBEYED = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **TURNING,
}


def safe(text: str) -> str:
    r"""The text in one line, without escape sequences and characters that turn it.

    >>> safe("Low\x1b[2J Tide\n")
    'Low [2J Tide '
    """
    return text if text.isascii() and text.isprintable() else text.translate(_OBEYED)


def complain(text: str) -> None:
    """Say in one line on standard error what is wrong."""
    sys.stderr.write(f"mimmo: {safe(text).strip()}\n")
