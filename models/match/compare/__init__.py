"""Whether two names are names of one artist, one album, or one film, series, book or game.

    compare("album", "DSOTM", "The Dark Side of the Moon").why   # 'acronym'

Spellings, word order, acronyms, editions, numbers in words, joint credits and the index's aliases
say so. A number, a year, "live" or another country says that they are not.
"""

from models.match.compare.comparison import Comparison, NameKind
from models.match.compare.pair import compare

__all__ = ["Comparison", "NameKind", "compare"]
