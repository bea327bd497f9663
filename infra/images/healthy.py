"""`python -m infra.images.healthy [URL]`: whether a process answers that it is well.

It is the health check of the images. Without a URL it asks `/health` at STREAMS_METRICS_PORT.
"""

import os
import sys
import urllib.error
import urllib.request

_SECONDS = 8
"""Less than the ten that the images' check may take."""


def main(arguments: list[str]) -> int:
    """Ask, print one line; returns 0 if all is well, else 1, as health checks have it."""
    port = os.environ.get("STREAMS_METRICS_PORT", "9100")
    url = arguments[0] if arguments else f"http://127.0.0.1:{port}/health"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310
            _say(f"{url}: {answer.status}")
            return 0
    except urllib.error.HTTPError as error:
        _say(f"{url}: {error.code} {error.read(500).decode(errors='replace')}")
    except OSError as error:
        _say(f"{url}: {error}")
    return 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
