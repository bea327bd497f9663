"""Shapes of films, concerts and courses: with extras, as discs, in volumes, as lessons."""

from collections.abc import Mapping

from models.evaluation.filesets.draw import Draw, dotted
from models.evaluation.filesets.fileset import FileSet, Listed, Shape, blank, fileset
from schemas import Subcategory

_MOVIE = Subcategory.MOVIE


def movie_extras(draw: Draw) -> FileSet:
    """A film with extras, a sample and subtitles."""
    title, year = draw.name("film_names"), draw.year()
    release = f"{dotted(title)}.{year}.1080p.BluRay.x264-{draw.word('groups')}"
    files = [(f"{release}.mkv", draw.megabytes(1_400, 12_000))]
    files.append((f"Sample/{release}-sample.mkv", draw.megabytes(10, 60)))
    files += [
        (f"Extras/{extra}.mkv", draw.megabytes(40, 300))
        for extra in draw.sample(("Making Of", "Deleted Scenes", "Interview", "Trailer 2"), 3)
    ]
    files += [
        (f"Subs/{number}_{language}.srt", 60_000)
        for number, language in ((2, "English"), (3, "French"))
    ]
    expected = {"title": title, "year": year, "resolution": "1080p"}
    return fileset(blank(draw, title), files, _MOVIE, **expected)


def movie_dvd(draw: Draw) -> FileSet:
    """The files of one DVD."""
    title, year = draw.name("film_names"), draw.year()
    root = draw.choice(("", f"{title}/"))
    files = [(f"{root}VIDEO_TS/{name}", 14_000) for name in ("VIDEO_TS.IFO", "VIDEO_TS.BUP")]
    files += [
        (f"{root}VIDEO_TS/VTS_01_{part}.VOB", draw.megabytes(600, 1_023))
        for part in range(1, draw.number(4, 7))
    ]
    files.append((f"{root}VIDEO_TS/VTS_02_1.VOB", draw.megabytes(10, 90)))
    if draw.chance(0.4):
        files.append((f"{root}AUDIO_TS/empty.txt", 1))
    return fileset(f"{title} ({year})", files, _MOVIE, title=title, year=year)


def movie_bluray(draw: Draw) -> FileSet:
    """The files of one Blu-ray."""
    title, year = draw.name("film_names"), draw.year()
    files = [("BDMV/index.bdmv", 300), ("BDMV/MovieObject.bdmv", 900)]
    for clip in range(draw.number(3, 9)):
        size = draw.megabytes(14_000, 32_000) if clip == 0 else draw.megabytes(20, 900)
        files.append((f"BDMV/STREAM/{clip:05d}.m2ts", size))
        files.append((f"BDMV/CLIPINF/{clip:05d}.clpi", 900))
        files.append((f"BDMV/PLAYLIST/{clip:05d}.mpls", 900))
    files.append(("CERTIFICATE/id.bdmv", 100))
    return fileset(f"{title} {year} Blu-ray", files, _MOVIE, title=title, year=year)


def movie_volumes(draw: Draw) -> FileSet:
    """A film in volumes of RAR, as the scene packs it."""
    title, year, group = draw.name("film_names"), draw.year(), draw.word("groups")
    stem = f"{group.lower()}-{dotted(title).lower().replace('.', '')[:12]}"
    files = [(f"{stem}.rar", 100_000_000)]
    files += [(f"{stem}.r{number:02d}", 100_000_000) for number in range(draw.number(20, 70))]
    files += [(f"{stem}.sfv", 2_000), (f"{stem}.nfo", 5_000)]
    files.append((f"Sample/{stem}-sample.mkv", draw.megabytes(10, 60)))
    name = f"{dotted(title)}.{year}.720p.BluRay.x264-{group}"
    return fileset(name, files, _MOVIE, title=title, year=year, resolution="720p")


def film_box(draw: Draw) -> FileSet:
    """Several films, each with its year."""
    title = draw.name("film_names")
    years = sorted(draw.sample(range(1975, 2024), draw.number(2, 5)))
    files: Listed = [
        (
            f"{title} {number} ({year})/{title} {number} ({year}) 1080p BluRay.mp4",
            draw.megabytes(900, 3_000),
        )
        for number, year in enumerate(years, 1)
    ]
    name = draw.choice((f"{title} Trilogy", f"{title} Collection", f"{title} Quadrilogy"))
    return fileset(name, files, _MOVIE, resolution="1080p")


def movie_told_by_file(draw: Draw) -> FileSet:
    """The torrent is called anything; its one video says title, year and release."""
    title, year = draw.name("film_names"), draw.year()
    form = draw.choice(
        (
            "{dots}.{year}.720p.WEB-DL.x264-KITE",
            "{title} ({year}) [720p]",
            "{title} {year} 720p BluRay x265",
        )
    )
    file = form.format(dots=dotted(title), title=title, year=year)
    files = [(f"{file}.mkv", draw.megabytes(900, 4_000)), (f"{file}.srt", 60_000)]
    expected = {"title": title, "year": year, "resolution": "720p"}
    return fileset(draw.name("blanks"), files, _MOVIE, **expected)


def movie_two_discs(draw: Draw) -> FileSet:
    """`title.cd1.avi` and `title.cd2.avi`."""
    title, year = draw.name("film_names"), draw.year()
    form = draw.choice(
        ("{title} ({year}) CD{n}", "{title} - Part {n}", "{title}.cd{n}", "CD{n}/{title}")
    )
    files = [
        (f"{form.format(title=title, year=year, n=n)}.avi", draw.megabytes(650, 702))
        for n in (1, 2)
    ]
    return fileset(f"{title} ({year}) DVDRip XviD", files, _MOVIE, title=title, year=year)


def concert(draw: Draw) -> FileSet:
    """A concert, a song a file."""
    band, year = draw.name("bands"), draw.year()
    songs = draw.words("songs", draw.number(8, 18))
    files = [
        (f"{number:02d} - {song}.mkv", draw.megabytes(60, 240))
        for number, song in enumerate(songs, 1)
    ]
    name = f"{band} - Live at {draw.word('nouns')} Hall {year}"
    return fileset(name, files, Subcategory.MUSIC_VIDEO, artist=band, year=year)


def course_sections(draw: Draw) -> FileSet:
    """`02 - Getting Started/003 First steps.mp4`, with exercises and subtitles."""
    name = f"{draw.choice(('Udemy - ', 'Skillwell - ', ''))}{draw.word('topics')} Masterclass"
    files: list[tuple[str, int]] = []
    number = 0
    for section, heading in enumerate(draw.words("section_titles", draw.number(3, 8)), 1):
        for lesson in draw.words("lesson_titles", draw.number(3, 9)):
            number += 1
            stem = f"{section:02d} - {heading}/{number:03d} {lesson}"
            files.append((f"{stem}.mp4", draw.megabytes(15, 140)))
            if draw.chance(0.5):
                files.append((f"{stem}_en.srt", 9_000))
        if draw.chance(0.3):
            files.append((f"{section:02d} - {heading}/{number:03d} exercises.pdf", 300_000))
    return fileset(name, files, Subcategory.VIDEO_OTHER)


def course_lessons(draw: Draw) -> FileSet:
    """`Lesson 01 - Welcome.mp4`, one after another."""
    word = draw.choice(("Lesson", "Lecture", "Module"))
    files = [
        (f"{word} {number:02d} - {lesson}.mp4", draw.megabytes(30, 300))
        for number, lesson in enumerate(draw.words("lesson_titles", draw.number(6, 24)), 1)
    ]
    files.append((f"{draw.word('topics')} workbook.pdf", draw.megabytes(1, 9)))
    name = f"{draw.word('topics')} {draw.choice(('Course', 'for Beginners', 'Video Training'))}"
    return fileset(name, files, Subcategory.VIDEO_OTHER)


SHAPES: Mapping[str, Shape] = {
    "movie-extras": movie_extras,
    "movie-dvd": movie_dvd,
    "movie-bluray": movie_bluray,
    "movie-volumes": movie_volumes,
    "film-box": film_box,
    "movie-told-by-file": movie_told_by_file,
    "movie-two-discs": movie_two_discs,
    "concert": concert,
    "course-sections": course_sections,
    "course-lessons": course_lessons,
}
