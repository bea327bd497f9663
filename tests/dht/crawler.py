"""A crawl with numbers of its own.

`python -m tests.dht.crawler '{"shortest_interval": 5}' --bootstrap 127.0.1.1:20000`: the first
argument replaces fields of the profile; the others are those of `python -m streams.crawl`.
"""

import json
import sys
from dataclasses import replace

from streams.crawl import __main__ as command
from streams.crawl.profile import PROFILES


def main() -> int:
    changed = json.loads(sys.argv[1])
    for name, profile in list(PROFILES.items()):
        PROFILES[name] = replace(
            profile,
            **{
                key: tuple(value) if isinstance(value, list) else value
                for key, value in changed.items()
            },
        )
    return command.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
