"""Names that are no UTF-8: read in the encoding that they were written in, mostly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.content.metainfo.encodings import decoded, likeliest

NAMES = {
    "cp1251": [
        "Ночная улица - Тихий прилив (2006)",
        "Сборник - Романсы XIX века [MP3]",
        "А. С. Пушкин - Евгений Онегин",
        "Руслан и Людмила. Серии 1-4 из 4",
    ],
    "koi8-r": ["Ночная улица - Тихий прилив (2006)", "А. С. Пушкин - Капитанская дочка"],
    "cp866": ["Ночная улица - Тихий прилив (2006)", "А. С. Пушкин - Капитанская дочка"],
    "cp932": [
        "さくらの歌 第二集",
        "吾輩は猫である 第01話",
        "[字幕] みちくさ (1915)",
        "カタカナのうた",
    ],
    "gb18030": ["月亮代表我的心 经典老歌", "西游记 第一集", "红楼梦 有声小说", "古典音乐全集"],
    "big5": ["紅樓夢 有聲小說全集", "經典老歌合輯", "臺灣民謠精選"],
    "cp949": ["아리랑 모음집", "심청전 전체 이야기", "한국 전통 음악"],
    "cp1252": [
        "Café del Mañana",
        "Für Elise – Klavierstücke",
        "L’Après-midi d’un faune",
        "Peer Gynt Nº1",
    ],
    "cp1250": ["Łódź – Muzyka źródeł", "Żywot człowieka poczciwego", "Dvořák – Slovanské tance š"],
}
"""Works in the public domain and invented names."""


@pytest.mark.parametrize(
    ("codec", "name"), [(codec, name) for codec, names in NAMES.items() for name in names]
)
def test_a_name_is_read_in_the_encoding_that_it_was_written_in(codec: str, name: str) -> None:
    assert decoded(name.encode(codec)) == (name, True)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("GBK", "gb18030"),
        ("windows-1251", "cp1251"),
        ("Shift_JIS", "cp932"),
        ("EUC-KR", "cp949"),
        ("euc-jp", "euc_jp"),
        ("ISO-8859-1", "cp1252"),
    ],
)
def test_a_declared_encoding_is_believed_where_it_fits(declared: str, codec: str) -> None:
    name = {"cp1251": "Тихо", "gb18030": "月", "cp932": "月", "cp949": "달", "euc_jp": "月"}.get(
        codec, "é"
    )
    assert decoded(name.encode(codec), declared) == (name, True)


@pytest.mark.parametrize(
    "declared", ["UTF-8", "hex", "zip", "nonsense", "\x00", "x" * 999, None, ""]
)
def test_a_declaration_that_cannot_be_is_ignored(declared: str | None) -> None:
    assert decoded("Тихий прилив".encode("cp1251"), declared) == ("Тихий прилив", True)


def test_names_of_one_torrent_are_read_alike() -> None:
    names = [name.encode("cp1251") for name in ("Я", "Тихий прилив", "Улица")]
    assert likeliest(names) == "cp1251"


@given(st.text())
def test_what_is_utf_8_is_never_touched(name: str) -> None:
    raw = name.encode("utf-8", "replace")
    assert decoded(raw) == (raw.decode(), False)


@pytest.mark.parametrize("declared", ["undefined", "idna", "punycode", "unicode_escape", "hex"])
def test_a_declared_codec_that_no_names_are_written_in_is_not_believed(declared: str) -> None:
    assert decoded("Ночная улица".encode("cp1251"), declared) == ("Ночная улица", True)


@given(st.binary(max_size=60), st.text(max_size=12) | st.none())
def test_any_bytes_become_text(raw: bytes, declared: str | None) -> None:
    text, is_odd = decoded(raw, declared)
    assert isinstance(text, str)
    assert is_odd or text.encode() == raw
