"""What can go wrong between a dump and an index, named after the cause."""


class MatchError(Exception):
    """Base of the errors here; the message says what to do."""


class IndexMissing(MatchError):
    """There is no index in the folder."""


class IndexDamaged(MatchError):
    """The index is not one this version can read."""


class IndexBusy(MatchError):
    """Another process is writing the index."""


class DumpUnreadable(MatchError):
    """A dump cannot be read: missing, cut short, or of another kind."""
