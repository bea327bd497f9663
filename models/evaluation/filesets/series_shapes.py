"""Shapes of series: seasons in folders, loose episodes, absolute numbers, specials."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from models.evaluation.filesets.draw import Draw, dotted
from models.evaluation.filesets.fileset import FileSet, Listed, Shape, blank, fileset
from schemas import Subcategory

_SEASON = Subcategory.SEASON
_TAGS = {
    "1080p.WEB.x264": "1080p",
    "720p.HDTV.x264": "720p",
    "2160p.WEB-DL.x265": "2160p",
    "DVDRip.XviD": None,
}
_FOLDERS = (
    ("Season {}", "Episode {:02d}"),
    ("Staffel {}", "Folge {:02d}"),
    ("Saison {}", "Épisode {:02d}"),
    ("Temporada {}", "Capítulo {:02d}"),
    ("Stagione {}", "Episodio {:02d}"),
    ("Сезон {}", "Серия {:02d}"),
)
"""Words for a season and an episode."""


def _seasons(first: int, last: int, listed: list[tuple[int | None, int]]) -> Mapping[str, Any]:
    """What is right of several seasons, or of one."""
    if first == last:
        return _of_one_season(first, [episode for _, episode in listed])
    return {"season": (first, last)}


def _of_one_season(season: int | None, episodes: list[int]) -> Mapping[str, Any]:
    return {
        "season": season,
        "episode": (episodes[0], episodes[-1]),
        "episodes": tuple((season, episode) for episode in episodes),
    }


def _class_of(first: int, last: int) -> Subcategory:
    return Subcategory.SERIES if last > first else _SEASON


def _size(draw: Draw) -> int:
    return draw.megabytes(180, 1_900)


def season_folders(draw: Draw) -> FileSet:
    """`Season 1/Harbour Street S01E01 The Visitor.mkv`."""
    title = draw.name("series_names")
    first = draw.choice((1, 1, 1, 2, 3))
    last = first + draw.choice((0, 1, 1, 2, 4))
    folder = draw.choice(("Season {}", "Season {:02d}", "S{:02d}", "{title} - Season {}"))
    files: list[tuple[str, int]] = []
    listed: list[tuple[int | None, int]] = []
    for season in range(first, last + 1):
        for episode in range(1, draw.number(4, 13) + 1):
            place = folder.format(season, title=title)
            said = draw.word("episode_titles")
            files.append((f"{place}/{title} S{season:02d}E{episode:02d} {said}.mkv", _size(draw)))
            listed.append((season, episode))
    name = draw.choice((title, f"{title} Complete", f"{title} - Complete Series"))
    expected = _seasons(first, last, listed)
    return fileset(name, files, _class_of(first, last), title=title, **expected)


def series_dotted(draw: Draw) -> FileSet:
    """`Series 1/1.01 Lamps.avi`."""
    title = draw.name("series_names")
    last = draw.choice((1, 2, 3, 4))
    files: list[tuple[str, int]] = []
    listed: list[tuple[int | None, int]] = []
    for season in range(1, last + 1):
        for episode in range(1, draw.number(3, 8) + 1):
            said = draw.word("episode_titles")
            files.append((f"Series {season}/{season}.{episode:02d} {said}.avi", _size(draw)))
            listed.append((season, episode))
    expected = _seasons(1, last, listed)
    return fileset(title, files, _class_of(1, last), title=title, **expected)


def season_words(draw: Draw) -> FileSet:
    """`Staffel 2/Folge 03.mkv`, in several languages."""
    folder, unit = draw.choice(_FOLDERS)
    script = {"Staffel": "german", "Temporada": "spanish", "Saison": "french", "Сезон": "russian"}
    language = script.get(folder.split()[0])
    title = draw.word("titles", language) if language else draw.name("series_names")
    season = draw.number(1, 9)
    episodes = list(range(1, draw.number(4, 14) + 1))
    tail = " - {said}" if draw.chance(0.3) else ""
    files = [
        (
            f"{folder.format(season)}/{unit.format(episode)}"
            f"{tail.format(said=draw.word('episode_titles'))}.mp4",
            _size(draw),
        )
        for episode in episodes
    ]
    return fileset(title, files, _SEASON, title=title, **_of_one_season(season, episodes))


def loose_numbers(draw: Draw) -> FileSet:
    """`01 - Lamps.mkv`, `Harbour Street - 01.mkv`, `Episode 01.avi`: no season is said."""
    title = draw.name("series_names")
    form = draw.choice(
        (
            "{n:02d} - {said}",
            "{n:02d}. {said}",
            "{title} - {n:02d}",
            "{title} {n:02d} - {said}",
            "Episode {n:02d}",
            "Ep {n} - {said}",
            "{title} - Episode {n}",
            "E{n:02d} {said}",
        )
    )
    episodes = list(range(1, draw.number(6, 26) + 1))
    files = [
        (form.format(n=n, title=title, said=draw.word("episode_titles")) + ".mkv", _size(draw))
        for n in episodes
    ]
    name = draw.choice((title, f"{title} (TV series)", f"{title} Complete Season"))
    return fileset(name, files, _SEASON, title=title, **_of_one_season(None, episodes))


def scene_files(draw: Draw) -> FileSet:
    """A name without numbers, and files as the scene names them."""
    title = draw.name("series_names")
    tags, resolution = draw.choice(list(_TAGS.items()))
    season, group = draw.number(1, 11), draw.word("groups")
    episodes = list(range(1, draw.number(3, 14) + 1))
    files = [
        (f"{dotted(title)}.S{season:02d}E{n:02d}.{tags}-{group}.mkv", _size(draw)) for n in episodes
    ]
    expected = {"title": title, "resolution": resolution, "group": group}
    name = blank(draw, title)
    return fileset(name, files, _SEASON, **expected, **_of_one_season(season, episodes))


def scene_folders(draw: Draw) -> FileSet:
    """Each episode in a folder of its own, with a sample and notes."""
    title = draw.name("series_names")
    tags, resolution = draw.choice(list(_TAGS.items()))
    season, group = draw.number(1, 11), draw.word("groups")
    episodes = list(range(1, draw.number(3, 12) + 1))
    files: list[tuple[str, int]] = []
    for n in episodes:
        release = f"{dotted(title)}.S{season:02d}E{n:02d}.{tags}-{group}"
        short = f"{group.lower()}-{dotted(title).split('.')[0].lower()}.{season}{n:02d}"
        files.append((f"{release}/{short}.mkv", _size(draw)))
        files.append((f"{release}/Sample/{short}-sample.mkv", draw.megabytes(5, 30)))
        files.append((f"{release}/{short}.nfo", 4_000))
    expected = {"title": title, "resolution": resolution}
    return fileset(title, files, _SEASON, **expected, **_of_one_season(season, episodes))


def x_numbers(draw: Draw) -> FileSet:
    """`Harbour Street - 3x07 - Lamps.avi`."""
    title, season = draw.name("series_names"), draw.number(1, 14)
    episodes = list(range(1, draw.number(4, 22) + 1))
    form = draw.choice(
        ("{title} - {s}x{n:02d} - {said}", "{s}x{n:02d} {said}", "{title} {s}x{n:02d}")
    )
    files = [
        (
            form.format(title=title, s=season, n=n, said=draw.word("episode_titles")) + ".avi",
            _size(draw),
        )
        for n in episodes
    ]
    return fileset(title, files, _SEASON, title=title, **_of_one_season(season, episodes))


def absolute_numbers(draw: Draw) -> FileSet:
    """`[LanternSubs] Paper Lantern - 137 [1080p][9F3C21AA].mkv`."""
    title = draw.name("series_names")
    first = draw.number(14, 640)
    episodes = list(range(first, first + draw.number(4, 26)))
    group, resolution = draw.word("fansubs"), draw.choice(("720p", "1080p"))
    files = [
        (f"[{group}] {title} - {n:02d} [{resolution}][{draw.hexadecimal(8)}].mkv", _size(draw))
        for n in episodes
    ]
    name = blank(draw, draw.choice((title, f"[{group}] {title}")), share=0.15)
    expected = {"title": title, "resolution": resolution}
    return fileset(name, files, _SEASON, **expected, **_of_one_season(None, episodes))


def double_episodes(draw: Draw) -> FileSet:
    """`S01E01E02`, `S01E03-E04`, `S01E05-06`: two episodes in each file."""
    title, season = draw.name("series_names"), draw.number(1, 6)
    form = draw.choice(
        ("S{s:02d}E{n:02d}E{m:02d}", "S{s:02d}E{n:02d}-E{m:02d}", "S{s:02d}E{n:02d}-{m:02d}")
    )
    episodes = list(range(1, 2 * draw.number(2, 8) + 1))
    files = [
        (f"{title} {form.format(s=season, n=n, m=n + 1)}.mkv", _size(draw)) for n in episodes[::2]
    ]
    return fileset(title, files, _SEASON, title=title, **_of_one_season(season, episodes))


def with_specials(draw: Draw) -> FileSet:
    """A season with its specials in a folder beside it, or numbered S00."""
    title, season = draw.name("series_names"), draw.number(1, 5)
    episodes = list(range(1, draw.number(5, 13) + 1))
    files = [(f"Season {season}/{title} S{season:02d}E{n:02d}.mkv", _size(draw)) for n in episodes]
    for special in range(1, draw.number(1, 3) + 1):
        folder = draw.choice(("Specials", "Season 0", "Season 00"))
        files.append((f"{folder}/{title} S00E{special:02d}.mkv", _size(draw)))
    expected = dict(_of_one_season(season, episodes))
    expected.pop("episodes")
    return fileset(title, files, _SEASON, title=title, **expected)


def anime_extras(draw: Draw) -> FileSet:
    """Episodes with openings without credits, fonts, scans and music beside them."""
    title, group = draw.name("series_names"), draw.word("fansubs")
    episodes = list(range(1, draw.choice((11, 12, 13, 24)) + 1))
    form = f"[{group}] {title} - {{}} (BD 1080p)"
    files = [(f"{form.format(f'{n:02d}')}.mkv", _size(draw)) for n in episodes]
    files += [
        (
            f"{draw.choice(('Extras', 'NC', 'Bonus'))}/{form.format(kind)}.mkv",
            draw.megabytes(40, 90),
        )
        for kind in ("NCOP", "NCED")
    ]
    files += [(f"Fonts/{draw.word('nouns')}.ttf", 90_000) for _ in range(3)]
    files += [(f"Scans/{page:02d}.png", draw.megabytes(2, 9)) for page in range(1, 6)]
    expected = {"title": title, "resolution": "1080p"}
    return fileset(
        draw.choice((title, f"[{group}] {title}")),
        files,
        _SEASON,
        **expected,
        **_of_one_season(None, episodes),
    )


def one_episode(draw: Draw) -> FileSet:
    """A single episode with notes and subtitles; the number stands in the file."""
    title, season, episode = draw.name("series_names"), draw.number(1, 12), draw.number(1, 24)
    tags, resolution = draw.choice(list(_TAGS.items()))
    release = f"{dotted(title)}.S{season:02d}E{episode:02d}.{tags}-{draw.word('groups')}"
    files = [(f"{release}.mkv", _size(draw)), (f"Subs/{release}.srt", 40_000)]
    if draw.chance(0.4):
        files.append((f"Sample/{release}-sample.mkv", draw.megabytes(5, 30)))
    expected = {"title": title, "season": season, "episode": episode, "resolution": resolution}
    return fileset(blank(draw, title), files, Subcategory.EPISODE, **expected)


def daily_show(draw: Draw) -> FileSet:
    """`The.Amber.Hour.2019.03.04.720p.WEB.mkv`."""
    title = f"The {draw.word('adjectives')} Hour"
    day = date(draw.number(2009, 2029), draw.number(1, 12), draw.number(1, 28))
    files = []
    for _ in range(draw.number(4, 15)):
        day += timedelta(days=draw.choice((1, 1, 1, 3)))
        files.append((f"{dotted(title)}.{day:%Y.%m.%d}.720p.WEB.x264-KITE.mkv", _size(draw)))
    return fileset(title, files, _SEASON, title=title, resolution="720p")


def series_in_parts(draw: Draw) -> FileSet:
    """`Low Tide Part 1 of 4.avi`: a series of a few parts."""
    title = draw.name("series_names")
    episodes = list(range(1, draw.number(4, 8) + 1))
    form = draw.choice(("Part {n} of {m}", "Part {n}", "{n}of{m}", "({n} of {m})", "{n} of {m}"))
    files = [(f"{title} - {form.format(n=n, m=episodes[-1])}.avi", _size(draw)) for n in episodes]
    return fileset(title, files, _SEASON, title=title, **_of_one_season(None, episodes))


def season_of_discs(draw: Draw) -> FileSet:
    """A season as it stands on its DVDs."""
    title, season = draw.name("series_names"), draw.number(1, 6)
    files: list[tuple[str, int]] = []
    for disc in range(1, draw.number(2, 5) + 1):
        folder = f"{title} Season {season} Disc {disc}/VIDEO_TS"
        files += [(f"{folder}/VIDEO_TS.IFO", 12_000), (f"{folder}/VTS_01_0.IFO", 60_000)]
        files += [(f"{folder}/VTS_01_{part}.VOB", draw.megabytes(700, 1_023)) for part in (1, 2, 3)]
    return fileset(title, files, _SEASON, title=title, season=season)


def cyrillic_series(draw: Draw) -> FileSet:
    """`01 серия.avi`, `Тихая гавань 01.avi`, `Серия 1.mkv`."""
    title = draw.word("titles", "russian")
    episodes = list(range(1, draw.number(4, 24) + 1))
    form = draw.choice(
        ("{n:02d} серия", "{t} {n:02d}", "Серия {n}", "{t} - {n:02d} серия", "{n:02d}. {t}")
    )
    files = [(form.format(n=n, t=title) + ".avi", _size(draw)) for n in episodes]
    return fileset(title, files, _SEASON, title=title, **_of_one_season(None, episodes))


def asian_series(draw: Draw) -> FileSet:
    """`第01話.mkv`, `銀の灯台 第01集.mp4`."""
    title = draw.word("titles", "japanese")
    episodes = list(range(1, draw.number(6, 24) + 1))
    form = draw.choice(
        ("第{n:02d}話", "{t} 第{n:02d}集", "{t} 第{n}话", "{t} - {n:02d}", "[{t}][{n:02d}][1080p]")
    )
    files = [(form.format(n=n, t=title) + ".mp4", _size(draw)) for n in episodes]
    return fileset(title, files, _SEASON, title=title, **_of_one_season(None, episodes))


def deep_series(draw: Draw) -> FileSet:
    """Seasons several folders deep."""
    title = draw.name("series_names")
    last = draw.number(2, 4)
    root = draw.choice(("TV/Drama", "video/Series A-Z", "data/shows"))
    files: Listed = [
        (
            f"{root}/{title}/Season {season:02d}/Disc {1 + n // 5}/{n:02d} - Untitled.mkv",
            _size(draw),
        )
        for season in range(1, last + 1)
        for n in range(1, draw.number(5, 11))
    ]
    return fileset(blank(draw, title, 0.4), files, Subcategory.SERIES, season=(1, last))


SHAPES: Mapping[str, Shape] = {
    "season-folders": season_folders,
    "series-dotted": series_dotted,
    "season-words": season_words,
    "loose-numbers": loose_numbers,
    "scene-files": scene_files,
    "scene-folders": scene_folders,
    "x-numbers": x_numbers,
    "absolute-numbers": absolute_numbers,
    "double-episodes": double_episodes,
    "with-specials": with_specials,
    "anime-extras": anime_extras,
    "one-episode": one_episode,
    "daily-show": daily_show,
    "series-in-parts": series_in_parts,
    "season-of-discs": season_of_discs,
    "cyrillic-series": cyrillic_series,
    "asian-series": asian_series,
    "deep-series": deep_series,
}
