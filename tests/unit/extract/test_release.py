"""What describes a release: technical words, languages, the group, and where it begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.names.description import description
from models.extract.names.languages import languages
from models.extract.names.scan import scan
from models.extract.rules.groups import release_group
from models.extract.rules.technical import technical
from models.extract.rules.years import span, year
from schemas import clean_text

CASES: list[tuple[str, str, object]] = [
    ("Film.2008.1080p.BluRay.x264-GRP", "resolution", "1080p"),
    ("Film.2008.[Bluray720p].mkv", "resolution", "720p"),
    ("Film.2008.3840x2160.BluRay", "resolution", "2160p"),
    ("Film.2004.PAL.DVDR-GRP", "resolution", "576p"),
    ("Film.2008.1080p.BluRay.x264-GRP", "source", "BluRay"),
    ("Film.2008.720p.MBluRay.x264-GRP", "source", "BluRay"),
    ("Film 2008 DVDScr XviD", "source", "Screener"),
    ("Film.2008.HDTV.x264-GRP-Remux", "source", "HDTV"),
    ("Film.2008.720p.NF.AAC2.0.x264", "source", "WEB-DL"),
    ("Film.2008.1080p.BluRay.x264-GRP", "codec", "x264"),
    ("Film.2008.1080p.BluRay.x264-GRP", "release_group", "GRP"),
    ("Film 2160p UHD BluRay REMUX HEVC DV HDR10", "hdr", ("DV", "HDR10")),
    ("Film 2008 WEB-DL DDP5.1", "audio_codec", "EAC3"),
    ("Film 2008 WEB-DL DD+2.0", "audio_codec", "EAC3"),
    ("Artist - Album [FLAC 24-96]", "audio_codec", "FLAC"),
    ("Artist - Album [FLAC 24-96]", "bit_depth", 24),
    ("Artist - Album (2001) MP3 320 kbps", "bitrate", 320),
    ("Film 2008 PROPER 720p", "proper", True),
    ("Film 2008 REPACK 720p", "repack", True),
    ("Film Director's Cut 720p", "edition", "Director's Cut"),
    ("[FreeSubs] Hoshi - 01 [720p].mkv", "release_group", "FreeSubs"),
    ("[FreeSubs] Hoshi - 01 [720p].mkv", "containers", ("mkv",)),
    ("Webster - The Cable Guy", "source", None),
    ("A Tale of Two Cities", "release_group", None),
]


def described(name: str) -> int | None:
    dated = year(name)
    return description(name, [(dated[1], dated[1] + 4)] if dated else [])


@pytest.mark.parametrize(("name", "field", "value"), CASES)
def test_technical_words_are_read(name: str, field: str, value: object) -> None:
    assert getattr(technical(name, None, described(name)), field) == value


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Film 2008 MULTi 1080p", ("multi",)),
        ("Film.2016.ENG-ITA-FRE.1080p.WEB-DL", ("en", "it", "fr")),
        ("Film.German.DL.AC3.Dubbed.BluRay.x264-GRP", ("de",)),
        ("The.German.Doctor.2013.DVDRip.x264-GRP", ()),
        ("Film.2008.PL-DUB.1080p", ("pl",)),
        ("Film.2011.FI.PAL.DVDR-GRP", ("fi",)),
        ("Film (2019) BDRip 4xUkr/Eng", ("uk", "en")),
        ("Film.2008.HUNDUB.HDTV", ("hu",)),
    ],
)
def test_languages_are_read_where_the_release_is_described(
    name: str, spoken: tuple[str, ...]
) -> None:
    assert technical(name, None, described(name)).languages == spoken


def test_languages_before_sub_are_those_of_the_subtitles() -> None:
    published = technical("Film.2008.Ger.Eng.Sub.AAC.1080p", None, 10)
    assert published.languages == ()
    assert set(published.subtitles) == {"de", "en"}


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Film.2008.1080p.x264-GRP-AsRequested", "GRP"),
        ("Film.2008.1080p.x264-GRP[eztv]", "GRP"),
        ("Artist-Album-WEB-2018-GRP_INT", "GRP"),
        ("Film (2008) (1080p BluRay x265 10bit Lampman) [ABC]", "ABC"),
        ("Film (2008) (1080p BluRay x265 10bit AAC 5.1 Lampman)", "Lampman"),
        ("Film.2008.WEB-DL.H264.AAC￡xyz@FREE", "FREE"),
        ("Film - Something [1080p]", None),
        ("Film.2008.1080p.WEB-DL", None),
        ("Film.2008.1080p.BluRay.x264-GRP (Ein anderer Film)", "GRP"),
        ("Film.2008.1080p.BluRay.x264-GRP [German subs inside]", "GRP"),
        ("Film 2008 1080p WEB-DL AAC2.0 H.264-GRP mkv", "GRP"),
        ("Film.S01E02.HDTV.XviD-GRP [XYZ] avi", "GRP"),
        ("Film.2008.1080p.WEB-DL.AAC2.0-GRP {sample inside}", "GRP"),
        ("Film.2008.720p.BluRay.x264-GRP[XvX]", "GRP"),
        ("Artist-Album-2003-GRP INT", "GRP"),
        ("Artist-Album-2003-GRP_INT (bonus track)", "GRP"),
        ("Film (2008) (720p)(Multiple Subtitle)-Lamp-raws[XYZ]", "Lamp-raws"),
        ("Film.2008.720p.BluRay.x264-Lamp_TeaM", "Lamp_TeaM"),
        ("Film.2008.720p.BluRay.x264-GRP-Remux", "GRP"),
        ("Film_[720p,HDTV,x264]_-_LAMPA.mkv", "LAMPA"),
        ("Film.2008.1080p.BluRay.x264.LaMPe.mkv", "LaMPe"),
        ("Film 2008 1080p WEB-DL HEVC x265 5.1 LAMP", "LAMP"),
        ("Film (2008) [1080p x264-GRP] [Subs | Dubbing PL]", "GRP"),
        ("Film (2008) [1080p DTS][Rip by LaMPe].mkv", "LaMPe"),
        ("Film (2008) [BDRemux 1080p AVC ES-CAT-EN DTS]", None),
        ("Film 2008 1080p BluRay x265 Extras", None),
        ("Film 2008 1080p BluRay x265 and more", None),
        ("[DivX ITA] Film.avi", None),
        ("Film.2008.720p.BluRay.x264-GRP+extras", "GRP"),
        ("Film.2008.720p.BluRay.x264-GRP.[lamp.example.to].mkv", "GRP"),
        ("Film.2008.720p.BluRay.x264-GRP_sample", "GRP"),
        ("Film (2008) [1080p] [PL]", None),
        ("Film (2008) [1080p][ESP+ING]", None),
        ("Film (2008) [1080p][PLX]", "PLX"),
        ("lamp-12.5.0-arm64-netinst.iso", None),
        ("Film (2008) 720p DVD-Rip by somebody", None),
        ("Film.2008.1080p-German subs", None),
        ("Film (2008) x264-AAC [1080p]", None),
        ("Film 2008 FLAC-24bit booklet", None),
        ("Lamp S01E02 720p - Quiet Harbour.mkv", None),
        ("vw4-quiet.harbour.lamps.2017.1080p.bluray.x264.mkv", "vw4"),
        ("bdgr-quiet.harbour.s01e02.720p.hdtv.x264", "bdgr"),
        ("codex-quiet.harbour.iv", "codex"),
        ("well-known.lamp.2017.1080p.bluray.x264.mkv", None),
        ("x-lamp.first.class.2017.1080p.bluray.x264.mkv", None),
        ("mr-lamp.of.harbour.2017.1080p.bluray.x264.mkv", None),
        ("vw4-quiet.harbour.lamps.2017.1080p.bluray.x264-other", "other"),
    ],
)
def test_the_group_is_told_from_what_posters_append(name: str, group: str | None) -> None:
    assert release_group(name) == group


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("[Lampenfreunde] Hoshi - BD (1080p) (HDR) [Dual-Audio]", "Lampenfreunde"),
        ("[Lampenfreunde] Hoshi (WEB 1080p x264 AAC) [Multi-Subs]", "Lampenfreunde"),
        ("[Lampenfreunde] Hoshi - 03 [1080p][Multi-Audio].mkv", "Lampenfreunde"),
        ("[Lampenfreunde] Hoshi [BD]", "Lampenfreunde"),
        ("[Lampenfreunde] Hoshi [Batch]", "Lampenfreunde"),
        ("Hoshi (2008) [1080p] [Dual-Audio]", None),
        ("Hoshi (2008) [Multi-Subs]", None),
        ("Hoshi (2008) 1080p [BD]", None),
        ("lamp-12.04-desktop-amd64.iso", None),
        ("lamp-live-server-arm64.img", None),
        ("lamp_1.2-x86_64", None),
        ("Lamp Studio 2024 v25.0 Pre-Activated", None),
        ("Lamp Studio 2024 v25.0 [Pre-Activated]", None),
        ("Lamp Studio 7.1 Pre-Cracked", None),
        ("Lamp Studio 7.1 Win-x64", None),
        ("Harbour Band - Lanterns", None),
        ("American Sci-Fi", None),
        ("Quiet Harbour [Re-Upload]", None),
        ("[Lamp-Site.ph] Quiet Harbour 2010 1080p", None),
        ("Quiet Harbour - S01E08.mkv", None),
        ("Quiet.Harbour-GRP", "GRP"),
        ("Harbour_Band-Lanterns-WEB-2011-GRP", "GRP"),
        ("Quiet Harbour (2008) DVDRip - GRP", "GRP"),
        ("Quiet.Harbour.v1.2.Incl.Keygen-GRP", "GRP"),
    ],
)
def test_an_ordinary_word_is_no_group(name: str, group: str | None) -> None:
    assert release_group(name) == group


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        (
            "Quiet.Harbour.1990.Ultimate.Lantern.Edition.REMUX.1080p.BluRay-GRP",
            "Ultimate Lantern Edition",
        ),
        ("Quiet.Harbour.1990.Signature.Edition.1080p.BluRay.x264-GRP", "Signature Edition"),
        ("Quiet Harbour (1990) [Imperial Edition] 1080p", "Imperial Edition"),
        ("Quiet Harbour (Imperial Edition) (1990)", "Imperial Edition"),
        ("Quiet Harbour (1990) {edition-Keeper's Cut}", "Keeper's Cut"),
        ("Quiet.Harbour.1990.German.1080p.The.Keeper.Cut.x264-GRP", "Keeper Cut"),
        ("Harbour Band - Lanterns (2004) [Japanese Edition] FLAC", "Japanese Edition"),
        ("Quiet.Harbour.1990.SE.1080p.BluRay.x264-GRP", "Special"),
        ("Quiet.Harbour.2000.SE.1999.1080p.BluRay.x264-GRP", "Special"),
        ("Quiet.Harbour.1990.30th.Anniversary.1080p", "30th Anniversary"),
        ("Quiet.Harbour.1990.30th.Anniversary.Edition.1080p", "30th Anniversary Edition"),
        ("Quiet.Harbour.1990.Anniversary.Edition.1080p", "Anniversary Edition"),
        ("Quiet.Harbour.1990.Anniversary.1080p", "Anniversary"),
        ("Quiet.Harbour.1990.FanEdit.1080p", "Fan Edit"),
        ("Quiet.Harbour.1990.Directors.Cut.1080p", "Director's Cut"),
        ("The.Paper.Cut.2004.1080p.BluRay", None),
        ("Lantern.Edition.1990.1080p", None),
        ("Quiet.Harbour.2010.S01E01.The.Paper.Cut.720p.WEB", None),
        ("Quiet.Harbour.1990.1080p.BluRay.Cut-GRP", None),
        ("Como.se.Llama.1990.1080p", None),
        ("Film.2011.SE.NO.DK.FI.DVDR-GRP", None),
    ],
)
def test_an_edition_stands_behind_the_year_or_in_brackets(name: str, edition: str | None) -> None:
    assert technical(name, None, described(name)).edition == edition


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("On Lamps (2025/S01/WEB-DL/1080p/ESP/ING/EAC3 5.1/SUBS)", ("es", "en")),
        ("Lamp.2026.VOF.1080p.WEB.AAC.2.0.x264", ("fr",)),
        ("Lamp.2026.VFQ.1080p.WEB", ("fr",)),
        ("Lamp (2026) Tha 1080p", ("th",)),
        ("Lamp (2026) WEB-DL 1080p Kor/Eng", ("ko", "en")),
        ("Lamp (2026) WEB-DL 1080p Рус/Укр", ("ru", "uk")),
        ("Quiet.Harbour.1990.SE.1080p.BluRay", ()),
        ("Quiet.Harbour.2026.1080p.x264 [LampOW]", ()),
        ("Nail Polish (2010) 720p", ()),
        ("Johnny English (2010) 720p", ()),
        ("Thing of Lamps 2026 1080p", ()),
        ("Evening Lamp 2017 09 13 Dan Harbour 720p HDTV x264", ()),
        ("Ben.Ara.2015.1080p.WEBRip", ()),
        ("Film (2015) 1080p Dan Eng", ("da", "en")),
        ("Film.2015.1080p.DAN", ("da",)),
        ("Film.2015.1080p.x264-[LAMP.LT]", ()),
        ("Film [720][wWw.LampTorrent.NL]", ()),
        ("Film (2015) (DVDRip.DivX.Ita)", ("it",)),
        ("Film (2015) [1080p x264 NL]", ("nl",)),
        ("Film.2011.SE.NO.DK.FI.DVDR-GRP", ("sv", "no", "da", "fi")),
    ],
)
def test_languages_are_read_in_all_their_spellings(name: str, spoken: tuple[str, ...]) -> None:
    assert technical(name, None, described(name)).languages == spoken


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("Deep.Web.2015.BluRay.1080i.AVC.REMUX-GRP", "Deep.Web."),
        ("Quiet.Harbour.Extended.2009.German.DTS.720p", "Quiet.Harbour."),
        ("Longer.and.Uncut.1999.1080p", "Longer.and.Uncut."),
        ("LA.GUERRE.DES.LAMPES.FRENCH-GRP", "LA.GUERRE.DES.LAMPES."),
    ],
)
def test_a_description_begins_with_its_first_word_and_not_inside_a_title(
    name: str, before: str
) -> None:
    place = described(name)
    assert place is not None
    assert name[:place] == before


def test_every_language_has_a_name_and_no_unknown_key() -> None:
    for language, table in languages().items():
        assert {"names", "short", "words", "codes"} >= set(table), language
        assert table["names"], language


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Film (1984) 720p", 1984),
        ("2012 (2009)", 2009),
        ("Film_2007_USA", 2007),
        ("Artist-Song-x264-2020-GRP", 2020),
        ("Evening Talk 2024.05.17", None),
        ("Artist 1971-1984", None),
        ("Film 2999", None),
    ],
)
def test_the_year_of_the_work_is_no_date_and_no_span(name: str, expected: int | None) -> None:
    dated = year(name)
    assert (dated[0] if dated else None) == expected


def test_a_span_of_years_has_a_first_and_a_last() -> None:
    assert span("Brass Harbour - Discography (1971 - 1984)") == (1971, 1984, 29, 40)
    assert span("Film 2008-2001") is None


WORDS = ["1080p", "WEB-DL", "x264", "FLAC", "German", "subs", "Rus.Sub", "DV", "-GRP", "[", "]"]
release_like = st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=12).map(" ".join)


@given(release_like)
def test_whatever_the_name_hits_are_places_in_it_one_behind_the_other(name: str) -> None:
    hits = scan(name)
    ends = [0, *(hit.end for hit in hits)]
    for before, hit in zip(ends, hits, strict=False):
        assert before <= hit.start < hit.end <= len(name)
        assert name[hit.start : hit.end].lower() == hit.text


@given(release_like)
def test_whatever_the_name_the_description_begins_in_it(name: str) -> None:
    start = description(name)
    assert start is None or 0 < start <= len(name)


@given(release_like)
def test_whatever_the_name_what_is_published_of_a_release_was_read_in_it(name: str) -> None:
    values = {hit.value for hit in scan(name)}
    published = technical(name)
    for value in (published.codec, published.audio_codec, published.source, *published.hdr):
        assert value is None or value in values
    assert published.release_group is None or published.release_group in clean_text(name)


@given(
    st.sampled_from(
        [
            word
            for table in languages().values()
            for word in table.get("short", "").split("|")
            if word.isalpha()
        ]
    ),
    st.sampled_from(["{}", "2x{}", "3{}", "{}dub", "{} audio", "dub {}"]),
    st.booleans(),
)
def test_every_short_word_names_its_language_however_it_is_dressed(
    word: str, dress: str, capitals: bool
) -> None:
    text = dress.format(word.upper() if capitals else word)
    expected = next(
        code for code, table in languages().items() if word in table.get("short", "").split("|")
    )
    assert [hit.value for hit in scan(f"Film 2008 1080p {text}") if hit.field == "languages"] == [
        expected
    ]
