"""The last forty, written when the rules for the others were done, and before any was tried.

At the first try 39 media and 32 subcategories were right. Then kinds were mended (disc numbers in
words, an episode alone, images of systems, endings of old games). What is still wrong only the name
can tell: a radio play, a match, a concert, apps that are no games.
"""

from schemas import Subcategory as Sub
from tests.unit.content.shapes import (
    CHAPTERS,
    GIB,
    KIB,
    MIB,
    WORDS,
    Shape,
    titled,
    volumes,
)

FORTY_LAST = [
    Shape(
        "1971 - Harbour Light - Home (2011 Remaster) [24-96]",
        {
            **titled("", WORDS[:9], "{:02} - {}.flac", 90 * MIB),
            "Home.m3u": 100,
            "Artwork/01.jpg": MIB,
        },
        Sub.ALBUM,
    ),
    Shape(
        "Various Artists - Northern Lights Vol 3 (2CD)",
        {
            **titled("Disc One", WORDS, "{:02} {}.mp3", 9 * MIB),
            **titled("Disc Two", CHAPTERS, "{:02} {}.mp3", 9 * MIB),
        },
        Sub.ALBUM,
    ),
    Shape(
        "Aurora Vale - Studio Albums (1994-2010) 320kbps",
        {
            **titled("Salt", WORDS, "{:02} {}.mp3", 9 * MIB),
            **titled("Home", CHAPTERS, "{:02} {}.mp3", 9 * MIB),
            **titled("Fog", WORDS, "{:02} {}.mp3", 9 * MIB),
        },
        Sub.COLLECTION,
    ),
    Shape(
        "Kestrel Lane",
        {
            f"{a}/{t}.mp3": 8 * MIB
            for a in ("Salt (1999)", "Home (2003)", "Tide (2007)", "EP (2008)")
            for t in WORDS
        },
        Sub.COLLECTION,
    ),
    Shape(
        "Harbour Light 1987-06-14 Oslo SBD",
        {
            **{f"hl1987-06-14d1t{n:02}.flac": 30 * MIB for n in range(1, 10)},
            **{f"hl1987-06-14d2t{n:02}.flac": 30 * MIB for n in range(1, 12)},
            "hl1987-06-14.txt": KIB,
            "hl1987-06-14.ffp": KIB,
        },
        Sub.ALBUM,
    ),
    Shape(
        "Paper Rooms OST",
        {**titled("", WORDS, "{:02}. {}.mp3", 7 * MIB), "folder.jpg": KIB * 90},
        Sub.ALBUM,
    ),
    Shape(
        "The Salt Road [Audiobook] by Eliza Thornbury",
        {**{f"Part {n}.mp3": 90 * MIB for n in range(1, 9)}},
        Sub.AUDIOBOOK,
    ),
    Shape(
        "Anna Sewell - Black Beauty - Hörbuch",
        {f"CD{c}/{n:02} Track {n}.mp3": 5 * MIB for c in range(1, 6) for n in range(1, 15)},
        Sub.AUDIOBOOK,
    ),
    Shape(
        "Sherlock Holmes - The Sign of Four (Librivox)",
        {f"signoffour_{n:02}_doyle_64kb.mp3": 8 * MIB for n in range(1, 13)},
        Sub.AUDIOBOOK,
    ),
    Shape(
        "Radio Harbour - Evening Play 2004.zip",
        {"Radio Harbour - Evening Play 2004.mp3": 50 * MIB},
        Sub.AUDIO_OTHER,
    ),
    Shape(
        "Winter.Field.2019.2160p.UHD.BluRay.x265-INV",
        {
            "Winter.Field.2019.2160p.UHD.BluRay.x265-INV.mkv": 40 * GIB,
            "winter.field.nfo": KIB,
            "Sample/winter.field.sample.mkv": 100 * MIB,
            "Proof/p.jpg": MIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "The Harbour Master (1949) [1080p]",
        {
            "The.Harbour.Master.1949.1080p.mp4": 2 * GIB,
            "www.example.org.jpg": 50 * KIB,
            "The.Harbour.Master.srt": 90 * KIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "Salt Road",
        {"Salt Road.mp4": 1500 * MIB, "Salt Road.srt": 90 * KIB, "Salt Road.jpg": 90 * KIB},
        Sub.MOVIE,
    ),
    Shape(
        "Dust Hymn 2009 BDMV Disc",
        {
            "Dust Hymn/BDMV/STREAM/00800.m2ts": 30 * GIB,
            "Dust Hymn/BDMV/STREAM/00801.m2ts": GIB,
            "Dust Hymn/BDMV/index.bdmv": KIB,
            "Dust Hymn/CERTIFICATE/BACKUP/id.bdmv": KIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "Meridian Collection",
        {
            f"Meridian {n} ({y})/Meridian {n} ({y}).avi": 700 * MIB
            for n, y in ((1, 1981), (2, 1984), (3, 1989))
        },
        Sub.MOVIE,
    ),
    Shape(
        "Night Ferry S01",
        {
            **{f"Night.Ferry.S01E{n:02}.mkv": GIB for n in range(1, 9)},
            **{f"Sample/night.ferry.s01e{n:02}.sample.mkv": 20 * MIB for n in range(1, 9)},
        },
        Sub.SEASON,
    ),
    Shape(
        "Night Ferry - The Complete Series",
        {
            f"S{s:02}/S{s:02}E{e:02} - {CHAPTERS[e - 1]}.mkv": 500 * MIB
            for s in range(1, 5)
            for e in range(1, 9)
        },
        Sub.SERIES,
    ),
    Shape(
        "Night.Ferry.S02.1080p.WEB.H264-INV",
        {
            f"Night.Ferry.S02E{e:02}.1080p.WEB.H264-INV/nf.s02e{e:02}.{x}": 50 * MIB
            for e in range(1, 7)
            for x in ["rar"] + [f"r{n:02}" for n in range(10)]
        },
        Sub.SEASON,
    ),
    Shape(
        "[INV] Clockwork Garden (BD 1080p)",
        {
            **{
                f"[INV] Clockwork Garden - {n:02} (BD 1080p) [A1B2C3D4].mkv": 900 * MIB
                for n in range(1, 13)
            },
            "Fonts/a.ttf": KIB,
            "Extras/NCED.mkv": 90 * MIB,
        },
        Sub.SEASON,
    ),
    Shape("Clockwork Garden 07", {"Clockwork Garden - 07.mp4": 300 * MIB}, Sub.EPISODE),
    Shape(
        "Old Cartoons Pack",
        {
            f"Old Cartoon {n}x{e:02} {w}.avi": 100 * MIB
            for n in (1, 2)
            for e, w in enumerate(WORDS, 1)
        },
        Sub.SERIES,
    ),
    Shape(
        "Harbour United vs Marsh Town 2018.05.12 720p",
        {
            "Harbour United vs Marsh Town 1st Half.mkv": 2 * GIB,
            "Harbour United vs Marsh Town 2nd Half.mkv": 2 * GIB,
        },
        Sub.VIDEO_OTHER,
    ),
    Shape(
        "Aurora Vale - Live in Bergen 2012 1080p Blu-ray",
        {"BDMV/STREAM/00001.m2ts": 20 * GIB, "BDMV/index.bdmv": KIB},
        Sub.MUSIC_VIDEO,
    ),
    Shape(
        "Udemy - Python Without Fear",
        {
            f"{s}. {CHAPTERS[s]}/{n}. {w}.mp4": 40 * MIB
            for s in range(1, 7)
            for n, w in enumerate(WORDS, 1)
        },
        Sub.VIDEO_OTHER,
    ),
    Shape(
        "Yoga For Runners Videos",
        {
            f"{n:02} {w}.mp4": 200 * MIB
            for n, w in enumerate(("Warm Up", "Hips", "Back", "Breathing", "Rest"), 1)
        },
        Sub.VIDEO_OTHER,
    ),
    Shape(
        "Ledger Pro 2023 (x64) + Patch",
        {
            "LedgerPro2023_x64.msi": 700 * MIB,
            "Patch/ledger.patch.exe": MIB,
            "Instructions.txt": KIB,
        },
        Sub.APPLICATION,
    ),
    Shape(
        "Harbour.Studio.v5.2.Incl.Keygen-INV",
        {**volumes("hs52", 6, 15 * MIB), "hs52.nfo": KIB},
        Sub.APPLICATION,
    ),
    Shape(
        "Windows Tools ISO",
        {"sources/install.wim": 4 * GIB, "boot/bcd": KIB, "setup.exe": MIB, "bootmgr": KIB},
        Sub.SOFTWARE_OTHER,
    ),
    Shape("Marsh Kart (Europe) (Wii)", {"Marsh Kart.wbfs": 2 * GIB}, Sub.GAME),
    Shape("Captain Fog 64 (USA).z64.zip", {"Captain Fog 64 (USA).z64": 16 * MIB}, Sub.GAME),
    Shape(
        "Salt Knights v1.04-REPACK",
        {
            "setup.exe": 6 * MIB,
            "data1.bin": 2 * GIB,
            "data2.bin": 2 * GIB,
            "autorun.inf": 100,
            "redist/vcredist_x64.exe": 14 * MIB,
        },
        Sub.GAME,
    ),
    Shape("PS2 ISO Set", {f"{w} (Europe).iso": 3 * GIB for w in WORDS}, Sub.GAME),
    Shape("Amiga Games ADF", {f"{w}.adf": 880 * KIB for w in WORDS}, Sub.GAME),
    Shape(
        "Android Apps Pack",
        {f"{w.lower().replace(' ', '-')}-v{n}.apk": 30 * MIB for n, w in enumerate(WORDS, 1)},
        Sub.APPLICATION,
    ),
    Shape(
        "Ghost Road v01-v03", {f"Ghost Road v{n:02}.cbz": 90 * MIB for n in (1, 2, 3)}, Sub.COMIC
    ),
    Shape(
        "Ghost Road Scans.zip",
        {f"Ghost Road v01/Ghost Road v01 - p{n:03}.jpg": MIB for n in range(1, 180)},
        Sub.COMIC,
    ),
    Shape(
        "Field & Stream Archive 1995",
        {f"Field Archive 1995-{m:02}.pdf": 30 * MIB for m in range(1, 13)},
        Sub.MAGAZINE,
    ),
    Shape(
        "Mathematics Textbooks",
        {f"{w} - An Introduction.{x}": 20 * MIB for w in WORDS for x in ("pdf", "djvu")},
        Sub.EBOOK,
    ),
    Shape("Wedding 2015", {f"DSC_{n:04}.NEF": 25 * MIB for n in range(1, 200)}, Sub.IMAGES),
    Shape(
        "Eliza Thornbury - The Salt Road (retail)",
        {"Eliza Thornbury - The Salt Road.epub": MIB, "cover.jpg": KIB * 90, "metadata.opf": KIB},
        Sub.EBOOK,
    ),
]
