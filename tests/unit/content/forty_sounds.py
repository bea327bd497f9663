"""What of the forty is heard: music and books that are read aloud."""

from schemas import Subcategory as Sub
from tests.unit.content.shapes import CHAPTERS, KIB, MIB, WORDS, Shape, numbered, titled

MUSIC = [
    Shape(
        "The Velvet Quarry - Slate (1997) [FLAC]",
        {
            **titled("", WORDS, "{:02} - {}.flac", 28 * MIB),
            "cover.jpg": 400 * KIB,
            "Slate.cue": 2 * KIB,
            "Slate.log": 9 * KIB,
        },
        Sub.ALBUM,
    ),
    Shape(
        "Aurora Vale - The Long Field (2 CD)",
        {
            **titled("CD1", WORDS[:8], "{:02}. {}.mp3", 9 * MIB),
            **titled("CD2", WORDS[4:], "{:02}. {}.mp3", 9 * MIB),
            "Scans/front.jpg": 3 * MIB,
            "Scans/back.jpg": 3 * MIB,
        },
        Sub.ALBUM,
    ),
    Shape(
        "Northern Wire Discography",
        {
            **titled("1994 - Salt", WORDS[:9], "{:02} {}.mp3", 8 * MIB),
            **titled("1997 - Glass Ferry", WORDS[2:], "{:02} {}.mp3", 8 * MIB),
            **titled("2003 - Cold Kitchen", WORDS[:7], "{:02} {}.mp3", 8 * MIB),
        },
        Sub.COLLECTION,
    ),
    Shape(
        "Paper Lighthouse - The Complete Recordings (Box Set)",
        {
            **titled("Disc 1 - Low Tide", WORDS, "{:02} - {}.flac", 25 * MIB),
            **titled("Disc 2 - Live in Bergen", WORDS[:6], "{:02} - {}.flac", 30 * MIB),
            **titled("Disc 3 - Demos", WORDS[3:], "{:02} - {}.flac", 20 * MIB),
            "Booklet.pdf": 40 * MIB,
        },
        Sub.COLLECTION,
    ),
    Shape(
        "Northern_Wire-Glass_Ferry-WEB-2019-INV.zip",
        {
            **titled(
                "Northern_Wire-Glass_Ferry-WEB-2019-INV",
                WORDS[:5],
                "{:02}-northern_wire-{}.mp3",
                9 * MIB,
            ),
            "Northern_Wire-Glass_Ferry-WEB-2019-INV/00-glass_ferry.nfo": 3 * KIB,
            "Northern_Wire-Glass_Ferry-WEB-2019-INV/00-glass_ferry.sfv": KIB,
            "Northern_Wire-Glass_Ferry-WEB-2019-INV/00-glass_ferry.m3u": KIB,
        },
        Sub.ALBUM,
    ),
    Shape(
        "Ludwig van Beethoven - Symphony No. 9 - Vienna",
        {"Symphony No. 9.flac": 410 * MIB, "Symphony No. 9.cue": KIB, "folder.jpg": 90 * KIB},
        Sub.ALBUM,
    ),
    Shape("Harbour Light - Salt (Single)", {"Harbour Light - Salt.mp3": 9 * MIB}, Sub.TRACK),
    Shape(
        "Kestrel Lane - Live Set.tar", titled("", WORDS[:6], "{:02} - {}.ogg", 40 * KIB), Sub.ALBUM
    ),
]  # music and other sound

SPOKEN = [
    Shape(
        "The Marsh House - Eliza Thornbury (Unabridged Audiobook)",
        {**titled("", CHAPTERS, "{:02} - Chapter - {}.mp3", 22 * MIB), "cover.jpg": 90 * KIB},
        Sub.AUDIOBOOK,
    ),
    Shape(
        "Thornbury, Eliza - The Marsh House",
        {**numbered("Chapter {:02}.mp3", range(1, 31), 14 * MIB), "Marsh House.jpg": 50 * KIB},
        Sub.AUDIOBOOK,
    ),
    Shape(
        "Jules Verne - Around the World in Eighty Days",
        {"Around the World in Eighty Days.m4b": 310 * MIB, "cover.jpg": 80 * KIB},
        Sub.AUDIOBOOK,
    ),
]
