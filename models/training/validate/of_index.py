"""The match index of MusicBrainz as a catalogue of albums, singles and artists."""

from collections.abc import Iterator

from models.match.index import Index
from models.match.normalise import artist_parts, split_edition
from models.training.validate.entry import Fields, Work
from schemas.media import MEDIUM_OF, Medium

SHARING = 50
"""Release groups that share words with artist and title."""

TITLED = 100
"""Release groups of the very title that are looked at."""


class IndexCatalogue:
    """Asks an open index. Of what is no music it knows nothing."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def candidates(self, fields: Fields) -> Iterator[Work]:
        """Release groups with nearly this title, or artists of nearly this name."""
        if fields.subcategory is not None and MEDIUM_OF[fields.subcategory] is not Medium.AUDIO:
            return
        if fields.title:
            for number in self._groups(fields.title, fields.artist):
                yield self._group(number)
        elif fields.artist:
            for number in self._artists(fields.artist):
                artist = self._index.artist(number)
                yield Work(artists=(artist.name, *artist.names), key=artist.mbid)

    def _groups(self, title: str, artist: str | None) -> list[int]:
        index = self._index
        bare = split_edition(title)[0]
        titles = dict.fromkeys((title, bare))
        groups: list[int] = []
        if artist:
            for number in self._artists(artist):
                for form in titles:
                    groups += index.groups_titled(form, number)
            groups += index.groups_sharing(artist, bare, SHARING)
        for form in titles:
            groups += index.groups_titled_by_anyone(form)[:TITLED]
        return list(dict.fromkeys(groups))

    def _artists(self, name: str) -> list[int]:
        index = self._index
        artists: list[int] = []
        for form in dict.fromkeys((name, *artist_parts(name))):
            artists += index.artists_named(form)
            artists += index.artists_aliased(form)
            artists += index.artists_credited(form)
        return list(dict.fromkeys(artists or index.artists_near(name)))

    def _group(self, number: int) -> Work:
        group = self._index.group(number)
        artists = [self._index.artist(artist) for artist in group.artist_ids]
        names = [name for artist in artists for name in (artist.name, *artist.names)]
        return Work(
            titles=(group.title, *group.aliases),
            artists=tuple(dict.fromkeys((group.credit, *names))),
            year=group.year,
            key=group.mbid,
        )
