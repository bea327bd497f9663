"""`python -m streams.replay DUMP`: publish a dump of torrent metadata to Kafka."""

import sys

try:  # a Ctrl-C may come while half of the program is loaded
    from streams.replay.command import main
except KeyboardInterrupt:
    sys.exit(130)

if __name__ == "__main__":
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
