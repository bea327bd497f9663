"""Kinds of names that say what they are in few words. The names are invented."""

import pytest

from models.classify.cascade import Classifier
from models.content.subject import NamedSubject
from schemas import Medium, Subcategory, TorrentFile, Verdict
from schemas.media import MEDIUM_OF

S = Subcategory


def one(classifier: Classifier, name: str, *paths: str) -> Verdict:
    files = tuple(TorrentFile(path=path, size=1000) for path in paths) or None
    return classifier.classify([NamedSubject(name, None, files)])[0]


@pytest.mark.parametrize(
    ("name", "subcategory"),
    [
        # A film's rule finds year and source; the number says more.
        ("Lantern.Street.2016.E01.1080p.BluRay", S.EPISODE),
        ("灯街.Lantern.Street.E09.2021.WEB-DL.2160p.H265.AAC-GRP.mp4", S.EPISODE),
        ("Lantern Street (2018) WEBDL [H.264/1080p] (серии 1-4 из 4)", S.SEASON),
        ("Город у моря (16 серий из 16) [2019/2020, драма, WEBDL, HDTV]", S.SEASON),
        ("Город у моря / Серии: 1-20 из 20 (Имя Фамилия) [2015, драма, HDTVRip]", S.SEASON),
        ("Город у моря. 1-8 серии из 8 [2012, DVDRip]", S.SEASON),
        ("Город у моря / Сезоны 1-3 / Серии 1-42 из 42 [2011-2013, WEB-DLRip]", S.SERIES),
        # Days are of shows, opponents of fights.
        ("Late.Lantern.2026.03.22.Guest.Name.1080p.WEB-DL", S.EPISODE),
        ("Lantern.News.Tonight.2021.01.07.720p.WEBRip.x264-GRP", S.EPISODE),
        ("The Lantern Show 2024-03-22 1080p WEB-DL", S.EPISODE),
        ("The Lantern Show 22.03.2024 1080p WEB-DL", S.EPISODE),
        ("Harbour United vs Mill Town 2024 03 22 720p", S.VIDEO_OTHER),
        ("Lantern.Cup.2026.03.22.Harbour.vs.Mill.Town.1080p.WEB-DL", S.VIDEO_OTHER),
        ("Boxing.2019.01.19.First.Fighter.vs.Other.Fighter.HDTV.x264-GRP", S.VIDEO_OTHER),
        # And these are films.
        ("The.Paper.Harbour.2014.1080p.BluRay.x264", S.MOVIE),
        ("Paper.Moth.vs.Iron.Owl.2021.2160p.WEBDL.x265-GRP", S.MOVIE),
        ("2011.08.20.The.Paper.Harbour.1988.BluRay.720p.x264", S.MOVIE),
        ("The Paper Harbour 2 (2014) BDRip", S.MOVIE),
        ("Paper.Wars.Episode.III.Revenge.of.the.Moths.2005.1080p.BluRay.x264", S.MOVIE),
        ("The.Harbour.Part.Two.2019.1080p.WEB-DL", S.MOVIE),
        ("Harbour.9.2009.720p.BluRay.x264", S.MOVIE),
    ],
)
def test_a_number_or_a_day_makes_no_film(
    classifier: Classifier, name: str, subcategory: Subcategory
) -> None:
    assert one(classifier, name).subcategory is subcategory


@pytest.mark.parametrize(
    "name",
    [
        "The Harbour by Jane Author [ENG / M4B]",
        "The Harbour by Jane Author [ENG / M4B] [VIP]",
        "Jane Author - Havnen - Norsk Lydbok",
        "Jane Author - Der Hafen (Hörbuch)",
        "Der Hafen - Hörspiel nach Jane Author",
        "El puerto - Jane Author audiolibro",
        "Jane Author - Hamnen (Ljudbok)",
        "Jane Author - Le port (Livre audio)",
        "The Harbour by Jane Author, narrated by John Reader",
        "The_Harbour-Part01.mp3",
        "Jane Author - The Harbour (Abridged)",
        "Jane Author - El puerto (audiolibro en castellano)",
        "Автор Имя - Гавань (аудиокнига)",
    ],
)
def test_what_is_read_aloud_is_an_audiobook(classifier: Classifier, name: str) -> None:
    assert one(classifier, name).subcategory is S.AUDIOBOOK


@pytest.mark.parametrize(
    ("name", "subcategory"),
    [
        ("Captain Paper #04 (of 4)", S.COMIC),
        ("CAPTAIN PAPER`S FOG # 04 ( of 4 )", S.COMIC),
        ("Lantern Tales 002 (The Fog - Paper Odyssey - Chapter 4)", S.COMIC),
        ("Captain Paper #12 (2022)", S.COMIC),
        ("Captain Paper v03 (2014)", S.COMIC),
        ("Robot No. 8 036 (2021) (Digital)", S.COMIC),
        ("Captain Paper 012 (1954) (c2c)", S.COMIC),
        ("[Manga] Tea House Robots vol 01-07", S.COMIC),
        ("Lantern Makers - January 2024 (True PDF)", S.MAGAZINE),
        ("Lantern Makers Issue 131 - March 2019", S.MAGAZINE),
        ("Lantern Makers No. 12 2019", S.MAGAZINE),
        ("Lantern Makers Magazine", S.MAGAZINE),
        ("Lantern Makers - Vol. 12 No. 3", S.MAGAZINE),
        ("Laternen Heute Heft 5 2021", S.MAGAZINE),
        ("Lantern Makers – Mai 2021", S.MAGAZINE),
        ("Captain Paper v01-v12", S.COMIC),
        ("Captain Paper Vol.01 Ch.001-010", S.COMIC),
        ("Tea House Robots Chapters 1-45", S.COMIC),
    ],
)
def test_comics_and_magazines_are_told_without_a_file(
    classifier: Classifier, name: str, subcategory: Subcategory
) -> None:
    assert one(classifier, name).subcategory is subcategory


@pytest.mark.parametrize("name", ["Lantern Makers TruePDF", "Lantern Makers Issue 45"])
def test_what_is_printed_in_numbers_is_a_book(classifier: Classifier, name: str) -> None:
    assert one(classifier, name).medium is Medium.BOOK


def test_the_pages_of_a_comic_are_no_collection_of_images(classifier: Classifier) -> None:
    pages = [f"Captain Paper 04/{page:03}.jpg" for page in range(1, 25)]
    assert one(classifier, "Captain Paper #04 (of 4)", *pages).subcategory is S.COMIC
    assert one(classifier, "Harbour wallpapers", *pages).subcategory is S.IMAGES


@pytest.mark.parametrize(
    "name",
    [
        "Anna Composer - The Harbour: Music from the HBO Series, Season One",
        "The Harbour Season 2 (Original Soundtrack)",
        "The Paper Harbour OST",
        "Anna Composer - The Paper Harbour (Original Score)",
        "Lantern Street - Music from the Motion Picture",
        "Lantern Street S02 (Original Television Soundtrack)",
        "Lantern Street: The Complete First Season OST",
        "The Paper Harbour (Complete Score)",
    ],
)
def test_the_music_of_a_film_is_an_album(classifier: Classifier, name: str) -> None:
    assert one(classifier, name).subcategory is S.ALBUM


@pytest.mark.parametrize(
    ("name", "subcategory"),
    [
        ("Lantern.Street.S02E05.Music.from.the.Harbour.1080p.WEB-DL", S.EPISODE),
        ("Lantern Street Season 3", S.SEASON),
        ("Harbour Tycoon (v1.2.3 + Bonus OST, MULTi3) [FitGirl Repack]", S.GAME),
        ("Jane Author - The Score (epub)", S.EBOOK),
        ("Magazine - Paper Lives (1978) [FLAC]", S.ALBUM),
        ("VA - Now Thats What I Sing 102 (2019)", S.ALBUM),
        ("Agent 007 (2006) [1080p]", S.MOVIE),
        ("Harbour.The.Final.Chapter.2016", S.MOVIE),
        ("Harbour Tennis 2 – v.1.0.2027", S.GAME),
        ("Harbour Tycoon: Game and Soundtrack Bundle – Build 1449322", S.GAME),
        ("Paper Lighthouse - Chapters of Tide (2021) FLAC", S.ALBUM),
        ("The Paper Harbour Chapter 2 (2019) [1080p] [BluRay]", S.MOVIE),
        ("Mill Pond Trio - Issue 4 (2014) MP3 320kbps", S.ALBUM),
    ],
)
def test_other_works_with_such_words_stay_what_they_are(
    classifier: Classifier, name: str, subcategory: Subcategory
) -> None:
    verdict = one(classifier, name)
    assert (verdict.medium, verdict.subcategory) == (MEDIUM_OF[subcategory], subcategory)


@pytest.mark.parametrize(
    "name",
    [
        "SomeSite.24.03.15.Firstname.Lastname",
        "SomeSite.24.03.15.Firstname.Lastname.1080p.WEB-DL",
        "SomeSite.2024.03.15.Firstname.Lastname.1080p.WEB-DL",
        "SomeSite.2024-03-15.Firstname.Lastname.Some.Title.1080p.WEB-DL",
        "[SomeSite] 24.03.15 Firstname Lastname",
    ],
)
def test_a_clip_of_a_site_with_its_day_is_adult(classifier: Classifier, name: str) -> None:
    verdict = one(classifier, name)
    assert (verdict.subcategory, verdict.nsfw) == (S.VIDEO_OTHER, True)


@pytest.mark.parametrize(
    "name",
    [
        "Colbert.14.03.05.Ann.Reed.HDTV.x264",
        "DailyShow.12.03.15.John.Reed.HDTV.x264-LOL",
        "Letterman.14.05.21.Mara.Quill",
        "Dateline.23.09.29.The.Night.of.the.Storm",
        "Countdown.19.11.04.WEB",
        "wwe 14 05 21 main event",
        "[Nuke] 12 01 10 one piece",
        "Newsnight.2019.04.02.Mara.Quill",
        "TedTalks 2012-05-06 Mara Quill",
        "LanternNews.18.06.11.The.Storm.WEB.h264-TIDE",
        "HarbourTonight.15.09.02.Ann.Reed.HDTV.x264-MOTH",
        "PierDispatches.16.10.24.The.Empty.Pier.HDTV.x264-TIDE",
        "MorningTable.22.03.08.John.Reed.720p.WEB.x264-TIDE",
        "LanternNews.18.06.11.The.Storm",
        "HarbourTonight.2015.09.02.Ann.Reed",
    ],
)
def test_a_show_with_its_day_is_not_adult(classifier: Classifier, name: str) -> None:
    verdict = one(classifier, name)
    assert (verdict.medium, verdict.nsfw) == (Medium.VIDEO, False)


def test_software_with_a_day_is_no_clip(classifier: Classifier) -> None:
    verdict = one(classifier, "Matlab 12 05 10 update")
    assert (verdict.medium, verdict.nsfw) == (Medium.SOFTWARE, False)


@pytest.mark.parametrize(
    "name",
    [
        "HarbourNews.2024.03.15.1080p.WEB.h264-GRP",
        "Lantern.2024.03.15.Guest.Name.720p.HDTV.x264-GRP",
        "Boxing.2024.03.15.First.Fighter.vs.Other.Fighter.1080p.HDTV.x264-GRP",
        "TinLanterns 2024-03-15 The Mill, Harbour (FLAC)",
        "MillPond.2024.03.15.Live.At.The.Harbour",
        "PaperLinux-2024.03.15-x86_64.iso",
        "Paper Lighthouse - Low Tide [Explicit]",
        "The Tin Lanterns - while(x) [Explicit]",
        "Mill Pond Trio - Evening Songs (Explicit Version)",
        "Harbour Tycoon (U) (M6)",
        "Paper Kart 2 (E) (M5)",
        "Harbour Quest (U) [!]",
        "Bubble Lanterns (USA) (En,Fr,De)",
    ],
)
def test_a_day_a_label_or_a_region_makes_nothing_adult(classifier: Classifier, name: str) -> None:
    assert not one(classifier, name).nsfw


@pytest.mark.parametrize(
    "name",
    [
        "Harbour Tycoon (U) (M6)",
        "Paper Kart 2 (E) (M5)",
        "Harbour Quest (U) [!]",
        "Bubble Lanterns (USA) (En,Fr,De)",
        "Lantern Sisters (Japan) (Rev 1)",
    ],
)
def test_regions_and_languages_of_a_cartridge_make_a_game(
    classifier: Classifier, name: str
) -> None:
    assert one(classifier, name).subcategory is S.GAME


def test_a_label_of_a_music_shop_makes_music(classifier: Classifier) -> None:
    for name in ("Wet Sand - Salt [Explicit]", "The Tin Lanterns - while(x) [Explicit]"):
        assert one(classifier, name).medium is Medium.AUDIO
