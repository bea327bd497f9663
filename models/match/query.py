"""What the matcher is asked."""

from dataclasses import dataclass

from schemas import (
    AlbumMetadata,
    CollectionMetadata,
    Metadata,
    Subcategory,
    TrackMetadata,
    uniform,
)


@dataclass(frozen=True, slots=True)
class Query:
    """One music torrent as the extract stage reads it.

    Of a track, `title` is the track's name and `album` the album's, if known; of an album, `title`
    is the album. A collection is linked by its artist alone, whatever its title. `tracks` are
    names, in order.
    """

    artist: str | None
    title: str | None
    year: int | None = None
    tracks: tuple[str, ...] = ()
    subcategory: Subcategory = Subcategory.ALBUM
    album: str | None = None

    @property
    def release_title(self) -> str | None:
        """The title to look for among release groups, if any."""
        if self.subcategory is Subcategory.COLLECTION:
            return None
        if self.subcategory is Subcategory.TRACK and self.album:
            return self.album
        return self.title

    @property
    def singles_only(self) -> bool:
        """Whether only a single is sought: a track without an album can be nothing else."""
        return self.subcategory is Subcategory.TRACK and not self.album


def query_of(metadata: Metadata) -> Query:
    """What the matcher is asked about a record of music."""
    flat = uniform(metadata)
    # A collection is linked to its artist; its own name is no release group.
    is_of_an_artist = isinstance(metadata, CollectionMetadata) and flat.creator is not None
    tracks = metadata.tracks if isinstance(metadata, AlbumMetadata) else ()
    return Query(
        artist=flat.creator,
        title=None if is_of_an_artist else flat.title,
        year=flat.year,
        tracks=tuple(track.name for track in tracks),
        subcategory=Subcategory(metadata.subcategory),
        album=metadata.album if isinstance(metadata, TrackMetadata) else None,
    )
