"""Shapes of series and films that leave much to be read: numbers in one, seasons mixed, extras."""

from collections.abc import Mapping

from models.evaluation.filesets.draw import Draw, dotted
from models.evaluation.filesets.fileset import FileSet, Shape, blank, fileset
from schemas import Subcategory

_SEASON = Subcategory.SEASON


def _size(draw: Draw) -> int:
    return draw.megabytes(180, 1_900)


def hundreds(draw: Draw) -> FileSet:
    """`Season 2/207 Lamps.avi`, `harbour.street.207.hdtv.avi`: season and episode in one number."""
    title, season = draw.name("series_names"), draw.number(1, 9)
    episodes = tuple(range(1, draw.number(5, 22) + 1))
    in_folder = draw.chance(0.5)
    form = "Season {s}/{s}{n:02d} {said}.avi" if in_folder else "{dots}.{s}{n:02d}.hdtv.xvid.avi"
    dots = dotted(title).lower()
    files = [
        (form.format(s=season, n=n, said=draw.word("episode_titles"), dots=dots), _size(draw))
        for n in episodes
    ]
    expected = {"title": title, "season": season, "episode": (1, episodes[-1])}
    listed = tuple((season, n) for n in episodes)
    return fileset(title, files, _SEASON, **expected, episodes=listed)


def seasons_mixed(draw: Draw) -> FileSet:
    """Two seasons and more in one folder."""
    title, last = draw.name("series_names"), draw.number(2, 5)
    form = draw.choice(
        (
            "{t} S{s:02d}E{n:02d}",
            "{t} {s}x{n:02d}",
            "{d}.s{s:02d}e{n:02d}.720p.web",
            "{t} - S{s}E{n} - {said}",
        )
    )
    files = [
        (
            form.format(t=title, d=dotted(title), s=s, n=n, said=draw.word("episode_titles"))
            + ".mkv",
            _size(draw),
        )
        for s in range(1, last + 1)
        for n in range(1, draw.number(4, 12))
    ]
    return fileset(blank(draw, title), files, Subcategory.SERIES, season=(1, last), title=title)


def specials_alone(draw: Draw) -> FileSet:
    """Nothing but specials: season 0."""
    title = draw.name("series_names")
    form = draw.choice(
        ("{t} S00E{n:02d}", "Specials/{t} S00E{n:02d} {said}", "Specials/{n:02d} {said}")
    )
    files = [
        (form.format(t=title, n=n, said=draw.word("episode_titles")) + ".mkv", _size(draw))
        for n in range(1, draw.number(3, 9))
    ]
    return fileset(f"{title} Specials", files, _SEASON, season=0)


def anime_seasons(draw: Draw) -> FileSet:
    """`S1/[Group] Title - 01.mkv`, `S2/…`, and an OVA."""
    title, group, last = draw.name("series_names"), draw.word("fansubs"), draw.number(2, 4)
    folder = draw.choice(("S{s}", "Season {s}", "{t} S{s}", "[{g}] {t} S{s} [BD]"))
    files = [
        (
            f"{folder.format(s=s, t=title, g=group)}/[{group}] {title} - {n:02d} [1080p].mkv",
            _size(draw),
        )
        for s in range(1, last + 1)
        for n in range(1, draw.choice((12, 13)))
    ]
    if draw.chance(0.5):
        files.append((f"OVA/[{group}] {title} - OVA [1080p].mkv", _size(draw)))
    name = draw.choice((title, f"[{group}] {title}", f"{title} Batch"))
    return fileset(
        name, files, Subcategory.SERIES, season=(1, last), title=title, resolution="1080p"
    )


def season_and_film(draw: Draw) -> FileSet:
    """A season with a film of the series beside it."""
    title, season = draw.name("series_names"), draw.number(1, 4)
    episodes = tuple(range(1, draw.number(8, 14) + 1))
    files = [(f"Season {season}/{title} - {n:02d}.mkv", _size(draw)) for n in episodes]
    files.append((f"Movie/{title} The Movie (2014).mkv", draw.megabytes(2_000, 8_000)))
    expected = {"title": title, "season": season, "episode": (1, episodes[-1])}
    return fileset(title, files, _SEASON, **expected, episodes=tuple((season, n) for n in episodes))


def short_marks(draw: Draw) -> FileSet:
    """`s1 e3.mp4`, `S01.E03.mp4`, `Season 1 Episode 3.mp4`, `T1E3.mp4`."""
    title, season = draw.name("series_names"), draw.number(1, 7)
    form = draw.choice(
        (
            "s{s} e{n}",
            "S{s:02d}.E{n:02d}",
            "Season {s} Episode {n}",
            "T{s}E{n:02d}",
            "{t} s{s}e{n}",
            "{t} S{s} Ep{n}",
        )
    )
    episodes = tuple(range(1, draw.number(4, 12) + 1))
    files = [(form.format(s=season, n=n, t=title) + ".mp4", _size(draw)) for n in episodes]
    expected = {"title": title, "season": season, "episode": (1, episodes[-1])}
    return fileset(title, files, _SEASON, **expected, episodes=tuple((season, n) for n in episodes))


def clips_of_music(draw: Draw) -> FileSet:
    """`Artist - Song (Official Video).mp4`, many artists."""
    files = [
        (
            f"{draw.name('bands')} - {song} (Official Video).{draw.choice(('mp4', 'mkv'))}",
            draw.megabytes(40, 190),
        )
        for song in draw.words("songs", draw.number(8, 30))
    ]
    name = draw.choice(
        ("Music Videos Pack", "Official Music Videos Collection", "90s music videos")
    )
    return fileset(name, files, Subcategory.MUSIC_VIDEO)


def film_with_versions(draw: Draw) -> FileSet:
    """One film in two qualities, with posters and a soundtrack."""
    title, year = draw.name("film_names"), draw.year()
    files = [
        (f"{title} ({year}) {quality}.mkv", draw.megabytes(900, 9_000))
        for quality in ("720p", "1080p")
    ]
    files += [("Posters/poster.jpg", 900_000), ("Soundtrack/01 Theme.mp3", 5_000_000)]
    return fileset(f"{title} ({year})", files, Subcategory.MOVIE, title=title, year=year)


SHAPES: Mapping[str, Shape] = {
    "hundreds": hundreds,
    "seasons-mixed": seasons_mixed,
    "specials-alone": specials_alone,
    "anime-seasons": anime_seasons,
    "season-and-film": season_and_film,
    "short-marks": short_marks,
    "clips-of-music": clips_of_music,
    "film-with-versions": film_with_versions,
}
