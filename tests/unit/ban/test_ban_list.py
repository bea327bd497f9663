"""The ban list: what it catches, what it leaves alone, and how it refuses a list it cannot read."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ban import cli as ban_cli
from models.ban.ban_list import (
    INFOHASH_RULE,
    SHIPPED_RULES,
    BanList,
    BanRulesInvalid,
    infohash_hash,
    term_hash,
)

TERM = "mimmo-banned-placeholder"
SHIPPED = BanList.load()


def rules(tmp_path: Path, text: str) -> BanList:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    return BanList.load(rules=path)


@pytest.mark.parametrize(
    "name",
    [
        "mimmo-banned-placeholder",
        "Some.Show.S01E01.MIMMO_BANNED_PLACEHOLDER.1080p",
        "[x] mimmobannedplaceholder (2024)",
        "M1MM0 b4nn3d pl4c3h0ld3r",
        "mimmo b@nned pl@ceholder",
        "mimmo bаnnеd рlасеhоldеr",  # Cyrillic а, е, р, с, о
        "ｍｉｍｍｏ　ｂａｎｎｅｄ　ｐｌａｃｅｈｏｌｄｅｒ",
        "mímmö bännéd plåçeholder",
        "mim\u200bmo ban\u00adned placeholder",
        "m.i.m.m.o.b.a.n.n.e.d.p.l.a.c.e.h.o.l.d.e.r",
        "mimmobannedplaceholder2024",
    ],
)
def test_a_banned_term_is_found_however_it_is_dressed(name: str) -> None:
    assert SHIPPED.check(name) == "placeholder"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "placeholder",
        "mimmo banned",
        "placeholder banned mimmo",
        "mimmobannedplaceholders",
        "Night of the Living Dead (1968) 1080p",
        "ubuntu-24.04-desktop-amd64.iso",
        "Ночь живых мертвецов 1968",
        "ノスフェラトゥ 1922",
        "1234567890 0987654321",
    ],
)
def test_other_names_pass(name: str) -> None:
    assert SHIPPED.check(name) is None


def test_a_banned_term_in_a_path_bans_the_torrent() -> None:
    assert (
        SHIPPED.check("holiday", paths=["a/b.txt", "holiday/Mimmo Banned Placeholder/1.jpg"])
        == "placeholder"
    )
    assert SHIPPED.check("holiday", paths=["mimmo/banned/placeholder"]) is None


def test_a_hashed_term_bans_like_a_clear_one(tmp_path: Path) -> None:
    ban = rules(tmp_path, f'[[rules]]\nid = "hidden"\nsha256 = ["{term_hash("quux example")}"]\n')
    assert ban.check("my.QUUX_Examp1e.avi") == "hidden"
    assert ban.check("my quux") is None
    assert ban.check("mimmo banned placeholder") == "placeholder"


def test_a_term_of_a_script_without_spaces_is_found_anywhere(tmp_path: Path) -> None:
    ban = rules(tmp_path, '[[rules]]\nid = "cjk"\nterms = ["見本禁止"]\n')
    assert ban.check("これは見本禁止語です") == "cjk"
    assert ban.check("これは見本です") is None


def test_short_terms_are_single_words(tmp_path: Path) -> None:
    ban = rules(tmp_path, '[[rules]]\nid = "short"\nterms = ["zqxv"]\n')
    assert ban.check("a zqxv b") == "short"
    assert ban.check("see z.q.x.v here") == "short"
    assert ban.check("zq xv") is None


def test_a_listed_infohash_is_banned(tmp_path: Path) -> None:
    infohash = hashlib.sha1(b"example").hexdigest()
    path = tmp_path / "infohashes.txt"
    path.write_text(f"# examples\n\n{infohash_hash(infohash)}  # one\n")
    ban = BanList.load(infohashes=path)
    assert infohash_hash(infohash) == hashlib.sha256(bytes.fromhex(infohash)).hexdigest()
    assert ban.check("harmless", infohash=infohash) == INFOHASH_RULE
    assert ban.check("harmless", infohash=infohash.upper()) == INFOHASH_RULE
    assert ban.check("harmless", infohash="0" * 40) is None
    assert ban.check("harmless", infohash="not hex") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml [", "rules.toml"),
        ("a = 1", "no [[rules]]"),
        ("rules = [1]", "[[rules]] tables"),
        ("[[rules]]\nterms = ['abcd']", "needs an id"),
        ("[[rules]]\nid = 'x'\nterms = 'abcd'", "not a list of strings"),
        ("[[rules]]\nid = 'x'\nterms = ['abc']", "4 letters"),
        ("[[rules]]\nid = 'x'\nterms = ['one two three four']", "3 words"),
        ("[[rules]]\nid = 'x'\nsha256 = ['ff']", "no SHA-256"),
        ("[[rules]]\nid = 'x'\nterm = ['abcd']", "unknown key 'term'"),
    ],
)
def test_a_rule_file_that_does_not_fit_is_refused_by_name(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(BanRulesInvalid) as error:
        rules(tmp_path, text)
    assert message in str(error.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    for given_files in ({"rules": tmp_path / "none"}, {"infohashes": tmp_path / "none"}):
        with pytest.raises(BanRulesInvalid, match="none"):
            BanList.load(**given_files)


def test_a_plain_infohash_in_the_list_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "infohashes.txt"
    path.write_text("\n" + "ab" * 20 + "\n")
    with pytest.raises(BanRulesInvalid, match=r":2: .*list its SHA-256"):
        BanList.load(infohashes=path)


def test_the_shipped_rules_spell_out_no_term_but_the_placeholder() -> None:
    clear = [line for line in SHIPPED_RULES.read_text().splitlines() if line.startswith("terms")]
    assert clear == [f'terms = ["{TERM}"]']


separators = st.text("-_. +[]()", min_size=1, max_size=3)


@given(
    separators,
    separators,
    st.lists(st.booleans(), min_size=22, max_size=22),
    st.text(max_size=40),
    st.text(max_size=40),
)
def test_case_and_separators_never_hide_a_term(
    a: str, b: str, upper: list[bool], before: str, after: str
) -> None:
    letters = [
        c.upper() if up else c for c, up in zip("mimmobannedplaceholder", upper, strict=True)
    ]
    name = "".join(letters[:5]) + a + "".join(letters[5:11]) + b + "".join(letters[11:])
    assert SHIPPED.check(f"{before}\n{name}\n{after}") == "placeholder"


@given(st.text(max_size=200), st.lists(st.text(max_size=50), max_size=5))
def test_a_torrent_is_banned_where_one_of_its_texts_is(name: str, paths: list[str]) -> None:
    texts = [name, *(part for path in paths for part in path.split("/"))]
    alone = {SHIPPED.check(text) for text in texts}
    banned = SHIPPED.check(name, paths=paths)
    assert banned == ("placeholder" if "placeholder" in alone else None)


HASH = "0123456789abcdef0123456789abcdef01234567"


def test_an_added_infohash_is_banned_and_adding_it_again_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lists" / "ban.txt"
    assert ban_cli.run(["add", HASH, HASH.upper(), "--list", str(path)]) == 0
    first = path.read_text()
    assert HASH not in first
    assert ban_cli.run(["add", HASH, "--list", str(path)]) == 0
    assert path.read_text() == first
    assert capsys.readouterr().out.splitlines() == [
        f"1 added, 1 in {path}",
        f"0 added, 1 in {path}",
    ]
    banned = BanList.load(infohashes=path)
    assert banned.check("anything", infohash=HASH) == "infohash"
    assert banned.check("anything", infohash="f" * 40) is None


def test_a_list_that_is_no_text_is_refused_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ban.txt"
    path.write_bytes(b"\xff\xfe\x00")
    assert ban_cli.run(["add", HASH, "--list", str(path)]) == 1
    assert "no list of SHA-256" in capsys.readouterr().err
    assert path.read_bytes() == b"\xff\xfe\x00"


def test_a_bad_infohash_adds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ban.txt"
    assert ban_cli.run(["add", HASH, "xyz", "--list", str(path)]) == 1
    assert not path.exists()
    assert "40 hex digits" in capsys.readouterr().err


def test_checked_names_are_answered_by_rule_and_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Low Tide\nmimmo banned placeholder\n")
    assert ban_cli.run(["check", str(names)]) == 0
    assert capsys.readouterr().out.splitlines() == ["-", "placeholder"]


def test_a_term_is_hashed_as_the_rules_compare_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert ban_cli.run(["term", "Some-Words"]) == 0
    assert capsys.readouterr().out.strip() == term_hash("some words")
