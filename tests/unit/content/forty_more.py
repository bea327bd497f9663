"""Forty more, written before any was tried.

Of these 39 media and 34 subcategories were right at the first try. What was wrong was mended as a
kind (podcasts, loops, sources, volumes of one film, series that are counted anew), so they are no
measure any more.
"""

from schemas import Subcategory as Sub
from tests.unit.content.shapes import (
    CHAPTERS,
    GIB,
    KIB,
    MIB,
    WORDS,
    Shape,
    numbered,
    titled,
    volumes,
)

MUSIC = [
    Shape(
        "Kestrel Lane - Cold Kitchen [Vinyl 24-96]",
        {
            **{f"A{n} {word}.flac": 120 * MIB for n, word in enumerate(WORDS[:5], 1)},
            **{f"B{n} {word}.flac": 120 * MIB for n, word in enumerate(WORDS[5:9], 1)},
            "Artwork/label.png": 9 * MIB,
        },
        Sub.ALBUM,
    ),
    Shape(
        "Top Summer Hits 2018",
        {
            f"{number:03}. {artist} - {word}.mp3": 8 * MIB
            for number, (artist, word) in enumerate(
                [(artist, word) for artist in WORDS[:8] for word in CHAPTERS], 1
            )
        },
        Sub.ALBUM,
    ),
    Shape(
        "George Frideric Handel - Organ Concertos (3CD)",
        {
            **titled("Handel CD 1", CHAPTERS, "{:02} {}.ape", 20 * MIB),
            **titled("Handel CD 2", CHAPTERS, "{:02} {}.ape", 20 * MIB),
            **titled("Handel CD 3", CHAPTERS, "{:02} {}.ape", 20 * MIB),
        },
        Sub.ALBUM,
    ),
    Shape(
        "Aurora Vale",
        {
            **titled("Albums/2001 - Salt", WORDS, "{:02} {}.m4a", 9 * MIB),
            **titled("Albums/2004 - Home", CHAPTERS, "{:02} {}.m4a", 9 * MIB),
            **titled("Singles/2005 - The Key", WORDS[:2], "{:02} {}.m4a", 9 * MIB),
            **titled("EPs/2007 - Salt EP", WORDS[:4], "{:02} {}.m4a", 9 * MIB),
        },
        Sub.COLLECTION,
    ),
    Shape(
        "northern_wire-home-(inv012)-cdr-flac-2009-inv.tar.gz",
        {
            **titled("", WORDS[:4], "{:02}-northern_wire-{}.flac", 50 * KIB),
            "00-northern_wire-home.nfo": KIB,
        },
        Sub.ALBUM,
    ),
    Shape(
        "Harbour Light - Home (SACD)",
        {"Harbour Light - Home.iso": 3 * GIB, "Harbour Light - Home.nfo": KIB},
        Sub.ALBUM,
    ),
    Shape(
        "Field Recordings Sample Pack",
        {f"Loops/{word} {tempo}bpm.wav": 3 * MIB for word in WORDS for tempo in (90, 120)},
        Sub.AUDIO_OTHER,
    ),
    Shape(
        "Lantern Street Podcast",
        {f"2019-{month:02}-07 Episode {month}.mp3": 50 * MIB for month in range(1, 13)},
        Sub.AUDIO_OTHER,
    ),
]

SPOKEN = [
    Shape(
        "Charles Dickens - Bleak House (read by Ann Marlow)",
        {
            **numbered("Disc {:02}/Track 01.mp3", range(1, 29), 40 * MIB),
            **numbered("Disc {:02}/Track 02.mp3", range(1, 29), 40 * MIB),
        },
        Sub.AUDIOBOOK,
    ),
    Shape(
        "Eliza Thornbury Audiobooks",
        {
            "The Marsh House/The Marsh House.m4b": 300 * MIB,
            "The Salt Road/The Salt Road.m4b": 280 * MIB,
            "Low Water/Low Water.m4b": 350 * MIB,
        },
        Sub.AUDIOBOOK,
    ),
    Shape(
        "Moby Dick Audiobook.zip",
        {**numbered("MobyDick-Part{:02}.mp3", range(1, 16), 60 * MIB)},
        Sub.AUDIOBOOK,
    ),
]

FILMS = [
    Shape(
        "Glass Ferry 2011 Directors Cut",
        {
            "Glass.Ferry.2011.Directors.Cut.mp4": 2 * GIB,
            "Glass.Ferry.2011.jpg": 60 * KIB,
            "Read me.txt": KIB,
            "Subs/2_English.srt": 80 * KIB,
            "Subs/3_French.srt": 80 * KIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "The Lantern Keeper Trilogy",
        {
            "1. The Lantern Keeper (2001)/The Lantern Keeper (2001).mkv": 9 * GIB,
            "2. The Lantern Thief (2003)/The Lantern Thief (2003).mkv": 9 * GIB,
            "3. The Lantern War (2006)/The Lantern War (2006).mkv": 9 * GIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "Winter.Field.1999.MULTi.1080p.WEB.H264-INV",
        {
            **volumes("wf1080", 40, 150_000_000),
            "wf1080.nfo": KIB,
            "wf1080.sfv": KIB,
            "Subs/wf1080.subs.rar": MIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "Documentary - Birds of the North (2012)",
        {"Birds of the North.m2ts": 20 * GIB, "Birds of the North.nfo": 3 * KIB},
        Sub.MOVIE,
    ),
    Shape(
        "A Field in Winter.tar",
        {"A Field in Winter.avi": 700 * KIB, "winter.sub": 40 * KIB, "winter.idx": 4 * KIB},
        Sub.MOVIE,
    ),
    Shape(
        "Dust Hymn 3D (2010)",
        {"Dust.Hymn.2010.3D.HSBS.mkv": 11 * GIB, "Trailer/Dust Hymn - Trailer.mkv": 90 * MIB},
        Sub.MOVIE,
    ),
]

SERIES = [
    Shape(
        "Harbour Patrol S04 1080p WEB-DL",
        {
            **numbered("Harbour.Patrol.S04E{:02}.1080p.WEB-DL.mkv", range(1, 9), 3 * GIB),
            "Featurettes/Behind the Harbour.mkv": GIB,
        },
        Sub.SEASON,
    ),
    Shape(
        "Cartoon Marsh (1985)",
        {f"{number:03} - {title}.avi": 170 * MIB for number, title in enumerate(CHAPTERS * 4, 1)},
        Sub.SEASON,
    ),
    Shape(
        "Robots of Kyoto TV+OVA+Movie",
        {
            **numbered("TV/Robots of Kyoto - {:02}.mkv", range(1, 27), 400 * MIB),
            **numbered("OVA/Robots of Kyoto OVA - {:02}.mkv", range(1, 4), 500 * MIB),
            "Movie/Robots of Kyoto The Movie.mkv": 4 * GIB,
        },
        Sub.SERIES,
    ),
    Shape(
        "The Daily Lantern",
        {f"The.Daily.Lantern.2021.03.{day:02}.mp4": 600 * MIB for day in range(1, 20)},
        Sub.SEASON,
    ),
    Shape(
        "Staffel 1",
        {f"Folge {number:02} - {title}.mkv": 700 * MIB for number, title in enumerate(CHAPTERS, 1)},
        Sub.SEASON,
    ),
    Shape(
        "Lantern.Street.S01E01.Pilot.zip",
        {"Lantern.Street.S01E01.Pilot.mkv": 900 * MIB, "Lantern.Street.S01E01.nfo": KIB},
        Sub.EPISODE,
    ),
]

OTHER_VIDEO = [
    Shape(
        "Kestrel Lane - Live at the Harbour Hall 2009 (Concert)",
        {"Kestrel Lane - Live at the Harbour Hall.mkv": 6 * GIB},
        Sub.MUSIC_VIDEO,
    ),
    Shape(
        "Nineties Music Videos",
        {
            f"{artist} - {word} (Official Video).mp4": 60 * MIB
            for artist in WORDS[:5]
            for word in CHAPTERS[:4]
        },
        Sub.MUSIC_VIDEO,
    ),
    Shape(
        "Web Design Bootcamp",
        {
            **{
                f"Section {part}/{number}. {title}.mp4": 50 * MIB
                for part in range(1, 6)
                for number, title in enumerate(CHAPTERS, 1)
            },
            **{
                f"Section {part}/{number}. {title}.vtt": 9 * KIB
                for part in range(1, 6)
                for number, title in enumerate(CHAPTERS, 1)
            },
            "Section 1/code.zip": MIB,
        },
        Sub.VIDEO_OTHER,
    ),
]

SOFTWARE = [
    Shape(
        "Kestrel DAW 9 macOS",
        {"Kestrel DAW 9.dmg": 900 * MIB, "Patch.zip": 2 * MIB},
        Sub.APPLICATION,
    ),
    Shape(
        "Reverb Plugin Bundle VST3 x64",
        {"Install Reverb.exe": 200 * MIB, "R2R/keygen.exe": MIB, "Manual.pdf": 9 * MIB},
        Sub.APPLICATION,
    ),
    Shape(
        "Glass Ferry Tactics v1.2 [GOG]",
        {
            "setup_glass_ferry_tactics_1.2_(64bit).exe": 900 * KIB,
            "setup_glass_ferry_tactics_1.2_(64bit)-1.bin": 4 * GIB,
            "setup_glass_ferry_tactics_1.2_(64bit)-2.bin": 2 * GIB,
            "extras/manual.pdf": 9 * MIB,
            "extras/soundtrack.zip": 200 * MIB,
        },
        Sub.GAME,
    ),
    Shape(
        "Marsh Quest [NSP]",
        {
            "Marsh Quest [0100AA00][v0].nsp": 6 * GIB,
            "Marsh Quest [0100AA00][v65536].nsp": 200 * MIB,
        },
        Sub.GAME,
    ),
    Shape(
        "PlayStation Collection",
        {
            f"{title} (USA)/{title} (USA).{ending}": size
            for title in WORDS
            for ending, size in (("bin", 600 * MIB), ("cue", KIB))
        },
        Sub.GAME,
    ),
    Shape(
        "harbour-toolkit-2.1.tar.xz",
        {
            "harbour-toolkit-2.1/configure": 40 * KIB,
            "harbour-toolkit-2.1/Makefile.in": 9 * KIB,
            **numbered("harbour-toolkit-2.1/src/module{}.c", range(40), 9 * KIB),
            **numbered("harbour-toolkit-2.1/src/module{}.h", range(40), 2 * KIB),
            "harbour-toolkit-2.1/README": KIB,
        },
        Sub.APPLICATION,
    ),
    Shape(
        "ledger-reader-1.4.jar",
        {"META-INF/MANIFEST.MF": KIB, **numbered("org/ledger/Part{}.class", range(50), 4 * KIB)},
        Sub.APPLICATION,
    ),
]

BOOKS = [
    Shape(
        "Captain Meridian Vol 2",
        {
            f"Chapter {chapter:02}/{page:03}.png": 800 * KIB
            for chapter in range(1, 6)
            for page in range(1, 21)
        },
        Sub.COMIC,
    ),
    Shape(
        "Ghost of the Marsh 01-05 (of 05).zip",
        numbered("Ghost of the Marsh {:02} (of 05).cbr", range(1, 6), 30 * MIB),
        Sub.COMIC,
    ),
    Shape(
        "Science Weekly - 12 March 2016",
        {"Science Weekly - 12 March 2016.pdf": 60 * MIB},
        Sub.MAGAZINE,
    ),
    Shape(
        "Eliza Thornbury - Collected Works (epub mobi pdf)",
        {f"{title}.{ending}": MIB for title in CHAPTERS for ending in ("epub", "mobi", "pdf")},
        Sub.EBOOK,
    ),
    Shape(
        "Northern Birds Scans.cbr", numbered("page{:03}.jpg", range(1, 60), 700 * KIB), Sub.COMIC
    ),
]

THE_REST = [
    Shape(
        "Autumn Forest Wallpapers 4K",
        numbered("forest_{:03}.png", range(1, 80), 12 * MIB),
        Sub.IMAGES,
    ),
    Shape(
        "City Bike Trips Dataset",
        {f"trips-2019-{month:02}.csv": 300 * MIB for month in range(1, 13)},
        Sub.OTHER,
    ),
]

FORTY_MORE = [*MUSIC, *SPOKEN, *FILMS, *SERIES, *OTHER_VIDEO, *SOFTWARE, *BOOKS, *THE_REST]
