"""Every rule of technical.toml has a word of its own that it reads, at the end of a name as in
brackets.
"""

import pytest

from models.extract.names.scan import languages, rules, scan

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
        "service": "AMZN",
        "disc": "CD2",
    },
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in rules().items() for value in values]
)
@pytest.mark.parametrize("around", ["Lamp.{}.x", "Lamp [{}]", "Lamp {}"])
def test_a_rule_reads_its_word(field: str, value: str, around: str) -> None:
    assert (field, value) in {
        (hit.field, hit.value) for hit in scan(around.format(WORDS[field][value]))
    }


@pytest.mark.parametrize("code", languages())
def test_a_language_is_read_by_its_name(code: str) -> None:
    name = languages()[code]["names"].split("|", 1)[0].split("[", 1)[0].split("(", 1)[0]
    word = {"it": "italian", "ca": "catalan"}.get(code, name)
    assert code in {
        hit.value for hit in scan(f"Lamp.2008.1080p.{word}") if hit.field == "languages"
    }
