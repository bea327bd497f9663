"""The door to the command: `python -m streams.operate.backup FOLDER`."""

import sys

from streams.operate.backup.command import main_backup

if __name__ == "__main__":
    sys.exit(main_backup())
