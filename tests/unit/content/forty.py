"""Forty folders and archives of the kinds that people hand over, and what each is."""

from schemas import Subcategory as Sub
from tests.unit.content.forty_sounds import MUSIC, SPOKEN
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

FILMS = [
    Shape(
        "The Paper Harbour (2014)",
        {
            "The Paper Harbour (2014).mkv": 8 * GIB,
            "The Paper Harbour (2014).en.srt": 90 * KIB,
            "poster.jpg": 200 * KIB,
            "Sample/sample.mkv": 50 * MIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "The.Lantern.Keeper.2019.1080p.BluRay.x264-INV",
        {
            **volumes("inv-lantern.1080p", 60, 100_000_000),
            "inv-lantern.1080p.sfv": 2 * KIB,
            "inv-lantern.1080p.nfo": 5 * KIB,
            "Sample/inv-lantern.sample.mkv": 60 * MIB,
            "Proof/inv-proof.jpg": 300 * KIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "Cold Kitchen (2006) Special Edition",
        {
            "Cold Kitchen (2006).mkv": 12 * GIB,
            "Extras/Making of Cold Kitchen.mkv": 700 * MIB,
            "Extras/Deleted Scenes.mkv": 300 * MIB,
            "Extras/Interview.mkv": 200 * MIB,
            "Subs/English.srt": 80 * KIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "A Field in Winter 1958 DVD",
        {
            "VIDEO_TS/VIDEO_TS.IFO": 12 * KIB,
            "VIDEO_TS/VIDEO_TS.VOB": 20 * MIB,
            "VIDEO_TS/VIDEO_TS.BUP": 12 * KIB,
            "VIDEO_TS/VTS_01_0.IFO": 60 * KIB,
            **numbered("VIDEO_TS/VTS_01_{}.VOB", range(1, 6), GIB - 20 * MIB),
            "VIDEO_TS/VTS_01_0.BUP": 60 * KIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "Glass Ferry 2011 Blu-ray",
        {
            "BDMV/index.bdmv": KIB,
            "BDMV/MovieObject.bdmv": KIB,
            "BDMV/STREAM/00000.m2ts": 33 * GIB,
            "BDMV/STREAM/00001.m2ts": 90 * MIB,
            "BDMV/STREAM/00002.m2ts": 400 * MIB,
            "BDMV/CLIPINF/00000.clpi": 90 * KIB,
            "BDMV/PLAYLIST/00000.mpls": KIB,
            "CERTIFICATE/id.bdmv": KIB,
        },
        Sub.MOVIE,
    ),
    Shape(
        "Dust Hymn 2001 DVDRip",
        {"Dust Hymn CD1.avi": 700 * MIB, "Dust Hymn CD2.avi": 700 * MIB},
        Sub.MOVIE,
    ),
]

SERIES = [
    Shape(
        "Lantern Street Season 2",
        {
            **numbered("Lantern Street S02E{:02}.mkv", range(1, 11), 900 * MIB),
            **numbered("Subs/Lantern Street S02E{:02}.srt", range(1, 11), 60 * KIB),
        },
        Sub.SEASON,
    ),
    Shape(
        "Lantern Street Complete",
        {
            **numbered("Season 1/Lantern Street - 1x{:02}.avi", range(1, 13), 350 * MIB),
            **numbered("Season 2/Lantern Street - 2x{:02}.avi", range(1, 11), 350 * MIB),
            **numbered("Season 3/Lantern Street - 3x{:02}.avi", range(1, 9), 350 * MIB),
            "Extras/Pilot.avi": 300 * MIB,
            "Extras/Bloopers.avi": 90 * MIB,
        },
        Sub.SERIES,
    ),
    Shape(
        "Robots of Kyoto",
        {
            **numbered("[INV] Robots of Kyoto - {:02} [720p].mkv", range(1, 25), 350 * MIB),
            "[INV] Robots of Kyoto - NCOP [720p].mkv": 80 * MIB,
        },
        Sub.SEASON,
    ),
    Shape(
        "Lantern.Street.S03E04.720p.HDTV.x264-INV",
        {
            **volumes("lantern.street.304", 20, 50_000_000),
            "lantern.street.304.nfo": 4 * KIB,
            "lantern.street.304.sfv": KIB,
            "Sample/lantern.street.304.sample.mkv": 20 * MIB,
        },
        Sub.EPISODE,
    ),
    Shape(
        "Harbour Patrol",
        {
            **titled("Series 1", CHAPTERS[:6], "1.{:02} {}.mp4", 500 * MIB),
            **titled("Series 2", CHAPTERS[2:], "2.{:02} {}.mp4", 500 * MIB),
        },
        Sub.SERIES,
    ),
]

OTHER_VIDEO = [
    Shape(
        "Aurora Vale - Low Tide (Official Music Video)",
        {"Aurora Vale - Low Tide (Official Music Video).mp4": 90 * MIB},
        Sub.MUSIC_VIDEO,
    ),
    Shape(
        "Learn Carpentry - The Complete Course",
        {
            **titled("01 - Introduction", CHAPTERS[:4], "{:03} {}.mp4", 60 * MIB),
            **titled("02 - Tools", CHAPTERS[3:9], "{:03} {}.mp4", 70 * MIB),
            "02 - Tools/exercise-files.zip": 4 * MIB,
            "01 - Introduction/notes.pdf": MIB,
            "01 - Introduction/001 A Stranger at the Gate.srt": 20 * KIB,
        },
        Sub.VIDEO_OTHER,
    ),
]

SOFTWARE = [
    Shape(
        "Harbour Writer 12.1 Professional",
        {
            "setup.exe": 90 * MIB,
            "Crack/writer.dll": 2 * MIB,
            "Readme.txt": KIB,
            "keygen.exe": 300 * KIB,
        },
        Sub.APPLICATION,
    ),
    Shape(
        "Quarry OS 24.04 Desktop amd64",
        {"quarry-24.04-desktop-amd64.iso": 5 * GIB, "SHA256SUMS": KIB},
        Sub.SOFTWARE_OTHER,
    ),
    Shape(
        "Harbour Tycoon - Deluxe Edition [Repack]",
        {
            "setup.exe": 5 * MIB,
            **numbered("fg-{:02}.bin", range(1, 8), GIB),
            "setup-1.bin": 3 * GIB,
            "MD5/bins.md5": KIB,
        },
        Sub.GAME,
    ),
    Shape(
        "Salt.and.Steel-INVOX",
        {
            **volumes("invox-salt", 50, 500_000_000),
            "invox-salt.sfv": 3 * KIB,
            "invox-salt.nfo": 7 * KIB,
        },
        Sub.GAME,
    ),
    Shape(
        "Glass Ferry Racing",
        {
            "GlassFerry.exe": 30 * MIB,
            "UnityPlayer.dll": 25 * MIB,
            "GlassFerry_Data/resources.assets": 600 * MIB,
            **numbered("GlassFerry_Data/sharedassets{}.assets", range(12), 90 * MIB),
            "GlassFerry_Data/Managed/mscorlib.dll": 4 * MIB,
        },
        Sub.GAME,
    ),
    Shape(
        "Super Nintendo ROM Set",
        {f"{title} (USA).sfc": 2 * MIB for title in (*WORDS, *CHAPTERS)},
        Sub.GAME,
    ),
    Shape(
        "Handheld ROMs (No-Intro).zip",
        {f"{title} (Europe).zip": MIB for title in (*WORDS, *CHAPTERS)},
        Sub.GAME,
    ),
    Shape(
        "harbour-notes-3.2.apk",
        {
            "AndroidManifest.xml": 9 * KIB,
            "classes.dex": 5 * MIB,
            "resources.arsc": MIB,
            "META-INF/MANIFEST.MF": KIB,
            "res/icon.png": 9 * KIB,
        },
        Sub.APPLICATION,
    ),
]

BOOKS = [
    Shape(
        "The Marsh House.epub",
        {
            "mimetype": 20,
            "META-INF/container.xml": 200,
            "OEBPS/content.opf": 3 * KIB,
            **numbered("OEBPS/chapter{:02}.xhtml", range(1, 20), 30 * KIB),
            "OEBPS/images/cover.jpg": 300 * KIB,
        },
        Sub.EBOOK,
    ),
    Shape(
        "Captain Meridian 001 (1946).cbz",
        {
            **numbered("Captain Meridian 001 - {:02}.jpg", range(1, 37), 900 * KIB),
            "ComicInfo.xml": KIB,
        },
        Sub.COMIC,
    ),
    Shape(
        "Captain Meridian (1946-1949)",
        numbered("Captain Meridian {:03} (1946).cbz", range(1, 25), 30 * MIB),
        Sub.COMIC,
    ),
    Shape(
        "Harbour Monthly 2019",
        {
            f"Harbour Monthly - {month} 2019.pdf": 40 * MIB
            for month in ("January", "February", "March", "April", "May", "June", "July")
        },
        Sub.MAGAZINE,
    ),
    Shape(
        "Classic Novels Collection",
        {
            **{f"Eliza Thornbury/{title}.epub": MIB for title in CHAPTERS},
            **{f"Eliza Thornbury/{title}.mobi": MIB for title in CHAPTERS},
            **{f"Jules Verne/{title}.epub": MIB for title in WORDS},
        },
        Sub.EBOOK,
    ),
    Shape(
        "Field Guide to Northern Birds.tar.gz",
        {
            "Field Guide to Northern Birds/guide.pdf": 2 * MIB,
            "Field Guide to Northern Birds/cover.jpg": 90 * KIB,
        },
        Sub.EBOOK,
    ),
]

THE_REST = [
    Shape(
        "Iceland Trip Photos",
        {
            **numbered("Day 1/IMG_{:04}.JPG", range(1, 60), 5 * MIB),
            **numbered("Day 2/IMG_{:04}.JPG", range(60, 140), 5 * MIB),
        },
        Sub.IMAGES,
    ),
    Shape(
        "Open Font Pack",
        {
            **{f"{word.replace(' ', '')}-Regular.ttf": 90 * KIB for word in WORDS},
            **{f"{word.replace(' ', '')}-Bold.otf": 90 * KIB for word in WORDS},
            "OFL.txt": 4 * KIB,
        },
        Sub.OTHER,
    ),
]

FORTY = [*MUSIC, *SPOKEN, *FILMS, *SERIES, *OTHER_VIDEO, *SOFTWARE, *BOOKS, *THE_REST]
