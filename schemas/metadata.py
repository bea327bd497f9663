"""What a name and its files say about the work.

There is one model per subcategory, and one uniform view of them all.
"""

from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, TypeAdapter

from schemas.base import Contract, Count, Label, Text, Year
from schemas.book import BookMetadata, Number
from schemas.media import Subcategory
from schemas.software import SoftwareMetadata

MAX_SEASON = 2_100
MAX_EPISODE = 20_000

Season = Annotated[int, Field(ge=0, le=MAX_SEASON)]
"""A season number; some series number seasons by year."""
Episode = Annotated[int, Field(ge=0, le=MAX_EPISODE)]

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""A date as YYYY-MM-DD."""


class Track(Contract):
    """One track of an album: its number on the disc, its name, and its disc if there are several.

    Numbers count from 1; some albums have a hidden track 0.
    """

    num: Annotated[int, Field(ge=0, le=9_999)] | None = None
    name: Text
    disc: Annotated[int, Field(ge=1, le=999)] | None = None


class EpisodeFile(Contract):
    """One episode found in a season pack."""

    season_number: Season | None = None
    episode_number: Episode
    episode_title: Text | None = None


MAX_TRACKS = 2_000
Tracks = Annotated[tuple[Track, ...], Field(max_length=MAX_TRACKS)]
Episodes = Annotated[tuple[EpisodeFile, ...], Field(max_length=2_000)]


People = Annotated[tuple[Text, ...], Field(min_length=1, max_length=32)]
"""Names of persons and groups, as they are written."""


class Recording(Contract):
    """What is kept of any music beside artist and title; all of it is optional."""

    composer: Text | None = None
    """As the name writes it. It is the artist, too, where the name begins with the composer."""
    work: Text | None = None
    """The work of the composer."""
    conductor: Text | None = None
    performers: People | None = None
    """Soloists and ensembles of classical music, without the conductor."""
    featured: People | None = None
    """Guests behind `feat.`; `artist` has them, too, where the name credits them."""
    date: Day | None = None
    """The day of a concert."""
    venue: Text | None = None
    """Where a concert was: hall, festival or city, as the name writes it."""
    reissue_year: Year | None = None
    """The year of a later issue; `year` is that of the work."""


class TrackMetadata(Recording):
    """One song."""

    subcategory: Literal["track"] = "track"
    track_name: Text | None = None
    artist: Text | None = None
    album: Text | None = None
    year: Year | None = None


class AlbumMetadata(Recording):
    """One album, with its tracks where the file list shows them."""

    subcategory: Literal["album"] = "album"
    album_name: Text | None = None
    artist: Text | None = None
    year: Year | None = None
    track_count: Count | None = None
    tracks: Tracks = ()


class CollectionMetadata(Recording):
    """Several albums: a discography, a box, a compilation of artists."""

    subcategory: Literal["collection"] = "collection"
    artists: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    collection_name: Text | None = None
    year: Year | None = None
    first_year: Year | None = None
    last_year: Year | None = None
    """The span of years that a discography covers."""
    albums: Annotated[tuple[Text, ...], Field(max_length=500)] = ()
    """Directory names that look like albums, as they came."""


class AudiobookMetadata(Contract):
    """A book that is read aloud."""

    subcategory: Literal["audiobook"] = "audiobook"
    title: Text | None = None
    author: Text | None = None
    year: Year | None = None
    narrator: Text | None = None
    """Who reads; several as the name writes them."""
    series: Text | None = None
    series_number: Number | None = None
    """Which book of its series it is: `3`, `2.5`, or `1-7` where a release covers several."""
    abridged: bool | None = None
    """Whether the text was shortened, where the name says."""


class AudioOtherMetadata(Recording):
    """Sound that is none of the others: a concert, a podcast, a sound library."""

    subcategory: Literal["audio_other"] = "audio_other"
    title: Text | None = None
    artist: Text | None = None
    year: Year | None = None


class MovieMetadata(Contract):
    """One film."""

    subcategory: Literal["movie"] = "movie"
    title: Text | None = None
    year: Year | None = None
    air_date: Day | None = None
    """The day of a broadcast or of a performance that was filmed."""


class EpisodeMetadata(Contract):
    """One episode of a series, or several in one file."""

    subcategory: Literal["episode"] = "episode"
    series_title: Text | None = None
    episode_title: Text | None = None
    season_number: Season | None = None
    episode_number: Episode | None = None
    last_episode_number: Episode | None = None
    """Set when one file holds several episodes (S01E01-E03)."""
    special: Label | None = None
    """The kind of a special: OVA, OAD, ONA, SP, NCOP, NCED, PV."""
    air_date: Day | None = None
    year: Year | None = None


class SeasonMetadata(Contract):
    """One season of a series, whole or in part."""

    subcategory: Literal["season"] = "season"
    series_title: Text | None = None
    season_number: Season | None = None
    year: Year | None = None
    part: Annotated[int, Field(ge=1, le=99)] | None = None
    """The part of the season (S02P02), where it comes in parts."""
    first_episode: Episode | None = None
    last_episode: Episode | None = None
    """The episodes that are there: as the name says (E01-E06), else as the files are numbered."""
    episode_count: Annotated[int, Field(ge=1, le=20_000)] | None = None
    """How many episodes the season has, where the name says it (1-8 of 12)."""
    air_date: Day | None = None
    """The day of the first broadcast, where the name says it."""
    episodes: Episodes = ()


class SeriesMetadata(Contract):
    """Several seasons of a series."""

    subcategory: Literal["series"] = "series"
    series_title: Text | None = None
    year: Year | None = None
    first_season: Season | None = None
    last_season: Season | None = None
    first_episode: Episode | None = None
    last_episode: Episode | None = None
    """The episodes that are there, where the name counts them through all seasons (1-220)."""


class MusicVideoMetadata(Recording):
    """A music video or a filmed concert."""

    subcategory: Literal["music_video"] = "music_video"
    title: Text | None = None
    artist: Text | None = None
    year: Year | None = None


class VideoOtherMetadata(Contract):
    """A video that is none of the others."""

    subcategory: Literal["video_other"] = "video_other"
    title: Text | None = None
    episode_title: Text | None = None
    """Of a clip named by its site and day, which are `title` and `air_date`."""
    air_date: Day | None = None
    year: Year | None = None


Metadata = Annotated[
    TrackMetadata
    | AlbumMetadata
    | CollectionMetadata
    | AudiobookMetadata
    | AudioOtherMetadata
    | MovieMetadata
    | EpisodeMetadata
    | SeasonMetadata
    | SeriesMetadata
    | MusicVideoMetadata
    | VideoOtherMetadata
    | BookMetadata
    | SoftwareMetadata,
    Field(discriminator="subcategory"),
]
"""What a name says, told apart by `subcategory`."""

_ADAPTER: TypeAdapter[Metadata] = TypeAdapter(Metadata, config=ConfigDict(defer_build=True))

_MODELS: MappingProxyType[Subcategory, type[Metadata]] = MappingProxyType(
    {
        Subcategory(name): model
        for model in get_args(get_args(Metadata)[0])
        for name in get_args(model.model_fields["subcategory"].annotation)
    }
)


def metadata_for(subcategory: Subcategory, fields: dict[str, Any]) -> Metadata:
    """Builds the metadata model of a subcategory; fields it does not have are ignored.

    Raises:
        pydantic.ValidationError: the subcategory has no metadata (images, other), or a field does
            not fit.
    """
    told = {**fields, "subcategory": subcategory.value}
    model = _MODELS.get(subcategory)
    # The union of all takes seven times as long to build, which a command for one name feels.
    return _ADAPTER.validate_python(told) if model is None else model.model_validate(told)


class Technical(Contract):
    """What the release is made of, whatever the work.

    Names are the scene's usual ones (x264, FLAC, WEB-DL).
    """

    containers: Annotated[tuple[Label, ...], Field(max_length=16)] = ()
    codec: Label | None = None
    audio_codec: Label | None = None
    bitrate: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """kbit/s."""
    bit_depth: Annotated[int, Field(ge=1, le=64)] | None = None
    sample_rate: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    """Samples of sound a second, in Hz."""
    resolution: Label | None = None
    source: Label | None = None
    hdr: Annotated[tuple[Label, ...], Field(max_length=8)] = ()
    languages: Annotated[tuple[Label, ...], Field(max_length=32)] = ()
    """ISO 639-1 codes, or `multi`."""
    subtitles: Annotated[tuple[Label, ...], Field(max_length=32)] = ()
    release_group: Text | None = None
    edition: Text | None = None
    proper: bool = False
    repack: bool = False


class Uniform(Contract):
    """The one shape that matching, views and evaluation read, whatever the subcategory."""

    title: Text | None = None
    creator: Text | None = None
    year: Year | None = None


_TITLE_AND_CREATOR: MappingProxyType[Subcategory, tuple[str, str | None]] = MappingProxyType(
    {
        Subcategory.TRACK: ("track_name", "artist"),
        Subcategory.ALBUM: ("album_name", "artist"),
        Subcategory.COLLECTION: ("collection_name", "artists"),
        Subcategory.AUDIOBOOK: ("title", "author"),
        Subcategory.AUDIO_OTHER: ("title", "artist"),
        Subcategory.MOVIE: ("title", None),
        Subcategory.EPISODE: ("series_title", None),
        Subcategory.SEASON: ("series_title", None),
        Subcategory.SERIES: ("series_title", None),
        Subcategory.MUSIC_VIDEO: ("title", "artist"),
        Subcategory.VIDEO_OTHER: ("title", None),
        **dict.fromkeys(
            (Subcategory.EBOOK, Subcategory.COMIC, Subcategory.MAGAZINE, Subcategory.BOOK_OTHER),
            ("title", "author"),
        ),
        **dict.fromkeys(
            (Subcategory.APPLICATION, Subcategory.GAME, Subcategory.SOFTWARE_OTHER), ("title", None)
        ),
    }
)


def title_and_creator_fields(subcategory: Subcategory) -> tuple[str, str | None]:
    """Returns the names of the fields that hold title and creator; None where there is no creator.

    This is the only place that knows: `uniform` reads it one way, the extractors the other.

    Raises:
        KeyError: the subcategory has no metadata.
    """
    return _TITLE_AND_CREATOR[subcategory]


def uniform(metadata: Metadata) -> Uniform:
    """Maps a subcategory's own field names to title, creator and year.

    Several artists are no one creator.
    """
    title, creator = title_and_creator_fields(Subcategory(metadata.subcategory))
    made_by = getattr(metadata, creator) if creator else None
    if isinstance(made_by, tuple):
        made_by = made_by[0] if len(made_by) == 1 else None
    return Uniform(title=getattr(metadata, title), creator=made_by, year=metadata.year)
