"""One torrent at a time: the command `mimmo`, and what the library of that name is made of.

Nothing is imported here, so that `mimmo --help` answers at once.
"""
