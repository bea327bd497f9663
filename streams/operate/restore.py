"""The door to the command: `python -m streams.operate.restore FOLDER`."""

import sys

from streams.operate.backup.command import main_restore

if __name__ == "__main__":
    sys.exit(main_restore())
