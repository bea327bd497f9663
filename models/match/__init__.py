"""Which MusicBrainz artist and release group a torrent's (artist, title, year) names.

Precision before recall: an MBID is asserted only when hardly anything else can be meant.
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
