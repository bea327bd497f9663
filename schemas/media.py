"""What a torrent can be: its medium, its subcategory, and the Torznab category of both."""

from enum import StrEnum
from types import MappingProxyType


class Medium(StrEnum):
    """The five top classes."""

    AUDIO = "audio"
    VIDEO = "video"
    SOFTWARE = "software"
    BOOK = "book"
    OTHER = "other"


class Subcategory(StrEnum):
    """The finer class; each belongs to one medium (`MEDIUM_OF`)."""

    TRACK = "track"
    ALBUM = "album"
    COLLECTION = "collection"
    AUDIOBOOK = "audiobook"
    AUDIO_OTHER = "audio_other"
    MOVIE = "movie"
    EPISODE = "episode"
    SEASON = "season"
    SERIES = "series"
    MUSIC_VIDEO = "music_video"
    VIDEO_OTHER = "video_other"
    APPLICATION = "application"
    GAME = "game"
    SOFTWARE_OTHER = "software_other"
    EBOOK = "ebook"
    COMIC = "comic"
    MAGAZINE = "magazine"
    BOOK_OTHER = "book_other"
    IMAGES = "images"
    OTHER = "other"


_S = Subcategory
SUBCATEGORIES: MappingProxyType[Medium, tuple[Subcategory, ...]] = MappingProxyType(
    {
        Medium.AUDIO: (_S.TRACK, _S.ALBUM, _S.COLLECTION, _S.AUDIOBOOK, _S.AUDIO_OTHER),
        Medium.VIDEO: (_S.MOVIE, _S.EPISODE, _S.SEASON, _S.SERIES, _S.MUSIC_VIDEO, _S.VIDEO_OTHER),
        Medium.SOFTWARE: (_S.APPLICATION, _S.GAME, _S.SOFTWARE_OTHER),
        Medium.BOOK: (_S.EBOOK, _S.COMIC, _S.MAGAZINE, _S.BOOK_OTHER),
        Medium.OTHER: (_S.IMAGES, _S.OTHER),
    }
)
MEDIUM_OF: MappingProxyType[Subcategory, Medium] = MappingProxyType(
    {sub: medium for medium, subs in SUBCATEGORIES.items() for sub in subs}
)
FALLBACK: MappingProxyType[Medium, Subcategory] = MappingProxyType(
    {
        Medium.AUDIO: _S.AUDIO_OTHER,
        Medium.VIDEO: _S.VIDEO_OTHER,
        Medium.SOFTWARE: _S.SOFTWARE_OTHER,
        Medium.BOOK: _S.BOOK_OTHER,
        Medium.OTHER: _S.OTHER,
    }
)
"""The subcategory of a medium when nothing says more."""

MUSIC = frozenset({_S.TRACK, _S.ALBUM, _S.COLLECTION})
"""What the match stage links to MusicBrainz."""

EXTRACTED = frozenset({Medium.AUDIO, Medium.VIDEO, Medium.BOOK, Medium.SOFTWARE})
"""What the classify stage sends on to extraction: all but images and what nothing is known of."""

COMPLETED = frozenset({Medium.AUDIO, Medium.VIDEO})
"""What a GGUF model may be asked about: the gate and the model were measured on these alone."""

# Newznab/Torznab category ids:
# https://torznab.github.io/spec-1.3-draft/torznab/Specification-v1.3.html#predefined-categories
_TORZNAB = {
    _S.TRACK: 3000,
    _S.ALBUM: 3000,
    _S.COLLECTION: 3000,
    _S.AUDIOBOOK: 3030,
    _S.AUDIO_OTHER: 3050,
    _S.MOVIE: 2000,
    _S.EPISODE: 5000,
    _S.SEASON: 5000,
    _S.SERIES: 5000,
    _S.MUSIC_VIDEO: 3020,
    _S.VIDEO_OTHER: 8000,
    _S.APPLICATION: 4000,
    _S.GAME: 4050,
    _S.SOFTWARE_OTHER: 4000,
    _S.EBOOK: 7020,
    _S.COMIC: 7030,
    _S.MAGAZINE: 7010,
    _S.BOOK_OTHER: 7050,
    _S.IMAGES: 8010,
    _S.OTHER: 8010,
}
TORZNAB_XXX = 6000


def torznab(subcategory: Subcategory, *, nsfw: bool = False) -> int:
    """The Torznab category id; adult works are 6000 whatever their medium, as indexers expect."""
    return TORZNAB_XXX if nsfw else _TORZNAB[subcategory]
