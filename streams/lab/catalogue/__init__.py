"""A catalogue of any size in the format of the MusicBrainz JSON dumps, where those are not at hand.

`python -m streams.lab.catalogue OUT --data DATA` writes it.
"""
