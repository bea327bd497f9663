"""Every pattern rule matches what it is for and not what looks like it. The names are invented."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classify import patterns
from models.evaluation.metrics import Share
from schemas.media import MEDIUM_OF, Medium, Subcategory

# rule: (a name that it must match, a near miss that it must not)
EXAMPLES = {
    "video.series.seasons": ("Lantern.Street.S01-S04.720p", "Lantern.Street.S01.720p"),
    "video.season.episodes": (
        "Lantern.Street.S02E01-E08.WEBRip",
        "Lantern.Street.S02E01-10bit.WEBRip",
    ),
    "video.episode.sxxeyy": ("Lantern.Street.S02E05.The.Fog.1080p", "Lantern Street S02 Extras"),
    "video.episode.x": ("Lantern Street 2x05 The Fog", "Wallpaper 16x10px pack"),
    "video.episode.cap": ("Calle Farol [HDTV][Cap.105]", "Baseball cap 105a"),
    "video.season.sxx": ("Lantern.Street.S02.1080p", "Lantern.Street.S02.E05"),
    "video.season.word": ("Lantern Street Season 3 Complete", "Lantern Street Season 3 Episode 4"),
    "video.episode.anime": (
        "[PaperFans] Tea House Robots - 07 [720p]",
        "[PaperFans] Tea House Robots - Opening",
    ),
    "video.episode.date": ("Late.Lantern.2019.03.14.Guest.Name.720p.HDTV", "Diary 2019 03 14"),
    "video.sport": (
        "Boxing.2019.01.19.Firstname.Lastname.vs.Other.Name.HDTV.x264",
        "Boxing.The.Movie.2019.WEB-DL",
    ),
    "video.movie.year-source": (
        "The Paper Harbour (2014) BDRip",
        "Lantern.Street.2014.S01E01.BDRip",
    ),
    "video.movie.yts": ("The Paper Harbour (2014) [YTS.MX]", "The Paper Harbour ytsomething"),
    "video.codec": ("Paper Harbour x265", "Paper Harbour x26"),
    "video.resolution": ("Paper Harbour 1080p", "Paper Harbour 1080"),
    "video.numbered.source": (
        "[SERIAL] Бумажная гавань / Серии: 1-10 из 10 (Иван Лесной) [2015, драма, SATRip]",
        "Вестник гавани. Выпуск 7 [2013, PDF]",
    ),
    "video.source": ("Paper Harbour BluRay", "Blue Rays of Harbour"),
    "video.container-word": ("paper_harbour_mkv", "paper harbour mkvmaker"),
    "video.audio-codec": ("Paper Harbour DDP5.1", "Paper Harbour 5.1"),
    "video.subtitles": ("Le Port de Papier VOSTFR", "Le Port de Papier"),
    "audio.audiobook": (
        "Jane Author - The Paper Harbour (Unabridged)",
        "Jane Author - The Abridged Harbour",
    ),
    "audio.collection": (
        "Paper Lighthouse - Discography 1999-2012",
        "Paper Lighthouse - Disco Graphics",
    ),
    "audio.soundtrack": (
        "The Paper Harbour (Original Motion Picture Soundtrack)",
        "The Paper Harbour 1080p + Soundtrack",
    ),
    "audio.album.lossless": (
        "Paper Lighthouse - Low Tide (2009) [FLAC]",
        "Paper Lighthouse - Discography (2009) [FLAC]",
    ),
    "audio.flac": ("Paper Lighthouse - Low Tide FLAC", "Paper Lighthouse - Flaccid Tide"),
    "audio.mp3": ("Paper Lighthouse - Low Tide (MP3)", "Paper Lighthouse mp34"),
    "audio.bitrate": ("Paper Lighthouse - Low Tide 320kbps", "Paper Lighthouse - 320 Days"),
    "audio.words": ("Paper Lighthouse - Greatest Hits", "The Hits and Misses of a Greatest Mind"),
    "book.comic.digital": (
        "Captain Paper 012 (2016) (digital) (Fold-Empire)",
        "Captain Paper (digital camera manual)",
    ),
    "book.magazine": ("Lantern Makers Magazine - Spring 2018", "Lantern Magazine Theme"),
    "book.magazine.month": ("Lantern Makers – January 2019", "Lantern Books - January 2019"),
    "book.periodical": ("Lantern Makers Issue 45", "Lantern Live Issue 45 MP3"),
    "book.ebook.format": ("Jane Author - The Paper Harbour (epub)", "The Republic of Harbour"),
    "book.pdf": ("Lantern Repair Manual.pdf", "Lantern Repair Manual"),
    "book.ebook.word": ("Lantern Design, 3rd Edition", "Lantern Design, third try"),
    "software.game.group": ("Harbour.Tycoon-CODEX", "The Paper Codex"),
    "software.game.repacker": ("Harbour Tycoon [FitGirl Repack]", "Fit Girls Workout"),
    "software.game.platform": ("Harbour Tycoon PS3", "Harbour Tycoon PSD"),
    "software.game.pc": ("Harbour Tycoon [GOG]", "Harbour Gogh Tour"),
    "software.application.keys": ("PaperCAD 7 + Keygen", "Monkey Generation"),
    "software.application.version": ("PaperCAD v7.2.1 x64", "Chapter 7.2.1"),
    "software.application.system": ("Windows 10 Pro 22H2", "Networking Guide for Windows 10"),
    "software.application.vendor": (
        "Adobe Paperlight Pro 12.1",
        "Learn Adobe Paperlight Pro course 12.1",
    ),
    "software.mobile": ("PaperMaps v3.1 [Mod] apk", "Androids of Harbour Street"),
    "other.images": ("Harbour Lights Wallpapers Pack 12", "Harbour Wallpaper Maker v3.1 HD"),
    "software.application.uploader": (
        "PaperCAD Studio 7.2.1 {CracksHash}",
        "Harbour Tycoon v1.2 Fix + All DLC",
    ),
}

NEXT = [
    ("other.images", "Tall Ships at Dawn (48 Photos)", "Tall Ships at Dawn (48 Minutes)"),
    ("other.images", "Lighthouses.IMAGESET-PAPER", "Lighthouses.The.Image.Setter.1080p"),
    ("other.images", "120 Harbour Photos [4000px]", "120 Days of Harbour Photos"),
    ("other.images", "4K Ultra HD Wallpapers Collection", "Live Wallpaper HD 4.2 apk"),
    ("other.images", "Autumn Wallpapers Set 33", "Autumn Wallpapers 1080p"),
    ("audio.words", "Harbour Drum Loops Vol 2", "Harbour Drum Loops vsti x64"),
    ("audio.words", "Foghorn Sample Pack WAV", "Foghorn Samples of Cloth"),
    ("audio.words", "Sea Shanties Karaoke CDG", "Sea Shanties Karaoke Party"),
    ("book.comic.digital", "(同人誌) [灯台] 港の夜", "[灯台] 港の夜 第3話"),
    ("software.game.repacker", "Harbour Tycoon by R.G. Origami", "Harbour origami for R and G"),
    ("software.application.system", "debian-12.1-amd64-netinst.iso", "Debian Bible amd64 iso pdf"),
    ("software.application.system", "Kali Linux live 64-bit", "Kali, Live in Kolkata"),
    ("video.sport", "Roland-Garros 2031 Finale Lantern Harbour", "Wimbledon (2031)"),
    ("video.sport", "Хоккей КХЛ 2031 Фонарь - Гавань", "Хоккей моего детства (2031)"),
    ("video.sport", "Le Mans 24h 2031 Race", "Le Mans (1971) 1080p"),
    ("video.sport", "Indy 500 2031 1080p", "Indy and the Paper Harbour 2031"),
    ("video.sport", "Copa America 2031 Final", "Copa America 2031 PC Game Final"),
    ("video.resolution", "Paper Harbour 4K", "Texture Pack 4K PNG"),
    ("software.game.platform", "Lantern Kart ROMs", "Lantern Burning ROM 2031 v23.0"),
    ("software.game.platform", "Lantern Kart ROM", "Lantern Grammar with CD-ROM"),
    ("book.magazine", "Вокруг фонаря №5 май 2031", "Вокруг фонаря 5 мая 2031"),
    ("software.application.uploader", "PaperPDF v4.10 + Patched", "Paper Harbour 4 Patched Up"),
]
"""More of the kinds that a rule is for: (rule, a match, a near miss)."""


def rule(rule_id: str) -> patterns.Rule:
    return next(r for r in patterns.rules() if r.id == rule_id)


def test_every_rule_has_an_example() -> None:
    assert set(EXAMPLES) == {r.id for r in patterns.rules()}


@pytest.mark.parametrize("rule_id", EXAMPLES)
def test_rule_matches_its_example_and_not_the_near_miss(rule_id: str) -> None:
    positive, miss = EXAMPLES[rule_id]
    assert rule(rule_id).regex.search(patterns.pattern_text(positive))
    assert not rule(rule_id).regex.search(patterns.pattern_text(miss))


@pytest.mark.parametrize(("rule_id", "positive", "miss"), NEXT)
def test_rule_knows_its_kind_in_other_words(rule_id: str, positive: str, miss: str) -> None:
    assert rule(rule_id).regex.search(patterns.pattern_text(positive))
    assert not rule(rule_id).regex.search(patterns.pattern_text(miss))


def test_every_shipped_rule_earns_its_place() -> None:
    assert [r.id for r in patterns.rules() if not r.usable] == []


def with_figures(figures: patterns.Figures) -> patterns.Rule:
    return patterns.Rule("new", Medium.AUDIO, Subcategory.ALBUM, re.compile("x"), figures)


def test_rule_that_was_not_measured_is_not_used() -> None:
    assert not with_figures(patterns.Figures()).usable


@pytest.mark.parametrize(
    ("right", "total", "usable"),
    [
        (12, 12, True),
        (11, 11, False),  # hardly seen
        (97, 100, True),
        (900, 1000, False),  # surely worse than what was learnt
        (31, 32, True),  # perhaps worse: 32 names cannot tell
    ],
)
def test_a_rule_is_used_unless_it_is_surely_worse_or_hardly_seen(
    right: int, total: int, usable: bool
) -> None:
    lower, upper = Share(right, total).interval
    figures = patterns.Figures(right / total, lower, upper, total)
    assert with_figures(figures).usable is usable


def test_the_lower_bound_is_published_and_no_rule_is_certain() -> None:
    for r in patterns.rules():
        assert r.confidence == r.figures.lower
        assert r.figures.lower < r.figures.precision <= r.figures.upper


def test_one_adult_name_is_enough_to_be_not_clean() -> None:
    many = patterns.CLEAN_NAMES
    assert with_figures(patterns.Figures(names=many)).clean
    assert not with_figures(patterns.Figures(names=many, adult=1)).clean
    assert not with_figures(patterns.Figures(names=many - 1)).clean


def test_subcategories_belong_to_their_medium() -> None:
    for r in patterns.rules():
        assert r.subcategory is None or MEDIUM_OF[r.subcategory] == r.medium


def test_rules_that_disagree_leave_the_name_to_the_next_stage() -> None:
    assert patterns.match("PaperCAD v7.2.1 x64 video tutorial 1080p") is None


@pytest.mark.parametrize(
    "name",
    [
        "The Paper Harbour Season 2 (Original Soundtrack)",
        "Anna Composer - Lantern Street S02 (Original Television Soundtrack)",
        "Lantern Street Seasons 1-3 OST",
    ],
)
def test_a_soundtrack_overrules_the_season_that_it_is_of(name: str) -> None:
    text = patterns.pattern_text(name)
    assert {r.medium for r in patterns.matching(text)} == {Medium.AUDIO, Medium.VIDEO}
    hit = patterns.match(name)
    assert hit is not None
    assert (hit.medium, hit.subcategory) == (Medium.AUDIO, Subcategory.ALBUM)


def test_what_a_rule_overrules_are_rules() -> None:
    ids = {r.id for r in patterns.rules()}
    assert all(r.over <= ids - {r.id} for r in patterns.rules())


def test_fewer_names_without_an_adult_one_make_a_flag_unlikely_not_impossible() -> None:
    unlikely = with_figures(patterns.Figures(names=patterns.SELDOM_NAMES))
    assert (unlikely.seldom_adult, unlikely.clean) == (True, False)
    assert not with_figures(patterns.Figures(names=200, adult=1)).seldom_adult


@pytest.mark.parametrize(
    ("name", "subcategory"),
    [
        ("Lantern.Street.S02E05.The.Fog.1080p.WEB-DL.x264", Subcategory.EPISODE),
        ("Lantern.Street.S02.1080p.BluRay.x265", Subcategory.SEASON),
        ("Lantern.Street.S01-S04.Complete.720p.HDTV", Subcategory.SERIES),
        ("The.Paper.Harbour.2014.1080p.BluRay.x264", Subcategory.MOVIE),
        ("Paper Lighthouse - Low Tide (2009) [FLAC]", Subcategory.ALBUM),
    ],
)
def test_the_most_specific_rule_gives_the_subcategory(name: str, subcategory: Subcategory) -> None:
    hit = patterns.match(name)
    assert hit is not None
    assert hit.subcategory is subcategory


words = st.sampled_from(sorted({name for pair in EXAMPLES.values() for name in pair}))
anything = st.text(max_size=1024) | st.lists(words, max_size=3).map(" ".join)


@given(anything)
def test_a_hit_is_what_its_rule_says_and_all_rules_agree(name: str) -> None:
    hit = patterns.match(name)
    text = patterns.pattern_text(name)
    matched = patterns.heard([r for r in patterns.usable() if r.regex.search(text)])
    if hit is None:
        assert len({r.medium for r in matched}) != 1
        return
    assert {r.medium for r in matched} == {hit.medium}
    assert hit.rule in {r.id for r in matched}
    assert hit.confidence == max(r.confidence for r in matched)
    if hit.subcategory is not None:
        assert hit.subcategory is rule(hit.rule).subcategory


@given(anything)
def test_case_and_separators_change_no_hit(name: str) -> None:
    assert patterns.match(patterns.pattern_text(name)) == patterns.match(name)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "s01e01-",
        "2019 01 01 ",
        "[a",
        "adobe 1 ",
        "v1 1 ",
        "season 1 ",
        "magazine ",
        "(digital) (",
        "music from the ",
        "soundtrack ",
        "issue 1 ",
        "- may 2019 ",
        "nba 2019 01 01 ",
        "1-2 серии ",
        "(u) (m6) ",
        "# 1 (",
        "manga vol ",
        "a - (explicit",
    ],
)
def test_hostile_names_cost_milliseconds(piece: str) -> None:
    name = (piece * 1024)[:1024]
    start = time.process_time()
    patterns.match(name)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("name", "medium"),
    [
        ("[SERIAL] Бумажная гавань / Серии: 1-10 из 10 [2015, драма, SATRip]", Medium.VIDEO),
        ("Бумажная гавань. Выпуск 7 (эфир 11.06.2013) [2013, WEBRip]", Medium.VIDEO),
        ("Вестник гавани. Выпуск 7 [2013, PDF]", Medium.BOOK),
    ],
)
def test_a_source_beside_a_number_is_heard_over_words_of_books_and_programs(
    name: str, medium: Medium
) -> None:
    hit = patterns.match(name)
    assert hit is not None
    assert hit.medium is medium
