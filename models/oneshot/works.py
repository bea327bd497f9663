"""The works in a folder: itself, or what lies in it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from models.content.content import Content, SourceKind
from models.extract.names.endings import AUDIO, VIDEO
from models.extract.rules.numbering import numbering_in_pack
from schemas import TorrentFile

_BOOKS = frozenset({"epub", "mobi", "azw3", "cbr", "cbz", "djvu", "fb2", "pdf"})

ENDINGS = AUDIO | VIDEO | _BOOKS
"""Endings of files that are works, or parts of them."""

_NUMBERED = re.compile(
    r"(?i)(?:cd|dis[ck]|dvd|side|vol(?:ume)?|season|series|s|part|book)[ ._-]*\d+$"
)
"""Folders of a disc, a season or another numbered part of one work."""

_BESIDE = re.compile(
    r"(?i)(?:(?:cd|dis[ck]|dvd|side|extras?|specials?|samples?|bonus|featurettes?|sub(?:title)?s)"
    r"[ ._-]*\d*$|(?:19|20)\d\d\b|[(\[](?:19|20)\d\d)"
)
"""Other folders inside of one work, and albums of one artist, which begin with their year."""

_OF_ONE = re.compile(r"(?i)\b(?:discography|complete|collection|anthology|trilogy|s\d\d)\b")
"""Names of folders that are one work, or of one artist, whatever is in them."""

_YEAR = re.compile(
    r"(?<![ ._])[ ._]+(?P<bracket>[(\[])?(?P<year>(?:19|20)\d\d)(?![ ._-]?\d)(?=$|[ ._\[\](),-])"
)
"""The year behind a title, as films have it; no day such as `2014.05.03`."""

_EXTRA = re.compile(
    r"(?i)(?:^|[ ._(\[-])(?:samples?|trailers?|teasers?|extras?|featurettes?|making of|bonus"
    r"|deleted scenes?|interviews?)(?=$|[ ._)\]-])"
)
"""Videos that stand beside a work."""

_PART = re.compile(r"(?i)[ ._-]*\b(?:cd|dis[ck]|part|pt)[ ._-]?\d\b.*")
"""What tells the parts of one film apart."""

_TRACK = re.compile(r"\d{1,3}\b")

_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"the", "a", "an"})

_DEEPEST = 8
"""Folders in one another that may hold works."""


@dataclass(frozen=True, slots=True)
class Work:
    """One work of a folder.

    Attributes:
        content: what the work is read from; the paths of its files begin inside of it.
        lead: what these paths follow, in the folder that was asked about: empty, or a path that
            ends in a slash.
    """

    content: Content
    lead: str = ""


def works_in(content: Content, lead: str = "", depth: int = 0) -> Iterator[Work]:
    """The works of a folder: the folder itself if it is one, else those of what lies in it."""
    if depth == _DEEPEST or not holds_works(content):
        yield Work(content, lead)
        return
    loose, folders = _parts(content)
    for name, files in _loose_works(content.name, loose).items():
        yield Work(_content(name, files, SourceKind.FILE), lead)
    for folder, files in folders.items():
        below = _content(folder, files, SourceKind.FOLDER)
        yield from works_in(below, f"{lead}{folder}/", depth + 1)


def holds_works(content: Content) -> bool:
    """Whether a folder holds several works, and is none itself.

    What makes a folder one work are its discs, seasons and extras, the albums of one artist, and
    a name that the files in it share. Films that each have a title and a year are several works,
    whatever the folder is called, and so are books that do not begin with one author.
    """
    loose, folders = _parts(content)
    if _NUMBERED.match(content.name) or _is_of_one_artist(content.name, loose, folders):
        return False
    if len(set(_dated_films(loose, folders))) > 1:
        return True
    authors = _authors(loose)
    if _OF_ONE.search(content.name) and len(authors) < 2:
        return False
    works = [
        _content(folder, files, SourceKind.FOLDER)
        for folder, files in folders.items()
        if any(map(_is_work, files)) and not is_part(folder)
    ]
    alone = [PurePosixPath(file.path) for file in loose if _is_work(file)]
    if not alone:
        return len(works) > 1 or (len(works) == 1 and holds_works(works[0]))
    films = {_film_key(path) for path in alone if _is(path, VIDEO) and not is_extra(path)}
    books = {path.stem.casefold() for path in alone if _is(path, _BOOKS)}
    if any(_first_word(path.stem) == _first_word(content.name) for path in alone):
        return False
    if any(_is(path, AUDIO) for path in alone):
        return len(works) > 1 or len(films) > 1
    if len(authors) > 1:
        return True
    return bool(films or works) and len(films) + len(books) + len(works) > 1


def _is_of_one_artist(
    folder: str, loose: Sequence[TorrentFile], folders: dict[str, list[TorrentFile]]
) -> bool:
    """Whether a folder such as `Artist - Title` has all music in folders that name no artist."""
    if " - " not in folder or any(map(_is_work, loose)):
        return False
    held = {name: [file for file in files if _is_work(file)] for name, files in folders.items()}
    return any(held.values()) and all(
        " - " not in name and all(_is(PurePosixPath(file.path), AUDIO) for file in files)
        for name, files in held.items()
    )


def _dated_films(
    loose: Sequence[TorrentFile], folders: dict[str, list[TorrentFile]]
) -> Iterator[tuple[str, str]]:
    """Title and year of the films that lie in a folder, or in folders of their own."""
    names = [
        path.stem
        for path in (PurePosixPath(file.path) for file in loose)
        if _is(path, VIDEO) and not is_extra(path)
    ]
    names += [
        folder
        for folder, files in folders.items()
        if not is_part(folder) and any(_is(PurePosixPath(file.path), VIDEO) for file in files)
    ]
    for name in names:
        years = list(_YEAR.finditer(name))
        if not years or _is_numbered(name):
            continue
        year = next((year for year in years if year["bracket"]), years[-1])
        if title := " ".join(_WORD.findall(name[: year.start()].casefold())):
            yield title, year["year"]


def _is_numbered(name: str) -> bool:
    """Whether a name says a season or a special of a series."""
    place = numbering_in_pack(name)
    return place is not None and (place.season is not None or place.special is not None)


def _authors(loose: Sequence[TorrentFile]) -> set[str]:
    """What the books that lie in a folder have before their first dash, if it has no number."""
    authors: set[str] = set()
    for file in loose:
        path = PurePosixPath(file.path)
        author, dash, _ = path.stem.partition(" - ")
        is_number = any(map(str.isdigit, author))
        if dash and _is(path, _BOOKS) and not is_number and any(map(str.isalpha, author)):
            authors.add(author.casefold().strip())
    return authors


def _parts(content: Content) -> tuple[list[TorrentFile], dict[str, list[TorrentFile]]]:
    """The files that lie in a folder itself, and those of each folder in it."""
    loose: list[TorrentFile] = []
    folders: defaultdict[str, list[TorrentFile]] = defaultdict(list)
    for file in content.files or ():
        folder, slash, path = file.path.partition("/")
        if slash:
            folders[folder].append(TorrentFile(path=path, size=file.size))
        else:
            loose.append(file)
    return loose, dict(folders)


def _content(name: str, files: Sequence[TorrentFile], source: SourceKind) -> Content:
    return Content(name, sum(file.size or 0 for file in files), tuple(files), source)


def _loose_works(folder: str, loose: Sequence[TorrentFile]) -> dict[str, list[TorrentFile]]:
    """Name -> the files of a work that lie in a folder itself.

    Episodes of one series are one work, and so are numbered tracks; what is named as a work goes
    with it, such as its subtitles.
    """
    groups: defaultdict[str, list[TorrentFile]] = defaultdict(list)
    names: dict[str, str] = {}
    for file in loose:
        path = PurePosixPath(file.path)
        if not _is_work(file):
            continue
        if _is(path, VIDEO):
            key, name = _film_key(path), path.name
        elif _is(path, AUDIO) and _TRACK.match(path.stem):
            key, name = "", folder
        else:
            key, name = path.stem.casefold(), path.name
        groups[key].append(file)
        names.setdefault(key, name)
    for file in loose:
        if not _is_work(file):
            _add_beside(file, groups)
    told: defaultdict[str, list[TorrentFile]] = defaultdict(list)
    for key, files in groups.items():
        told[names[key]] += files
    return dict(told)


def _add_beside(file: TorrentFile, groups: dict[str, list[TorrentFile]]) -> None:
    """Add a file to the work that it is named after."""
    name = PurePosixPath(file.path).name.casefold()
    for files in groups.values():
        if any(name.startswith(PurePosixPath(work.path).stem.casefold()) for work in files):
            files.append(file)
            return


def _film_key(path: PurePosixPath) -> str:
    """What the videos of one work share: the name of a series, or of a film without its parts."""
    place = numbering_in_pack(path.stem)
    name = path.stem[: place.start] if place and place.start else _PART.sub("", path.stem)
    return " ".join(_WORD.findall(name.casefold()))


def is_part(folder: str) -> bool:
    """Whether a folder lies inside of one work."""
    return bool(_NUMBERED.match(folder) or _BESIDE.match(folder))


def _first_word(name: str) -> str:
    words = [word for word in _WORD.findall(name.casefold()) if word not in _ARTICLES]
    return words[0] if words else ""


def _is(path: PurePosixPath, endings: frozenset[str]) -> bool:
    return path.suffix[1:].lower() in endings


def _is_work(file: TorrentFile) -> bool:
    return _is(PurePosixPath(file.path), ENDINGS)


def is_extra(path: PurePosixPath) -> bool:
    """Whether a video only stands beside a work, such as a trailer."""
    return bool(_EXTRA.search(path.stem))
