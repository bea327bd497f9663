"""Shapes of what is spoken: audiobooks in chapters and parts, podcasts, plays; and sounds."""

from collections.abc import Mapping
from datetime import date, timedelta

from models.evaluation.filesets.draw import Draw
from models.evaluation.filesets.fileset import FileSet, Shape, fileset
from schemas import Subcategory

_AUDIOBOOK = Subcategory.AUDIOBOOK
_CHAPTERS = (
    "Chapter {n:02d}",
    "Chapter {n}",
    "Kapitel {n:02d}",
    "Chapitre {n}",
    "{n:02d} - Chapter {n}",
    "Capítulo {n:02d}",
)


def audiobook_chapters(draw: Draw) -> FileSet:
    """`Chapter 01.mp3`."""
    author, title = draw.person(), draw.name("film_names")
    form = draw.choice(_CHAPTERS)
    files = [
        (form.format(n=n) + ".mp3", draw.megabytes(9, 40)) for n in range(1, draw.number(8, 40))
    ] + [("cover.jpg", 200_000)]
    return fileset(f"{author} - {title}", files, _AUDIOBOOK, artist=author, title=title)


def audiobook_parts(draw: Draw) -> FileSet:
    """`Title - Part 01.mp3`, `Title-Part01.mp3`."""
    author, title = draw.person(), draw.name("film_names")
    form = draw.choice(("{t} - Part {n:02d}", "{t}-Part{n:02d}", "{t} Part {n}", "Part {n:02d}"))
    files = [
        (form.format(t=title, n=n) + ".mp3", draw.megabytes(25, 90))
        for n in range(1, draw.number(6, 30))
    ]
    name = draw.choice(
        (
            f"{author} - {title} (Unabridged)",
            f"{title} by {author} [Audiobook]",
            f"{author} - {title} audiobook 64kbps",
        )
    )
    return fileset(name, files, _AUDIOBOOK)


def audiobook_m4b(draw: Draw) -> FileSet:
    """One m4b, or one for each part."""
    author, title = draw.person(), draw.name("film_names")
    parts = draw.choice((1, 1, 2, 3))
    files = [
        (f"{title}{f' Part {n}' if parts > 1 else ''}.m4b", draw.megabytes(120, 600))
        for n in range(1, parts + 1)
    ] + [("cover.jpg", 200_000)]
    return fileset(f"{author} - {title}", files, _AUDIOBOOK, artist=author, title=title)


def audiobook_russian(draw: Draw) -> FileSet:
    """`Глава 01.mp3`."""
    author, title = draw.word("persons", "russian"), draw.word("titles", "russian")
    form = draw.choice(("Глава {n:02d}", "{n:02d} Глава {n}", "{n:03d}_Глава_{n}"))
    files = [
        (form.format(n=n) + ".mp3", draw.megabytes(9, 40)) for n in range(1, draw.number(8, 40))
    ]
    return fileset(f"{author} - {title}", files, _AUDIOBOOK)


def podcast(draw: Draw) -> FileSet:
    """`2019-03-04 - Low Tide.mp3`: dated broadcasts."""
    title = draw.name("podcast_names")
    day = date(draw.number(2008, 2029), draw.number(1, 12), draw.number(1, 28))
    files = []
    for _ in range(draw.number(6, 30)):
        day += timedelta(days=7)
        files.append((f"{day} - {draw.word('episode_titles')}.mp3", draw.megabytes(20, 90)))
    return fileset(title, files, Subcategory.AUDIO_OTHER)


def radio_play(draw: Draw) -> FileSet:
    """`Episode 3 - The Auction.mp3`: a play in episodes, as a radio sent it."""
    title = draw.name("series_names")
    form = draw.choice(("{t} - Episode {n} - {s}", "Episode {n} - {s}", "{t} s01e{n:02d} {s}"))
    files = [
        (form.format(t=title, n=n, s=draw.word("episode_titles")) + ".mp3", draw.megabytes(20, 60))
        for n in range(1, draw.number(5, 10))
    ]
    name = draw.choice(
        (f"{title} (radio drama)", f"{title} - radio series", f"{title} [radio play]")
    )
    return fileset(name, files, (_AUDIOBOOK, Subcategory.AUDIO_OTHER))


def sound_loops(draw: Draw) -> FileSet:
    """Loops and single sounds to make music of."""
    label = f"{draw.word('adjectives')} {draw.choice(('Drums', 'Synths', 'Guitars'))}"
    files = [
        (
            f"{draw.choice(('Drum Loops', 'Bass Loops', 'One Shots'))}/{label}_{n:02d}_"
            f"{draw.number(80, 174)}bpm_{draw.choice('ABCDEFG')}min.wav",
            draw.megabytes(1, 6),
        )
        for n in range(1, draw.number(20, 60))
    ]
    name = draw.choice((f"{label} Sample Pack WAV", f"{label} - Loops and One Shots", label))
    return fileset(name, files, Subcategory.AUDIO_OTHER)


SHAPES: Mapping[str, Shape] = {
    "audiobook-chapters": audiobook_chapters,
    "audiobook-parts": audiobook_parts,
    "audiobook-m4b": audiobook_m4b,
    "audiobook-russian": audiobook_russian,
    "podcast": podcast,
    "radio-play": radio_play,
    "sound-loops": sound_loops,
}
