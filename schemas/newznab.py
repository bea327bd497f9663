"""The Newznab categories of a torrent: several each, from its class and what was read of it.

The ids and names are those of
https://torznab.github.io/spec-1.3-draft/torznab/Specification-v1.3.html#predefined-categories
The rules are data, so that a search can ask for a category in the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from schemas.media import MEDIUM_OF, TORZNAB_XXX, Medium, Subcategory

_S = Subcategory
_MUSIC = frozenset({_S.TRACK, _S.ALBUM, _S.COLLECTION})
_MOVIES = frozenset({_S.MOVIE})
_TV = frozenset({_S.EPISODE, _S.SEASON, _S.SERIES})
_PROGRAMS = frozenset({_S.APPLICATION, _S.SOFTWARE_OTHER})
_SOFTWARE = _PROGRAMS | {_S.GAME}
_GAMES = frozenset({_S.GAME})
_VIDEO = frozenset(sub for sub, medium in MEDIUM_OF.items() if medium is Medium.VIDEO)

SD = frozenset({"240p", "360p", "480p", "540p", "576p"})
HD = frozenset({"720p", "1080p", "1440p"})
UHD = frozenset({"2160p", "2700p", "4320p"})
_WEB = frozenset({"WEB-DL", "WEBRip"})
LOSSLESS = frozenset({"FLAC", "ALAC", "APE", "WavPack", "DSD", "WAV", "TTA", "PCM", "AIFF"})
"""Audio codecs that keep every sample."""
_SPECIALS = frozenset({"OVA", "OAD", "ONA", "NCOP", "NCED"})


class Part(StrEnum):
    """Where a mark is read."""

    TECHNICAL = "technical"
    METADATA = "metadata"
    NAME = "name"
    """The first character of the name."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A field that has one of some values; of a list of values one is enough."""

    part: Part
    field: str
    values: frozenset[str]
    is_list: bool = False

    def holds(self, described: "Described") -> bool:
        """Whether a torrent has the mark."""
        if self.part is Part.NAME:
            return described.name[:1] in self.values
        fields = described.technical if self.part is Part.TECHNICAL else described.metadata
        value = fields.get(self.field)
        values: Sequence[Any] = (value or ()) if self.is_list else (value,)
        return any(part in self.values for part in values)


@dataclass(frozen=True, slots=True)
class Category:
    """A category below a parent: what may be in it, and one of whose marks it must have."""

    id: int
    name: str
    subcategories: frozenset[Subcategory]
    marks: tuple[Mark, ...] = ()
    """Any of them is enough. None: everything of the subcategories is in it."""
    is_rest: bool = False
    """Whether it takes what is in no other category of its subcategories."""
    is_adult: bool = False

    @property
    def parent(self) -> int:
        """The id that stands for all categories of the same thousand."""
        return self.id // 1000 * 1000


@dataclass(frozen=True, slots=True)
class Described:
    """A torrent as far as its categories depend on it."""

    subcategory: Subcategory
    nsfw: bool = False
    name: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    technical: Mapping[str, Any] = field(default_factory=dict)


def _technical(field: str, *values: str) -> tuple[Mark, ...]:
    return (Mark(Part.TECHNICAL, field, frozenset(values)),)


def _platform(*values: str) -> tuple[Mark, ...]:
    return (Mark(Part.METADATA, "platforms", frozenset(values), is_list=True),)


_CONSOLES = (
    (1010, "Console/NDS", _platform("ds")),
    (1020, "Console/PSP", _platform("psp")),
    (1030, "Console/Wii", _platform("wii")),
    (1040, "Console/XBox", _platform("xbox")),
    (1050, "Console/XBox 360", _platform("xbox-360")),
    (1080, "Console/PS3", _platform("playstation-3")),
    (
        1090,
        "Console/Other",
        _platform(
            *("playstation", "playstation-2", "playstation-5", "xbox-series", "switch", "switch-2"),
            *("gamecube", "n64", "nes", "snes", "game-boy", "game-boy-color", "game-boy-advance"),
            *("mega-drive", "master-system", "game-gear", "saturn", "dreamcast", "atari"),
        ),
    ),
    (1110, "Console/3DS", _platform("3ds")),
    (1120, "Console/PS Vita", _platform("ps-vita")),
    (1130, "Console/WiiU", _platform("wii-u")),
    (1140, "Console/XBox One", _platform("xbox-one")),
    (1180, "Console/PS4", _platform("playstation-4")),
)

CATEGORIES: tuple[Category, ...] = (
    *(Category(number, name, _GAMES, marks) for number, name, marks in _CONSOLES),
    Category(2020, "Movies/Other", _MOVIES, is_rest=True),
    Category(2030, "Movies/SD", _MOVIES, _technical("resolution", *SD)),
    Category(2040, "Movies/HD", _MOVIES, _technical("resolution", *HD)),
    Category(2045, "Movies/UHD", _MOVIES, _technical("resolution", *UHD)),
    Category(2050, "Movies/BluRay", _MOVIES, _technical("source", "BluRay", "Remux")),
    Category(2070, "Movies/DVD", _MOVIES, _technical("source", "DVD")),
    Category(2080, "Movies/WEB-DL", _MOVIES, _technical("source", *_WEB)),
    Category(3010, "Audio/MP3", _MUSIC, _technical("audio_codec", "MP3")),
    Category(3020, "Audio/Video", frozenset({_S.MUSIC_VIDEO})),
    Category(3030, "Audio/Audiobook", frozenset({_S.AUDIOBOOK})),
    Category(3040, "Audio/Lossless", _MUSIC, _technical("audio_codec", *LOSSLESS)),
    Category(3050, "Audio/Other", _MUSIC | {_S.AUDIO_OTHER}, is_rest=True),
    Category(4010, "PC/0day", _PROGRAMS, is_rest=True),
    Category(
        4020,
        "PC/ISO",
        _PROGRAMS,
        (Mark(Part.METADATA, "formats", frozenset({"iso"}), is_list=True),),
    ),
    Category(4030, "PC/Mac", _PROGRAMS, _platform("macos")),
    Category(4040, "PC/Mobile-Other", _SOFTWARE, _platform("symbian", "palm", "pocket-pc")),
    Category(4050, "PC/Games", _GAMES, is_rest=True),
    Category(4060, "PC/Mobile-iOS", _SOFTWARE, _platform("ios")),
    Category(4070, "PC/Mobile-Android", _SOFTWARE, _platform("android")),
    Category(5010, "TV/WEB-DL", _TV, _technical("source", *_WEB)),
    Category(5030, "TV/SD", _TV, _technical("resolution", *SD)),
    Category(5040, "TV/HD", _TV, _technical("resolution", *HD)),
    Category(5045, "TV/UHD", _TV, _technical("resolution", *UHD)),
    Category(5050, "TV/Other", _TV, is_rest=True),
    Category(
        5070,
        "TV/Anime",
        _TV,
        # Those who subtitle anime put their group before the title, and nobody else does.
        (
            Mark(Part.NAME, "name", frozenset({"["})),
            Mark(Part.METADATA, "special", _SPECIALS),
        ),
    ),
    Category(6010, "XXX/DVD", _VIDEO, _technical("source", "DVD"), is_adult=True),
    Category(6020, "XXX/WMV", _VIDEO, _technical("codec", "WMV"), is_adult=True),
    Category(6030, "XXX/XviD", _VIDEO, _technical("codec", "XviD", "DivX"), is_adult=True),
    Category(6040, "XXX/x264", _VIDEO, _technical("codec", "x264"), is_adult=True),
    Category(6045, "XXX/UHD", _VIDEO, _technical("resolution", *UHD), is_adult=True),
    Category(6060, "XXX/ImageSet", frozenset({_S.IMAGES}), is_adult=True),
    Category(6070, "XXX/Other", frozenset(_S), is_rest=True, is_adult=True),
    Category(6080, "XXX/SD", _VIDEO, _technical("resolution", *SD), is_adult=True),
    Category(6090, "XXX/WEB-DL", _VIDEO, _technical("source", *_WEB), is_adult=True),
    Category(7010, "Books/Mags", frozenset({_S.MAGAZINE})),
    Category(7020, "Books/EBook", frozenset({_S.EBOOK})),
    Category(7030, "Books/Comics", frozenset({_S.COMIC})),
    Category(7050, "Books/Other", frozenset({_S.BOOK_OTHER})),
    Category(8010, "Other/Misc", frozenset({_S.VIDEO_OTHER, _S.IMAGES, _S.OTHER})),
)
"""Every category that a torrent can be in, beside the parents."""

PARENTS: MappingProxyType[int, str] = MappingProxyType(
    {
        1000: "Console",
        2000: "Movies",
        3000: "Audio",
        4000: "PC",
        5000: "TV",
        TORZNAB_XXX: "XXX",
        7000: "Books",
        8000: "Other",
    }
)


def siblings(category: Category) -> tuple[Category, ...]:
    """The categories whose torrents a rest does not take."""
    return tuple(
        other
        for other in CATEGORIES
        if not other.is_rest
        and other.is_adult == category.is_adult
        and other.subcategories & category.subcategories
    )


def torznab_ids(described: Described) -> tuple[int, ...]:
    """The ids of a torrent in order of their numbers: parents, and what it is below them.

    Adult works are in the categories of 6000 and in no other.
    """
    same = [
        category
        for category in CATEGORIES
        if category.is_adult == described.nsfw and described.subcategory in category.subcategories
    ]
    ids = [
        category
        for category in same
        if not category.is_rest
        and (not category.marks or any(mark.holds(described) for mark in category.marks))
    ] or [category for category in same if category.is_rest]
    return tuple(sorted({number for category in ids for number in (category.id, category.parent)}))
