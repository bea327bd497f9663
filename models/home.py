"""Where what does not ship is kept: weights of this machine, the index of MusicBrainz."""

import os
from pathlib import Path

HOME = Path(os.environ.get("STREAMS_HOME", ".mimmo"))
"""Folder of what does not ship."""

WEIGHTS = HOME / "weights"
"""Folder of weights that were fetched, made or added on this machine."""
