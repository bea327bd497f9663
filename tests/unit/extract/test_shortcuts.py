"""What is not searched could not have been found: each shortcut against the long way."""

import re
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.extract.evidence.guard import alike, find, folded, folded_with_places
from models.extract.names.scan import all_words, scan
from models.extract.names.words import END, START
from models.extract.rules.groups import release_group
from models.extract.rules.number_patterns import may_fit, number_patterns, plain
from models.extract.rules.title_words import title_in

_WORDS = """
    Quiet Harbour the final directors cut extended web web-dl WEB.DL blu ray BluRay x264 H 264 hdtv
    1080p 1920x1080 4k dts-hd ma 5.1 aac2.0 eng Eng.Sub subs rus ITA 2xRus dub lekpl MULTi dual nf
    audio S01E02 s1 e3 s01x02 1x02 Season Staffel 2 Сезон серия 3 第4集 第二季 [12] (01-25) #128
    Ep04 Cap.207 - 05 2021.03.09 9th Mar 2012 Part.3 of 9 из 24 [TV-2] E04-E09 remux cam ts amzn
    字幕 中字 國語 ſubs WEBRıp İtalian français русский 24bit 320kbps mp3 flac & + ( ) [ ] { }
    . _ - ~ ・ é ß ﬁ
"""
WORDS = st.sampled_from(_WORDS.split())
NAMES = st.lists(
    st.tuples(
        st.one_of(WORDS, st.text(max_size=6)), st.sampled_from([" ", ".", "_", "-", "", " - "])
    ),
    max_size=9,
).map(lambda pairs: "".join(word + separator for word, separator in pairs))


@cache
def one_alternation() -> re.Pattern[str]:
    alternatives = "|".join(f"({word.pattern})" for word in all_words())
    return re.compile(f"{START}(?:{alternatives}){END}", re.IGNORECASE)


@given(NAMES)
@example("Quiet.Harbour.WEBRıp-GRP")
@example("Quiet Harbour ſubs İtalian")
def test_a_scan_finds_what_one_alternation_of_all_rules_finds(name: str) -> None:
    words = all_words()
    expected = [
        (words[(match.lastindex or 1) - 1], match.start(), match.end())
        for match in one_alternation().finditer(name)
    ]
    assert [(hit.word, hit.start, hit.end) for hit in scan(name)] == expected


TABLES = (
    *("together", "dates", "days", "seasons", "marked", "episodes", "unnumbered", "broadcast"),
)


@given(NAMES)
@example("Quiet Harbour ſ01E02")
@example("Quiet Harbour [06Х01-08]")
@example("Quiet Harbour S2 - OVA P1 - SP3 [13(OAD)] 1-12+OVA 001-050")
@example("Quiet Harbour (ТВ-2) S01-03E01-39 S1+S2 lamps.113.hdtv")
@example("Quiet Harbour E245.180930 20210309 03-29-2012 16-Feb-2017 S01.07")
@example("Quiet Harbour ٣x٠٤")
def test_a_number_pattern_that_fits_has_what_it_needs(name: str) -> None:
    for table in TABLES:
        for pattern in number_patterns(table):
            if pattern.pattern.search(name):
                assert pattern in may_fit(table, plain(name)), pattern.rule


ASCII = st.text(st.characters(max_codepoint=127))


@given(ASCII)
def test_ascii_is_folded_as_any_other_text(text: str) -> None:
    assert folded_with_places(text)[0] == folded(text)
    assert folded(f"é {text}") == f"e {folded(text)}".strip()


@given(ASCII, st.integers(0, 9), st.integers(0, 9))
@example("Quiet_Harbour - (The).Final-Cut", 8, 9)
@example("the then the the", 0, 1)
def test_words_of_ascii_are_found_where_any_other_text_has_them(
    text: str, first: int, count: int
) -> None:
    value = " ".join(folded(text).split()[first : first + count])
    place, beside = find(value, text), find(value, f"{text} é")
    assert place == beside


@given(NAMES)
def test_every_word_of_a_name_is_found_where_it_stands(name: str) -> None:
    for word in re.findall(r"[A-Za-z0-9]+", name):
        if (span := find(word, name)) is not None:
            assert alike(name[slice(*span)], word)


@pytest.mark.parametrize(
    "behind",
    [
        *("-RP", "-1", "-NZBGeek", "-Obfuscated", "-Obfuscation", "-Scrambled", "-sample", "-Pre"),
        *("-postbot", "-xpost", "-RakuvUS02", "-WhiteRev", "-BUYMORE", "-AsRequested", "-GEROV"),
        *("-AlternativeToRequested", "-Z0iDS3N", "-Chamele0n", "-4P", "-4Planet", "-AlteZachen"),
        *("-RePACKPOST", ".English", " German", "_French", "[eztv]", " {rartv}", "[www.site.com] "),
        "-={Posted}=-",
    ],
)
def test_what_posters_append_is_taken_off(behind: str) -> None:
    assert release_group(f"Quiet.Harbour.2011.1080p.BluRay.x264-GRP{behind}") == "GRP"


@pytest.mark.parametrize(
    "tail",
    [
        *(
            " Temporada",
            " Season 2",
            ".Saison.1",
            " Staffel",
            " Stagione 3",
            " Сезон 2",
            " Complete",
        ),
        *(" The Complete Series", " complete tv collection", " complete pack", " mini-series"),
        *(" complete 12 episodes", " Intégrale", " miniserie", " Documentary", " Specials", " OVA"),
        *(" OAD", " NCOP", " NCED", " PV", " Batch", " Recap", " Compressed", " Fixed", " S02"),
        *(
            " 01-12",
            " (Season 1)",
            " [Batch]",
            " site.com",
            " www.site.tv",
            " site.ru",
            " 12 episodes",
        ),
        *(" - 12", " - 04v2"),
    ],
)
def test_what_counts_or_describes_is_no_part_of_a_title(tail: str) -> None:
    assert title_in(f"Quiet Harbour{tail}") == "Quiet Harbour"
