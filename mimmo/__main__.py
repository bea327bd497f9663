"""`python -m mimmo`: the command `mimmo`.

It has the commands of `models`, and those of `streams` that a person calls by hand. Nothing of
`streams` is imported until one of these is called.
"""

import sys

from models import __main__ as models_command

STREAMS = {
    "search": ("streams.terminal.search_command", "search what was classified"),
    "correct": ("streams.corrections.command", "say that a field of a result is wrong or right"),
    "tui": ("streams.terminal.tui_command", "search and look as you type, on the whole terminal"),
    "tags": ("streams.terminal.tags_command", "what is said of a torrent, as tags"),
    "dht": ("streams.terminal.dht_command", "what an infohash is, asked of the DHT"),
}
"""Command -> its module in `streams`, with `make` and `run`, and what it does."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns its exit code."""
    return models_command.main(arguments, STREAMS)


if __name__ == "__main__":
    sys.exit(main())
