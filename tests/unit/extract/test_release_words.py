"""Every rule of release_words.toml reads a word of its own, at the end of a name as in brackets."""

import pytest

from models.extract.names.languages import languages
from models.extract.names.release_words import ReleaseWord, fields, release_words
from models.extract.names.scan import scan
from models.extract.rules.technical import technical

WORDS: dict[str, dict[str, str]] = {
    "resolution": {
        "4320p": "8k",
        "2160p": "2160p",
        "1440p": "2560x1440",
        "1080p": "Bluray1080p",
        "720p": "1280x720",
        "576p": "576i",
        "540p": "540p",
        "480p": "640x480",
        "360p": "360p",
        "240p": "240p",
        "1920p": "1920p",
        "2700p": "2700p",
    },
    "source": {
        "Remux": "BDRemux",
        "HD-DVD": "HDDVD",
        "BluRay": "UHDBDRip",
        "WEBRip": "WEBMux",
        "WEB-DL": "WEB-DLRip",
        "HDTV": "PDTV",
        "DSR": "DSRip",
        "Screener": "DVDSCR",
        "DVD": "2xDVD9",
        "R5": "R5",
        "HDRip": "HDRip",
        "TeleSync": "HDTS",
        "TeleCine": "HDTC",
        "CAM": "HQCAM",
        "Workprint": "Workprint",
        "VHS": "VHSRip",
        "LaserDisc": "LaserDisc",
        "VCD": "SVCD",
        "Vinyl": "Vinyl",
        "Cassette": "Cassette",
        "CD": "CDRip",
    },
    "codec": {
        "AV1": "AV1",
        "x266": "h266",
        "x265": "HEVC",
        "x264": "H.264",
        "WMV": "WMV",
        "XviD": "XviD",
        "DivX": "DivX5",
        "VP9": "VP9",
        "VP8": "VP8",
        "MPEG-2": "MPEG2",
        "MPEG-4": "MPEG4",
        "VC-1": "VC1",
    },
    "audio_codec": {
        "FLAC": "FLAC24",
        "ALAC": "ALAC",
        "APE": "APE",
        "WavPack": "WavPack",
        "DSD": "DSD128",
        "WAV": "LPCM",
        "TrueHD": "TrueHD7.1",
        "DTS-HD": "DTS-HD.MA.5.1",
        "DTS": "DTS-ES",
        "EAC3": "DDP5.1",
        "AC3": "DD5.1",
        "Opus": "Opus",
        "Vorbis": "OGG",
        "AAC": "AAC2.0",
        "MP3": "MP3",
        "MP2": "MP2",
        "WMA": "WMA",
    },
    "hdr": {"DV": "DoVi", "HDR10Plus": "HDR10+", "HDR10": "HDR", "HLG": "HLG"},
    "edition": {
        "Director's Cut": "Director's.Cut",
        "Final Cut": "The.Final.Cut",
        "Extended": "Extended.Edition",
        "Theatrical": "Theatrical",
        "Unrated": "Unrated",
        "Uncut": "Uncut.Version",
        "Uncensored": "Uncensored",
        "Remastered": "4K.Restoration",
        "Deluxe": "Deluxe.Edition",
        "Anniversary": "25th.Anniversary",
        "Special": "Special.Edition",
        "Redux": "Redux",
        "Fan Edit": "FanEdit",
        "Collectors": "Collectors.Edition",
        "Limited": "Limited",
        "Criterion": "Criterion",
        "IMAX": "IMAX",
        "Open Matte": "Open.Matte",
        "Unabridged": "Unabridged",
        "Complete": "Complete.Edition",
    },
    "flags": {"proper": "REAL.PROPER", "repack": "REPACK2"},
    "other": {
        "dubbed": "Dubbed",
        "scene": "iNTERNAL",
        "picture": "HSBS",
        "way": "PPV",
        "service": "AMZN",
        "disc": "CD2",
    },
}


RULES = [(word.field.name, word.value) for word in release_words()]


@pytest.mark.parametrize(("field", "value"), RULES)
@pytest.mark.parametrize("around", ["Lamp.{}.x", "Lamp [{}]", "Lamp {}"])
def test_a_rule_reads_its_word(field: str, value: str, around: str) -> None:
    hits = scan(around.format(WORDS[field][value]))
    assert (field, value) in {(hit.field, hit.value) for hit in hits}


@pytest.mark.parametrize(
    ("spelling", "word"),
    [(spelling, word) for word in release_words() for spelling in sorted(word.weak)],
)
def test_a_weak_spelling_is_one_of_its_rule(spelling: str, word: ReleaseWord) -> None:
    [hit] = scan(spelling) or scan(spelling.upper())  # some are read in capitals alone
    assert (hit.word, hit.weak) == (word, True)


def test_a_spelling_that_no_title_has_before_its_year_is_a_weak_one() -> None:
    for word in release_words():
        assert word.field.weak or word.never_title <= word.weak


def test_every_field_says_what_it_takes() -> None:
    assert {field.takes for field in fields().values()} == {"first", "all", "flag", "nothing"}


LINES = ["4320", "2160", "1440", "1080", "720", "576", "540", "480", "360", "240", "1920", "2700"]


@pytest.mark.parametrize("lines", LINES)
def test_a_resolution_is_published_as_it_is_written(lines: str) -> None:
    assert technical(f"Lamp.2008.{lines}p.WEB.x264-GRP").resolution == f"{lines}p"


@pytest.mark.parametrize(
    ("size", "resolution"),
    [
        ("3840x2160", "2160p"),
        ("4096x2160", "2160p"),
        ("2560x1440", "1440p"),
        ("1920x1440", "1440p"),
        ("1920x1080", "1080p"),
        ("1440x1080", "1080p"),
        ("3840x1080", "1080p"),  # two pictures beside each other
        ("1280x720", "720p"),
        ("960x720", "720p"),
        ("1024x576", "576p"),
        ("720x576", "576p"),
        ("960x540", "540p"),
        ("854x480", "480p"),
        ("640x480", "480p"),
        ("640x360", "360p"),
        ("480x360", "360p"),
        ("1920x800", "1080p"),  # a wide picture, cut at the top and at the bottom
        ("3840x1600", "2160p"),
        ("1280x544", "720p"),
    ],
)
def test_a_size_in_pixels_is_published_as_its_lines(size: str, resolution: str) -> None:
    assert technical(f"Lamp (2008) [BluRay {size} x264]").resolution == resolution


@pytest.mark.parametrize("code", languages())
def test_a_language_is_read_by_its_name(code: str) -> None:
    name = languages()[code]["names"].split("|", 1)[0].split("[", 1)[0].split("(", 1)[0]
    word = {"it": "italian", "ca": "catalan"}.get(code, name)
    assert code in {
        hit.value for hit in scan(f"Lamp.2008.1080p.{word}") if hit.field == "languages"
    }
