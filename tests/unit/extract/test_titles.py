"""Titles of films and series, creators and titles of music, titles of episodes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.extract.names.words import readable
from models.extract.rules import audio
from models.extract.rules.episode_titles import episode_title, is_count
from models.extract.rules.numbering import numbering
from models.extract.rules.titles import video_title
from schemas import Subcategory


@pytest.mark.parametrize(
    ("name", "title", "rule"),
    [
        ("Harbour.Street.S01E02.720p.WEB", "Harbour Street", "before-numbering"),
        ("Big.Buck.Bunny.2008.1080p.BluRay.x264", "Big Buck Bunny", "before-year"),
        ("Quiet.Harbour.German.DL.1080p.BluRay.x264-GRP", "Quiet Harbour", "before-technical"),
        ("Quiet Harbour", "Quiet Harbour", "whole-name"),
        ("Quiet.Harbour-GRP", "Quiet Harbour", "whole-name"),
        ("[ www.site.org ] Quiet Harbour (2014) DVDRip", "Quiet Harbour", "before-year"),
        (
            "From [ WWW.SITE.COM ] - Quiet.Harbour.S15E05.720p.HDTV",
            "Quiet Harbour",
            "before-numbering",
        ),
        (
            "Lecturer - Quiet Harbours of the World (2014) 720p",
            "Lecturer - Quiet Harbours of the World",
            "before-year-dashed",
        ),
        ("[Free] Hoshi no Umi - 10.5 [1080p].mkv", "Hoshi no Umi", "before-numbering"),
        ("[Free][Hoshi no Umi][01][BIG5][1080P]", "Hoshi no Umi", "before-numbering"),
        ("【字幕組】[星の海/Hoshi no Umi][12][720p]", "Hoshi no Umi", "before-numbering"),
        ("静かな港.Quiet.Harbour.2021.1080p.WEB-DL", "Quiet Harbour", "before-year"),
        (
            "Тихая гавань / Quiet Harbour / S2E1 of 10 (2023) WEB-DL",
            "Quiet Harbour",
            "before-numbering",
        ),
        ("Quiet.Harbour.AKA.Tiha.luka.1950.1080p", "Quiet Harbour", "before-year"),
        ("24.S02E02.German.DVDRip", "24", "before-numbering"),
        ("Lantern Bay Complete Series 1080p x265", "Lantern Bay", "before-technical"),
        (
            "Lantern Bay The Final Season 1080p x265",
            "Lantern Bay The Final Season",
            "before-technical",
        ),
        ("Lantern Bay Documentary 1080p x265", "Lantern Bay", "before-technical"),
        ("Quiet Harbour Director´s Cut 1080p x265", "Quiet Harbour", "before-technical"),
        (
            "Lantern Bay in Russian - S01E08.mkv",
            "Lantern Bay in Russian",
            "before-numbering",
        ),
        ("Speaking.Dutch.S02E04.1080p.WEB", "Speaking Dutch", "before-numbering"),
        ("Nail Polish (2010) 1080p", "Nail Polish", "before-year"),
        ("The.Danish.2010.1080p.WEB", "The Danish", "before-year"),
        ("The.Quiet.German.2006.GERMAN.720p", "The Quiet German", "before-year"),
        ("Lantern.Bay.German.2006.720p", "Lantern Bay", "before-technical"),
        ("Lantern.Bay.FRENCH.S02E04.720p", "Lantern Bay", "before-technical"),
        ("Lantern Bay ITA - S02E04 720p", "Lantern Bay", "before-technical"),
        ("Lantern Bay 1080p German - S02E04", "Lantern Bay", "before-technical"),
        ("Ben.Dan.2015.1080p", "Ben Dan", "before-year"),
        ("Lantern.Cat.2015.1080p", "Lantern Cat", "before-year"),
        ("Lantern.2000.SE.1999.1080p", "Lantern 2000", "before-year"),
        ("Lantern.SE.1999.1080p", "Lantern", "before-year"),
        ("[Free] Lantern Bay 17-26 - 03 [1080p].mkv", "Lantern Bay 17-26", "before-numbering"),
        ("Lantern Bay 045-078 [1080p]", "Lantern Bay", "before-numbering"),
        ("2000 AL (2010) 1080p", "2000 AL", "before-year"),
        ("1942 - Lantern Bay S01E02", "1942 - Lantern Bay", "before-numbering-dashed"),
        ("1942 Lantern Bay 720p", "1942 Lantern Bay", "before-technical"),
        ("Lantern Bay 1984 (2010)", "Lantern Bay 1984", "before-year"),
        ("(7) Days of Lanterns (2010) 1080p", "(7) Days of Lanterns", "before-year"),
        ("(Un)quiet Harbour (2010) 1080p", "(Un)quiet Harbour", "before-year"),
        ("[DivX ITA] Quiet Harbour.avi", "Quiet Harbour", "whole-name"),
        ("[BluRay Rip 720p - ITA-ENG AC3] Quiet Harbour [me]", "Quiet Harbour", "whole-name"),
        ("[1080p] Quiet Harbour (2010)", "Quiet Harbour", "before-year"),
        ("[Free-Raws][星の海][1080P][BDRip][MKV]", "星の海", "before-technical"),
        ("Quiet Harbour (Science Fiction - 1963) subs", "Quiet Harbour", "before-year"),
        ("Quiet Harbour (Jane Austen, 1963) DVDRip", "Quiet Harbour", "before-year"),
        ("#Harbour (2010) 1080p", "#Harbour", "before-year"),
        ("'91 (2010) 1080p", "'91", "before-year"),
        ("【字幕組】★10月新番★[星の海/Hoshi no Umi][12][720p]", "Hoshi no Umi", "before-numbering"),
        ("★4月新番★[Hoshi no Umi][12][720p]", "Hoshi no Umi", "before-numbering"),
        ("[字幕组][10月新番][Hoshi no Umi][12][720p]", "Hoshi no Umi", "before-numbering"),
        ("★★4月新番★★[Hoshi no Umi][12][720p]", "Hoshi no Umi", "before-numbering"),
        ("◆灯字幕组★04月新番[Hoshi no Umi][12][720p]", "Hoshi no Umi", "before-numbering"),
        ("[字幕组][10月新番][星の海 第七季 / Hoshi][05]", "星の海", "before-numbering"),
        ("LanternSite.com_Quiet.Harbour.S01E02", "Quiet Harbour", "before-numbering"),
        ("[Lantern.Site.ph] Quiet Harbour S01E02", "Quiet Harbour", "before-numbering"),
        ("Lantern9.PH ---> Quiet.Harbour.S01E02.FRENCH", "Quiet Harbour", "before-numbering"),
        (
            "Mr.Lantern - Quiet Harbour 1080p",
            "Mr.Lantern - Quiet Harbour",
            "before-technical-dashed",
        ),
        ("vw4-quiet.harbour.2011.720p.bluray.x264.mkv", "quiet harbour", "before-year"),
        ("well-known.harbour.2011.720p.bluray.x264.mkv", "well-known harbour", "before-year"),
        (
            "/media/Lantern Bay (2019)/Season 4/Lantern Bay.S04E03.mkv",
            "Lantern Bay",
            "before-numbering",
        ),
    ],
)
def test_a_title_ends_before_what_is_no_title(name: str, title: str, rule: str) -> None:
    cut = video_title(name, numbering(name))
    assert cut is not None
    assert (cut.text, cut.rule) == (title, rule)


@pytest.mark.parametrize(
    ("name", "subcategory", "expected"),
    [
        (
            "Aurora Vale - Paper Lanterns (2011) [FLAC]",
            Subcategory.ALBUM,
            ("artist-title", "Aurora Vale", "Paper Lanterns"),
        ),
        (
            "Aurora Vale - 2011 - Paper Lanterns",
            Subcategory.ALBUM,
            ("artist-year-title", "Aurora Vale", "Paper Lanterns"),
        ),
        (
            "Aurora_Vale-Paper_Lanterns-CD-FLAC-2011-GRP",
            Subcategory.ALBUM,
            ("scene-artist-title", "Aurora Vale", "Paper Lanterns"),
        ),
        (
            "Aurora_Vale-(Paper)_Lanterns-2011-GRP",
            Subcategory.ALBUM,
            ("scene-artist-title", "Aurora Vale", "(Paper) Lanterns"),
        ),
        (
            "Aurora Vale - Lanterns 2006 LBL019 FLAC",
            Subcategory.ALBUM,
            ("artist-title", "Aurora Vale", "Lanterns"),
        ),
        (
            "Brass Harbour - Discography 1971-1984 [FLAC]",
            Subcategory.COLLECTION,
            ("artist-collection", "Brass Harbour", None),
        ),
        (
            "Jane Austen - Persuasion (Unabridged)",
            Subcategory.AUDIOBOOK,
            ("author-title", "Jane Austen", "Persuasion"),
        ),
        (
            "Aurora Vale/Paper Lanterns/01 - Tide.flac",
            Subcategory.ALBUM,
            ("artist-album-track", "Aurora Vale", "Paper Lanterns"),
        ),
        (
            "Aurora Vale/Paper Lanterns/01 - Tide.flac",
            Subcategory.TRACK,
            ("artist-album-track", "Aurora Vale", "Tide"),
        ),
        ("One - Two - Three", Subcategory.ALBUM, None),
        (
            "1990.Aurora Vale - Paper Lanterns",
            Subcategory.ALBUM,
            ("artist-title", "Aurora Vale", "Paper Lanterns"),
        ),
        (
            "Aurora Vale - Live In 1984 (2011)",
            Subcategory.ALBUM,
            ("artist-title", "Aurora Vale", "Live In 1984"),
        ),
        (
            "Aurora Vale - Paper Lanterns, 1990",
            Subcategory.ALBUM,
            ("artist-title", "Aurora Vale", "Paper Lanterns"),
        ),
        (
            "Quiet Harbour - Original Soundtrack",
            Subcategory.ALBUM,
            ("soundtrack", None, "Quiet Harbour - Original Soundtrack"),
        ),
        (
            "Quiet Harbour (Original Soundtrack)",
            Subcategory.ALBUM,
            ("soundtrack", None, "Quiet Harbour (Original Soundtrack)"),
        ),
        (
            "Aurora Vale - Quiet Harbour OST [FLAC]",
            Subcategory.ALBUM,
            ("artist-title", "Aurora Vale", "Quiet Harbour OST"),
        ),
        (
            "Aurora Vale - Quiet Harbour - OST",
            Subcategory.ALBUM,
            ("soundtrack", "Aurora Vale", "Quiet Harbour - OST"),
        ),
        ("Original Soundtrack", Subcategory.ALBUM, None),
        (
            "[Album] 星野灯 9thシングル「紙の灯」",
            Subcategory.ALBUM,
            ("japanese-release", "星野灯", "紙の灯"),
        ),
        (
            "Aurora_Vale-Paper_Lanterns-Bootleg-2011-GRP",
            Subcategory.ALBUM,
            ("scene-artist-title", "Aurora Vale", "Paper Lanterns"),
        ),
        (
            "Aurora_Vale-Tide_(LBL019)_EP-CD-2011-GRP",
            Subcategory.ALBUM,
            ("scene-artist-title", "Aurora Vale", "Tide"),
        ),
        (
            "Aurora_Vale-Tide_(Live_Takes)-CD-2011-GRP",
            Subcategory.ALBUM,
            ("scene-artist-title", "Aurora Vale", "Tide (Live Takes)"),
        ),
    ],
)
def test_music_splits_at_its_dash(
    name: str, subcategory: Subcategory, expected: tuple[str, str, str | None] | None
) -> None:
    assert audio.split(name, subcategory) == expected


@pytest.mark.parametrize(
    ("name", "creator", "other"),
    [
        ("Jane Austen - Persuasion", "Jane Austen", "Persuasion"),
        ("Persuasion - Jane Austen (1817)", "Jane Austen", "Persuasion"),
        ("Persuasion - A Novel", "Jane Austen", None),
        ("Persuasion", "Jane Austen", None),
    ],
)
def test_what_stands_beside_the_author_is_the_title(
    name: str, creator: str, other: str | None
) -> None:
    assert audio.other_part(name, creator) == other


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Harbour.Street.S01E02.The.Lamp.German.720p.WEB", "The Lamp"),
        ("Harbour Street - S01E02 - The Lamp [720p].mkv", "The Lamp"),
        ("Harbour Street - S01E02 - The Lamp.mkv", "The Lamp"),
        ("Harbour.Street.S01E02.720p.WEB", None),
    ],
)
def test_an_episode_has_its_title_behind_the_number(name: str, title: str | None) -> None:
    place = numbering(name)
    assert place is not None
    behind = episode_title(name, place)
    assert (behind.text if behind else None) == title


PARTS = ["Harbour", "静かな港", "S01E02", "(2014)", "1080p", "WEB", "[", "]", " - ", "-GRP", ".mkv"]
video_like = st.lists(st.sampled_from(PARTS) | st.text(max_size=10), max_size=10).map(" ".join)


@given(video_like)
def test_whatever_the_name_a_title_is_what_stands_at_its_place(name: str) -> None:
    cut = video_title(name, numbering(name))
    if cut is not None:
        assert any(letter.isalnum() for letter in cut.text)
        assert cut.text == readable(name[cut.start : cut.end])


@given(video_like)
def test_whatever_stands_behind_a_title_it_is_found(tail: str) -> None:
    assume(not set(tail) & set("/\\"))  # of a path the last part is the name
    name = f"Quiet Harbour S01E02 {tail}"
    cut = video_title(name, numbering(name))
    assert cut is not None
    assert cut.text.startswith("Quiet Harbour")


@given(st.text(max_size=80))
def test_what_is_readable_stays_so(text: str) -> None:
    assert readable(readable(text)) == readable(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("серия", True),
        ("Aflevering 4 NL", True),
        ("Aflevering 4", True),
        ("Folge 12", True),
        ("Episode 4", False),
        ("Aflevering uit de Polder", False),
        ("The Fog", False),
        ("", False),
    ],
)
def test_a_word_that_counts_is_no_title_of_an_episode(text: str, is_one: bool) -> None:
    assert is_count(text) is is_one


@pytest.mark.parametrize(
    ("name", "subcategory", "creator", "title"),
    [
        (
            "Iron Orchard (Original Motion Picture Soundtrack) - Piet Varga",
            Subcategory.ALBUM,
            "Piet Varga",
            "Iron Orchard (Original Motion Picture Soundtrack)",
        ),
        ("Iron Orchard OST - Peter Varga", Subcategory.ALBUM, "Peter Varga", "Iron Orchard OST"),
        ("Low Tide Soundtrack - Anna Falk 1986", Subcategory.ALBUM, "Anna Falk", None),
        ("Iron Orchard OST - The Second Harvest", Subcategory.ALBUM, "Iron Orchard OST", None),
        ("Aurora Vale - Low Tide (Original Soundtrack)", Subcategory.ALBUM, "Aurora Vale", None),
        ("Aurora Vale - Paper Lanterns", Subcategory.ALBUM, "Aurora Vale", "Paper Lanterns"),
        ("The Osters - Piet Varga", Subcategory.ALBUM, "The Osters", "Piet Varga"),
        ("Discografía Completa Ana Rueda", Subcategory.COLLECTION, "Ana Rueda", None),
        ("Discografía de Los Faroles", Subcategory.COLLECTION, "Los Faroles", None),
        ("Discography of Victory Rust [FLAC]", Subcategory.COLLECTION, "Victory Rust", None),
        ("Discography: Brass Harbour", Subcategory.COLLECTION, "Brass Harbour", None),
        ("Brass Harbour - Discography", Subcategory.COLLECTION, "Brass Harbour", None),
        ("Brass Harbour Discography", Subcategory.COLLECTION, "Brass Harbour", None),
    ],
)
def test_the_artist_may_stand_behind_a_soundtrack_or_a_discography(
    name: str, subcategory: Subcategory, creator: str, title: str | None
) -> None:
    parted = audio.split(name, subcategory)
    assert parted is not None
    assert parted.creator == creator
    assert title is None or parted.title == title
