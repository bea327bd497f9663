"""Which MusicBrainz artist and release group a torrent's (artist, title, year) names. Precision
before recall (DESIGN §6).
"""

from models.match.errors import DumpUnreadable, IndexBusy, IndexDamaged, IndexMissing, MatchError
from models.match.matcher import Matcher
from models.match.query import Query

__all__ = [
    "DumpUnreadable",
    "IndexBusy",
    "IndexDamaged",
    "IndexMissing",
    "MatchError",
    "Matcher",
    "Query",
]
