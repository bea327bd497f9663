"""Shapes of what is none of the others, and of mixtures."""

from collections.abc import Mapping

from models.evaluation.filesets.draw import Draw
from models.evaluation.filesets.fileset import FileSet, Shape, blank, fileset
from schemas import Subcategory

_IMAGES = Subcategory.IMAGES


def photo_sets(draw: Draw) -> FileSet:
    """`2014-06 Lighthouses/IMG_0412.jpg`."""
    files = []
    for _ in range(draw.number(1, 5)):
        folder = f"{draw.number(2004, 2024)}-{draw.number(1, 12):02d} {draw.word('nouns')}s"
        first = draw.number(100, 8_000)
        camera = draw.choice(("IMG_{n:04d}", "DSC{n:05d}", "P{n:07d}"))
        files += [
            (f"{folder}/{camera.format(n=first + n)}.jpg", draw.megabytes(2, 9))
            for n in range(draw.number(8, 40))
        ]
    name = draw.choice((f"{draw.word('nouns')} photos", f"{draw.person()} photography"))
    return fileset(blank(draw, name), files, _IMAGES)


def wallpapers(draw: Draw) -> FileSet:
    """Pictures for a desk, by their subject."""
    files = [
        (
            f"{draw.word('adjectives')} {draw.word('nouns')} "
            f"{draw.choice(('1920x1080', '3840x2160'))}.{draw.choice(('jpg', 'png'))}",
            draw.megabytes(1, 9),
        )
        for _ in range(draw.number(20, 90))
    ]
    return fileset(blank(draw, "4K Wallpapers Pack"), files, _IMAGES)


def fonts(draw: Draw) -> FileSet:
    """Type faces in their weights."""
    files = []
    for face in draw.words("nouns", draw.number(2, 6)):
        files += [
            (
                f"{face} Sans/{face}Sans-{weight}.{draw.choice(('ttf', 'otf'))}",
                draw.number(40_000, 300_000),
            )
            for weight in ("Regular", "Bold", "Italic", "Light")
        ]
    return fileset("Font collection", files, (Subcategory.OTHER, Subcategory.SOFTWARE_OTHER))


def data_set(draw: Draw) -> FileSet:
    """Tables and dumps."""
    ending = draw.choice(("csv", "parquet", "jsonl", "csv.gz", "sql.gz", "tsv"))
    stem = draw.word("nouns").lower()
    files = [
        (f"{stem}-{year}-{month:02d}.{ending}", draw.megabytes(5, 900))
        for year in (2014, 2015)
        for month in range(1, draw.number(4, 12))
    ] + [("README.md", 9_000), ("LICENSE", 1_000)]
    return fileset(blank(draw, f"{stem} dataset"), files, Subcategory.OTHER)


def album_and_videos(draw: Draw) -> FileSet:
    """An album with a few films of it: it stays an album."""
    band, title, year = draw.name("bands"), draw.name("album_names"), draw.year()
    songs = draw.words("songs", draw.number(9, 14))
    files = [(f"{n:02d} - {song}.flac", draw.megabytes(20, 50)) for n, song in enumerate(songs, 1)]
    files += [(f"Video/{song}.mp4", draw.megabytes(15, 40)) for song in songs[:2]]
    files += [(f"Scans/{n:02d}.jpg", draw.megabytes(1, 6)) for n in range(1, 9)]
    files.append(("Digital Booklet.pdf", draw.megabytes(2, 20)))
    return fileset(
        f"{band} - {title} ({year}) [FLAC]",
        files,
        Subcategory.ALBUM,
        artist=band,
        album=title,
        year=year,
    )


def game_and_music(draw: Draw) -> FileSet:
    """A game with its music and its manual."""
    title = draw.name("game_names")
    files = [("setup.exe", draw.megabytes(3, 9))]
    files += [(f"setup-{n}.bin", draw.megabytes(900, 4_000)) for n in range(1, draw.number(2, 6))]
    files += [
        (f"Soundtrack/{n:02d} {song}.mp3", draw.megabytes(4, 12))
        for n, song in enumerate(draw.words("songs", 12), 1)
    ]
    files.append(("Manual.pdf", draw.megabytes(2, 20)))
    return fileset(f"{title} + Bonus Content", files, Subcategory.GAME)


def book_and_sound(draw: Draw) -> FileSet:
    """A language course: a text book with its sound."""
    language = draw.choice(("Norwegian", "Italian", "Korean", "Portuguese"))
    files = [(f"{language} for Beginners - Textbook.pdf", draw.megabytes(20, 60))]
    files += [
        (f"Audio/Track {n:02d}.mp3", draw.megabytes(2, 6)) for n in range(1, draw.number(20, 60))
    ]
    classes = (
        Subcategory.AUDIOBOOK,
        Subcategory.AUDIO_OTHER,
        Subcategory.EBOOK,
        Subcategory.BOOK_OTHER,
    )
    return fileset(f"{language} for Beginners (Book + Audio)", files, classes)


SHAPES: Mapping[str, Shape] = {
    "photo-sets": photo_sets,
    "wallpapers": wallpapers,
    "fonts": fonts,
    "data-set": data_set,
    "album-and-videos": album_and_videos,
    "game-and-music": game_and_music,
    "book-and-sound": book_and_sound,
}
