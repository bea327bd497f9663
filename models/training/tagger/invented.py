"""Names that are made of the patterns of trackers and collectors, and of works of the catalogue.

In a pattern {c} is the creator, {t} the title, {y} the year, {a} the album, {n} the track's number,
{g} a genre, {z} a later year, {d} a director, {r} the title in another script, {o} another title,
{h} a channel and {e} an episode.
"""

import random
import re
from dataclasses import replace
from typing import Any

from models.training.tagger.data import Example
from models.training.tagger.synth import Piece, joined
from models.training.tagger.works import Works
from schemas.media import Subcategory

_MUSIC = (
    "{c} - {t} ({y}) [FLAC]",
    "{c} - {t} [{y}]",
    "{c} - {y} - {t}",
    "{c} - {t}",
    "{c} – {t} ({y}) MP3 320kbps",
    "{t} - {c} ({y})",
    "({g}) {c} - {t} - {y}, FLAC (tracks+.cue), lossless",
    "[{g}] {c} - {t} ({y}) Mp3-320",
    "({g}) [CD] {c} - {t} - {y}, FLAC",
    "{c} - Discography ({y}-{z})",
    "{c} - {t} ({y}) {g}",
    "{c} {t} {y}",
    "{c}-{t}-{y}",
    "[{y}] {c} - {t}",
    "{c} - {t} (Deluxe Edition) ({y})",
    "{c} - {t} - MP3 - 320kbps",
    "[MP3 320] {c} - {t}",
    "{c} - {t} - {y} (320 kbps MP3)",
    "{t} by {c}",
    "[{g}] {c} - {t} - {y} [FLAC]",
    "{c} - {t} {y} 2cd (flac) {g}",
    "{c} - {t} (24bit-96kHz)",
    "{c}_-_{t}_({y})",
    "{c} - {t} [Remastered] ({y}) [24-96]",
    "{c} - [{y}] {t}",
)
_TRACKS = (
    "{c} - {a} - {n:02d} - {t}.mp3",
    "{n:02d} - {c} - {t}.mp3",
    "{n:02d}-{c}-{t}.flac",
    "{c} - {t}.mp3",
    "{n:02d}. {c} - {t}.m4a",
    "{c} - {a} ({y}) - {n:02d}. {t}.flac",
    "{t} - {c}.mp3",
    "{n:02d}.-{c}-{t}.mp3",
    "{c} - {t} (Official Audio).m4a",
    "{t} by {c}.mp3",
)
_FILMS = (
    "{r} / {t} ({d}) [{y}, драма, комедия, BDRip 1080p] Dub",
    "{r} / {t} [{y}, WEB-DLRip] MVO",
    "{r} / {t} ({y}) BDRip",
    "{t} / {r} ({y}) WEB-DL 1080p",
    "[{r}] {t} ({y}) [1080p]",
    "{r} {t} {y} BluRay 1080p",
    "{r}.{t}.{y}.1080p.WEB-DL.x264",
)
_BOOKS = (
    "{c} - {t} ({y}) PDF",
    "{c} - {t}.epub",
    "{t} - {c}",
    "{t} by {c} EPUB",
    "{c} - {t} (epub)",
    "{t} ({y}) - {c}.pdf",
    "{t} [{c}]",
    "{c} - {t} [{y}, PDF, RUS]",
    "{t} by {c} (.ePUB)+",
    "{c} — {t}.fb2",
    "{t}, {y}, {c}",
    "{c} - {t} retail (epub) [ENG]",
    "{c}, {t} {y}.pdf",
)
_SCENE_MUSIC = (
    "{c}-{t}-WEB-{y}-GRP",
    "{c}-{t}-CD-FLAC-{y}-GRP",
    "{c}-{t}-(ABC123)-WEB-{y}-GRP",
    "{c}-{t}-Promo_CD-{y}-GRP_INT",
    "{c}-{t}-2CD-{y}-GRP",
    "{c}-{t}-(Deluxe_Edition)-WEB-{y}-GRP",
    "{c}_-_{t}-{y}-GRP",
    "{c}-{t}-CDS-{y}-GRP",
    "{c}-{t}-Reissue-CD-{y}-GRP",
    "{c}-{t}-SAT-03-14-{y}-GRP",
    "{c}-{t}-Vinyl-{y}-GRP",
)
"""Scene names of recordings; artists and titles may have hyphens of their own."""

_CHANNELS = (
    "BBC",
    "PBS",
    "ITV",
    "Ch4",
    "Ch5",
    "NHK",
    "ZDF",
    "RTP",
    "National Geographic",
    "Nat Geo",
    "Discovery Channel",
    "Discovery Ch",
    "History Channel",
    "HBO",
    "Udemy",
    "Skillshare",
    "Pluralsight",
    "TTC",
    "Coursera",
)
"""Who shows a programme or a course; its name comes first and is no part of the title."""

_SHOWN = (
    "{h} {t} {n}of18 {a} x264 AAC.mkv",
    "{h} {t} Series 1 {n}of18 {a} 720p HDTV x264 AAC.mp4",
    "{h} - {t}",
    "{h} {t} 720p HDTV x264.mkv",
    "{h} {t} {y} {a} HDTV x264.mp4",
    "[ example.com ] {h} - {t}",
    "{h} - {t} ({y})",
    "{h} {t} S01E{n} {a} 1080p WEB",
)
_ASIAN = (
    "[字幕组][{r}][{n}][1080P][简体]",
    "【字幕组】{r} 第{n}集 [720P]",
    "[Group] {t} / {r} - {n} [WEB-DL 1080p][CHS]",
    "{r} 第1季 全12集 1080p",
    "{r}.{t}.{y}.BluRay.1080p.x264-GRP",
    "{r} ({y}) 1080p",
    "[{y}] {r} BDRip 1080p",
    "{r} {t} 全{n}話",
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_GENRES = (
    "Rock",
    "Progressive Rock",
    "Jazz",
    "Hip-Hop",
    "Death Metal",
    "Pop",
    "Folk",
    "Electronic, House",
    "Blues",
    "Techno",
    "Punk",
    "Классика",
)


_ROLES = {"c": "creator", "t": "title", "y": "year", "a": "album", "e": "episode_title"}
_WEIGHT = 0.7
_LONGEST = 80


def invented(count: int, works: Works, rng: random.Random) -> list[Example]:
    """Names of the patterns that trackers and collectors use."""
    examples: list[Example] = []
    while len(examples) < count:
        kind = rng.random()
        if kind < 0.3:
            examples += _album(works, rng)
        elif kind < 0.4:
            examples += _scene_album(works, rng)
        elif kind < 0.5:
            examples += _track(works, rng)
        elif kind < 0.6:
            examples += _shown(works, rng)
        elif kind < 0.7 and works.bilingual:
            examples += _asian(works, rng)
        elif kind < 0.8 and works.bilingual:
            examples += _film(works, rng)
        else:
            examples += _book(works, rng)
    return examples[:count]


def _album(works: Works, rng: random.Random) -> list[Example]:
    creator, title, year = rng.choice(works.albums)
    return _filled(rng.choice(_MUSIC), Subcategory.ALBUM, rng, c=creator, t=title, y=year)


def _scene_album(works: Works, rng: random.Random) -> list[Example]:
    creator, title, year = rng.choice(works.albums)
    creator, title = (re.sub(r"[^\w'.,()&-]+", "_", text).strip("_") for text in (creator, title))
    if rng.random() < 0.2:
        creator = creator.replace("_", "-", 1)
    pattern = rng.choice(_SCENE_MUSIC)
    examples = _filled(pattern, Subcategory.ALBUM, rng, c=creator, t=title, y=year)
    return [_lower(example) if rng.random() < 0.3 else example for example in examples]


def _lower(example: Example) -> Example:
    lowered = example.name.lower()
    is_as_long = len(lowered) == len(example.name)
    return replace(example, name=lowered) if is_as_long else example


def _shown(works: Works, rng: random.Random) -> list[Example]:
    """A programme or a course behind the name of who shows it."""
    title, year = rng.choice(works.titles["tv"])
    part = " ".join(rng.choice(works.albums)[1].split()[:4])
    pattern = rng.choice(_SHOWN)
    if "{a}" in pattern:
        pattern = pattern.replace("{a}", "{e}")
    channel = rng.choice(_CHANNELS)
    examples = _filled(pattern, Subcategory.EPISODE, rng, h=channel, t=title, e=part, y=year)
    return [_dotted(example) if rng.random() < 0.6 else example for example in examples]


def _dotted(example: Example) -> Example:
    """The example with dots for spaces: as long as before, so that the places stay."""
    return replace(example, name=example.name.replace(" ", "."))


def _asian(works: Works, rng: random.Random) -> list[Example]:
    """A Chinese, Japanese or Korean name; the title that comes first is the one."""
    alias, title, year = rng.choice(works.bilingual)
    alias = alias.strip()
    if not _CJK.search(alias):
        return []
    pattern = rng.choice(_ASIAN)
    if "{t}" not in pattern:
        pattern, names = pattern.replace("{r}", "{t}"), {"t": alias}
    elif pattern.index("{r}") < pattern.index("{t}"):
        pattern = pattern.replace("{t}", "{o}").replace("{r}", "{t}")
        names = {"t": alias, "o": title}
    else:
        pattern, names = pattern.replace("{r}", "{o}"), {"t": title, "o": alias}
    return _filled(pattern, Subcategory.EPISODE, rng, y=year, **names)


def _track(works: Works, rng: random.Random) -> list[Example]:
    creator, album, year = rng.choice(works.albums)
    title = rng.choice(works.albums)[1]
    pattern = rng.choice(_TRACKS)
    return _filled(pattern, Subcategory.TRACK, rng, c=creator, t=title, a=album, y=year)


def _film(works: Works, rng: random.Random) -> list[Example]:
    """A film in two languages. Readers labelled the title that comes first."""
    alias, title, year = rng.choice(works.bilingual)
    pattern = rng.choice(_FILMS)
    if pattern.index("{r}") < pattern.index("{t}"):
        pattern = pattern.replace("{t}", "{o}").replace("{r}", "{t}")
        names = {"t": alias, "o": title}
    else:
        pattern = pattern.replace("{r}", "{o}")
        names = {"t": title, "o": alias}
    director = rng.choice(works.books)[0]
    return _filled(pattern, Subcategory.MOVIE, rng, d=director, y=year, **names)


def _book(works: Works, rng: random.Random) -> list[Example]:
    creator, title, year = rng.choice(works.books)
    pattern = rng.choice(_BOOKS)
    subcategory = rng.choice((Subcategory.EBOOK, Subcategory.AUDIOBOOK))
    return _filled(pattern, subcategory, rng, c=creator, t=title, y=year)


def _filled(
    pattern: str, subcategory: Subcategory, rng: random.Random, **values: Any
) -> list[Example]:
    """The name that a pattern makes of values; none if one of them is empty or too long."""
    values["y"] = values.get("y") or rng.randint(1955, 2026)
    values |= {
        "g": rng.choice(_GENRES),
        "z": int(values["y"]) + rng.randint(1, 9),
        "n": rng.randint(1, 18),
    }
    texts = [value for value in values.values() if isinstance(value, str)]
    if any(len(text) > _LONGEST or not text.strip() for text in texts):
        return []
    is_span = "{z}" in pattern
    if is_span:
        values["t"] = None
    pieces: list[Piece] = []
    for text, slot in re.findall(r"([^{}]*)(?:\{([^{}]+)\})?", pattern):
        if text:
            pieces.append((None, text))
        if slot:
            role = _ROLES.get(slot[0])
            is_bound = is_span and role == "year"
            number = f"{values['n']:02d}"
            value = number if slot[0] == "n" else str(values[slot])
            pieces.append((None if is_bound else role, value))
    return [joined(Example("", subcategory, {}, weight=_WEIGHT), pieces)]
