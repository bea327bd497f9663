"""What the paths of a folder tell by their layout: chapters, courses, discs, pages, ROM sets."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from models.extract.rules.file_numbers import common_head

MOST = 0.6
"""Share of the files that must look so. The rest are companions that no rule knows."""

_CHAPTER = re.compile(
    r"(?<![a-zа-я])(?:chapter|chap|kapitel|chapitre|cap[ií]tulo|capitolo|hoofdstuk|rozdzia[lł]|глава)"
    r"[ ._-]{0,3}(?:\d|[ivx]{1,5}\b|-)"
)
_LESSON_FOLDER = re.compile(
    r"^(?:(?:section|module|unit|week|lesson|lecture|chapter|day|lektion|leçon|раздел|урок)\b"
    r"[ ._-]{0,3}\d|\d{1,2}(?: ?[-.)_] ?| )[^\W\d_])"
)
_LEADING_NUMBER = re.compile(r"^(?:\d{1,2}\.)?(\d{1,3})(?!\d)(?: ?[-._) ]|$)")
_LESSON = re.compile(r"\b(?:introduction to|lesson|lecture|course|tutorial|exercises?|quiz)\b")
_PAGE_FOLDER = re.compile(
    r"(?:^|[ ._\[(-])(?:ch(?:ap(?:ter)?)?|vol(?:ume)?|v|issue|no|#|tome?|band)"
    r"[ ._-]{0,2}\d{1,4}(?!\d)"
)
_PAGE = re.compile(r"(?:^|[ ._-])(?:p(?:age)?[ ._-]?)?\d{1,4}(?:-\d{1,4})?$")
_CLOSING_BRACKET = re.compile(r" ?[\[(][^\[\]()]{1,30}[\])]$")
_PAGE_OF_ISSUE = re.compile(
    r"(?:^|[ ._-])(?:page|pag|seite|стр|pg)[ ._-]?\d{1,4}$"
    r"|(?:#|\b(?:ch|vol|v|c|no|issue)[ ._-]?)\d{1,4}\b.{0,40}[ ._-](?:p[ ._-]?)?\d{1,4}$"
    r"|[^\W\d_][ ._-]+\d{2,3} ?- ?(?:p[ ._-]?)?\d{2,3}$"
)
"""The number of a page behind the word, or behind the number of its issue or chapter."""
_REGION = re.compile(
    r"\((?:usa|europe|japan|world|germany|france|spain|italy|korea|australia|brazil|asia|unl|proto)"
    r"(?:, ?\w+)*\)|\((?:u|e|j|ue|ju|jue|w)\)|\[!\]"
)
_BROADCAST = re.compile(
    r"(?<![a-zа-я])(?:episode|episodio|épisode|folge|ep|выпуск|эпизод|серия)"
    r"[ ._-]{0,2}\d{1,4}(?!\d)"
    r"|(?<![a-z0-9])s\d{1,2}[ ._-]?e\d{1,3}(?!\d)"
)
_READ = re.compile(
    r"\b(?:read by|narrated by|(?:un)?abridged|audio ?books?|hörbuch|gelesen von|аудиокнига"
    r"|читает)\b"
)
_MUSIC_VIDEO = re.compile(
    r"\b(?:official (?:music |lyric |hd |4k )?video|official clip|music video|lyrics? video"
    r"|official visuali[sz]er|clip officiel|video ?clip|video oficial)\b"
)
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_FEWEST_SONGS, _MOST_SONGS = 4, 30
_SONG_BYTES = (2 * 2**20, 16 * 2**20)
"""The mean size of the songs of an album: three to seven minutes in any lossy format."""

_IMAGES = (".bin", ".img", ".mdf", ".nrg", ".ccd")
_GAME_FILE = re.compile(
    r"(?:^|/)(?:steam_api(?:64)?\.dll|unityplayer\.dll|gameassembly\.dll|fg-\w+\.bin"
    r"|eboot\.bin|default\.xex|default\.xbe|ps3_disc\.sfb"
    r"|goggame-\d+\.\w+|steam_appid\.txt|main\.\d+\.[\w.]+\.obb|[^/]+_data/(?:resources|sharedassets\d+)\.assets)$"
    r"|(?:^|/)(?:cusa|ppsa|blus|bles|bcus|bces|npub|npeb)-?\d{5}(?!\d)"
)
_MONTHS = (
    "jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli"
    "|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?"
    "|spring|summer|autumn|fall|winter"
)
_ISSUE = re.compile(
    rf"\b(?:{_MONTHS})\b.{{0,12}}\b(?:19|20)\d\d\b"
    rf"|\b(?:19|20)\d\d[ ._-]{{1,3}}(?:{_MONTHS}|[01]\d)\b"
    r"|\b(?:issue|no|nr|heft)[ ._-]{0,2}\d{1,4}\b"
)
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d[ ._-][01]\d[ ._-][0-3]\d(?!\d)")
_LOOP = re.compile(r"\b\d{2,3} ?bpm\b|(?:^|/)(?:[^/]* )?(?:loops?|one[ -]?shots?|stems|presets)/")
_VOLUME = re.compile(r"^(.*?)\.(?:rar|r\d{2}|s\d{2}|part\d{1,3}\.rar)$")
_COUNT = re.compile(r"(?:(?:episode|ep|e|folge)[ ._-]?|- ?|^)(\d{1,3})(?!\d)")
_VIDEO_DISC = re.compile(r"^(.*?/?)(?:video_ts|bdmv)/")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


_HUNDRED = 100
"""Season and episode in one number: 301 is the first of the third season."""


def _names(paths: Iterable[str]) -> list[str]:
    """The names of files, in lower case, without their endings."""
    return [path.lower().rpartition("/")[2].rpartition(".")[0] for path in paths]


def _is_most(count: int, total: int) -> bool:
    return total > 0 and count >= MOST * total


def _hold(paths: Sequence[str], words: Sequence[str]) -> bool:
    """Whether one of the words is in any path at all: a cheap look that spares the expressions."""
    text = "\n".join(paths).lower()
    return any(word in text for word in words)


_READ_WORDS = ("read", "narrated", "audiobook", "bridged", "hörbuch", "gelesen", "книга", "читает")
_CHAPTER_WORDS = ("chap", "kapitel", "cap", "hoofdstuk", "rozdzia", "глава")
_LOOP_WORDS = ("bpm", "loop", "shot", "stems", "presets")
_VIDEO_WORDS = ("video", "clip", "visuali")
_CENTURIES = ("19", "20")
_DISC_WORDS = ("video_ts/", "bdmv/")
_CONSOLE_WORDS = ("eboot.bin", "default.xex", "default.xbe", "ps3_disc.sfb")
_GAME_WORDS = (
    *_CONSOLE_WORDS,
    *("cusa", "ppsa", "blus", "bles", "bcus", "bces", "npub", "npeb"),
    ".obb",
    "steam_a",
    "unityplayer",
    "gameassembly",
    "fg-",
    "goggame",
    "_data/",
)


def are_chapters(paths: Sequence[str]) -> bool:
    """Whether most files are named as chapters of a book."""
    if not _hold(paths, _CHAPTER_WORDS):
        return False
    names = _names(paths)
    return len(names) > 2 and _is_most(
        sum(_CHAPTER.search(name) is not None for name in names), len(names)
    )


def are_read_aloud(paths: Sequence[str]) -> bool:
    """Whether most paths say that a book is read: by whom, or whether it is the whole text."""
    if not _hold(paths, _READ_WORDS):
        return False
    return _is_most(sum(_READ.search(path.lower()) is not None for path in paths), len(paths))


def are_numbered(paths: Sequence[str]) -> bool:
    """Whether the files of each folder have the numbers from 1 on, or from 301 on, with few gaps.

    A number stands first, or behind what all names of the folder begin with: `Low Tide 03`.
    """
    by_folder: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder, _, name = path.lower().rpartition("/")
        by_folder[folder].append(name.rpartition(".")[0])
    counted = 0
    for names in by_folder.values():
        numbers = _numbers(names, 0) or _numbers(names, len(common_head(names)))
        first = min(numbers, default=0)
        start = first - 1 if first > _HUNDRED and first % _HUNDRED == 1 else 0
        if len(numbers) > 2 and max(numbers) - start <= len(numbers) / MOST:
            counted += len(numbers)
    return len(paths) > 3 and _is_most(counted, len(paths))


def _numbers(names: Sequence[str], start: int) -> set[int]:
    """The numbers that stand at a place of the names."""
    matches = (_LEADING_NUMBER.match(name[start:]) for name in names)
    return {int(match[1]) for match in matches if match is not None}


def are_broadcasts(paths: Sequence[str]) -> bool:
    """Whether most files of sound are called episodes, as those of a radio series are."""
    names = _names(paths)
    return len(names) > 2 and _is_most(
        sum(_BROADCAST.search(name) is not None for name in names), len(names)
    )


def are_music_videos(paths: Sequence[str]) -> bool:
    """Whether most videos are called the official ones of a song, or its lyrics."""
    if not _hold(paths, _VIDEO_WORDS):
        return False
    videos = sum(_MUSIC_VIDEO.search(name) is not None for name in _names(paths))
    return len(paths) > 1 and _is_most(videos, len(paths))


def are_songs(paths: Sequence[str], sizes: Sequence[int | None]) -> bool:
    """Whether files of sound are as many and as large as the songs of an album.

    Each has a title of its own. Chapters of a book are mostly larger, more, or called by numbers.
    """
    if not _FEWEST_SONGS <= len(paths) <= _MOST_SONGS or None in sizes:
        return False
    mean = sum(size or 0 for size in sizes) / len(sizes)
    if not _SONG_BYTES[0] <= mean <= _SONG_BYTES[1]:
        return False
    names = _names(paths)
    length = len(common_head(names))
    titles = {_NOT_LETTERS.sub("", name[length:]) for name in names}
    return len(titles) == len(paths) and all(titles)


def is_course(paths: Sequence[str]) -> bool:
    """Whether numbered videos lie in two or more folders of lessons, or are called lessons."""
    if not are_numbered(paths):
        return False
    folders = {path.lower().rpartition("/")[0] for path in paths}
    lessons = [folder for folder in folders if _LESSON_FOLDER.match(folder.rpartition("/")[2])]
    is_in_lessons = len(lessons) > 1 and _is_most(len(lessons), len(folders))
    return is_in_lessons or any(_LESSON.search(name) for name in _names(paths))


def are_films(paths: Sequence[str]) -> bool:
    """Whether most files say a year of their own, as films that were put together do."""
    if len(paths) < 2 or not _hold(paths, _CENTURIES):
        return False
    years = [frozenset(_YEAR.findall(name)) for name in _names(paths)]
    dated = [own for own in years if own]
    return _is_most(len(dated), len(paths)) and len(set(dated)) > 1


def is_video_disc(paths: Sequence[str]) -> bool:
    """Whether all files are those of one DVD or Blu-ray."""
    if not _hold(paths, _DISC_WORDS):
        return False
    discs = {match[1] if (match := _VIDEO_DISC.match(path.lower())) else None for path in paths}
    return len(discs) == 1 and None not in discs


def are_dated(paths: Sequence[str]) -> bool:
    """Whether most files say a day of their own, as a daily show does."""
    if len(paths) < 3 or not _hold(paths, _CENTURIES):
        return False
    days = {match[0] for name in _names(paths) if (match := _DATED.search(name))}
    return _is_most(len(days), len(paths))


def are_issues(paths: Sequence[str]) -> bool:
    """Whether most files say a month or a number, as issues of a magazine do."""
    issues = sum(_ISSUE.search(name.replace("_", " ")) is not None for name in _names(paths))
    return len(paths) > 2 and _is_most(issues, len(paths))


def are_loops(paths: Sequence[str]) -> bool:
    """Whether most files are loops and sounds to make music of."""
    if len(paths) < 3 or not _hold(paths, _LOOP_WORDS):
        return False
    loops = sum(_LOOP.search(path.lower().replace("_", " ")) is not None for path in paths)
    return _is_most(loops, len(paths))


def are_counted_anew(paths: Sequence[str]) -> bool:
    """Whether two folders hold files of the same numbers, two or more: each is counted anew."""
    by_folder: dict[str, set[int]] = defaultdict(set)
    for path in paths:
        folder, _, name = path.lower().rpartition("/")
        numbers = _COUNT.findall(name)
        if numbers:
            by_folder[folder].add(int(numbers[-1]))
    counted = [numbers for numbers in by_folder.values() if len(numbers) > 1]
    shared = sum(len(numbers) for numbers in counted) - len(set().union(*counted))
    return len(counted) > 1 and shared > 1


def is_one_set_of_volumes(paths: Sequence[str]) -> bool:
    """Whether the files are the volumes of one RAR, perhaps with one of subtitles beside it."""
    stems: Counter[str] = Counter()
    for path in paths:
        matched = _VOLUME.match(path.lower())
        if matched is not None:
            stems[matched[1]] += 1
    return sum(count > 1 for count in stems.values()) == 1


def are_pages(paths: Sequence[str]) -> bool:
    """Whether most pictures are numbered pages, of chapters or volumes.

    The folder says which chapter it is, or the name: `Low Tide #3 p07`, `Low Tide 003-007`.
    """
    pages = 0
    for path in paths:
        folder, _, name = path.lower().rpartition("/")
        stem = _CLOSING_BRACKET.sub("", name.rpartition(".")[0])
        is_page = _PAGE.search(stem) is not None
        is_in_folder = is_page and _PAGE_FOLDER.search(folder) is not None
        pages += is_in_folder or _PAGE_OF_ISSUE.search(stem) is not None
    return len(paths) > 4 and _is_most(pages, len(paths))


def are_roms(paths: Sequence[str]) -> bool:
    """Whether most files say the region that a game was sold in, as catalogued sets do.

    One or two must all be the images of tracks or discs.
    """
    regions = sum(_REGION.search(name) is not None for name in _names(paths))
    if len(paths) < 3:
        return 0 < regions == len(paths) and all(path.lower().endswith(_IMAGES) for path in paths)
    return _is_most(regions, len(paths))


def is_of_console(paths: Sequence[str]) -> bool:
    """Whether a file is there that a console starts a game from."""
    return _hold(paths, _CONSOLE_WORDS) and is_game(paths)


def is_game(paths: Sequence[str]) -> bool:
    """Whether a file is there that only games bring: of an engine, a shop or a repacker."""
    return _hold(paths, _GAME_WORDS) and any(_GAME_FILE.search(path.lower()) for path in paths)
