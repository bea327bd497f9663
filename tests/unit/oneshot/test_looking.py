"""`mimmo WHAT`: a name, a magnet link, a torrent, a folder or an archive gives one JSON object."""

import json
import zipfile
from pathlib import Path

import pytest

from models.oneshot import shapes
from tests.unit.oneshot import works
from tests.unit.oneshot.conftest import Calls

PINK = "Pink Floyd - The Dark Side of the Moon (1973) [FLAC]"
MATRIX = "The.Matrix.1999.1080p.BluRay.x264-GROUP"
BUNNY = "Big.Buck.Bunny.2008.1080p.BluRay.x264"


def test_a_name_gives_one_object_with_the_eight_keys(mimmo: Calls) -> None:
    ended = mimmo(PINK)
    assert (ended.code, ended.err) == (0, "")
    answer = json.loads(ended.out)
    assert tuple(answer) == shapes.BRIEF
    assert (answer["medium"], answer["subcategory"], answer["nsfw"]) == ("audio", "album", False)
    assert (answer["source"], answer["torznab"]) == ("patterns", 3000)
    assert answer["confidence"] > 0.9
    assert answer["metadata"] == {
        "title": "The Dark Side of the Moon",
        "artist": "Pink Floyd",
        "year": 1973,
        "album_name": "The Dark Side of the Moon",
    }
    assert answer["technical"] == {"audio_codec": "FLAC"}


def test_a_film_has_title_and_year_and_no_artist(mimmo: Calls) -> None:
    answer = json.loads(mimmo(MATRIX).out)
    assert (answer["medium"], answer["subcategory"]) == ("video", "movie")
    assert answer["metadata"] == {"title": "The Matrix", "year": 1999}


def test_what_has_no_record_has_both_parts_empty(mimmo: Calls) -> None:
    answer = json.loads(mimmo("holiday photos jpg.jpg").out)
    assert answer["medium"] == "other"
    assert (answer["metadata"], answer["technical"]) == ({}, {})


def test_words_without_quotes_are_one_name(mimmo: Calls) -> None:
    assert mimmo(*PINK.split()).out == mimmo(PINK).out


def test_options_may_stand_between_the_words(mimmo: Calls) -> None:
    assert mimmo("Pink", "Floyd", "--json", *PINK.split()[2:]).out == mimmo(PINK).out


def test_two_dashes_make_a_name_of_a_command(mimmo: Calls) -> None:
    ended = mimmo("--format", "full", "--", "match")
    assert (ended.code, json.loads(ended.out)["name"]) == (0, "match")


def test_a_torrent_is_read_and_has_its_infohash(mimmo: Calls, tmp_path: Path) -> None:
    path, infohash = works.torrent(tmp_path)
    answer = json.loads(mimmo("--format", "full", str(path)).out)
    assert (answer["infohash"], answer["read_from"]) == (infohash, "torrent")
    assert (answer["name"], answer["files"]) == (works.ALBUM, 3)
    assert answer["metadata"]["tracks"][0] == {"num": 1, "name": "Harbour"}


def test_a_magnet_link_is_read(mimmo: Calls) -> None:
    link = f"magnet:?xt=urn:btih:{'a1' * 20}&dn=The.Matrix.1999.1080p.BluRay.x264-GROUP"
    answer = json.loads(mimmo("--format", "full", link).out)
    assert (answer["infohash"], answer["name"]) == ("a1" * 20, MATRIX)
    assert answer["subcategory"] == "movie"


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
def test_the_same_album_gives_the_same_record_as_folder_and_as_archive(
    kind: str, mimmo: Calls, tmp_path: Path
) -> None:
    make = {"folder": works.album, "zip": works.zipped, "tar": works.tarred}[kind]
    ended = mimmo(str(make(tmp_path / "in" if kind == "folder" else tmp_path)))
    answer = json.loads(ended.out)
    assert (ended.code, answer["subcategory"]) == (0, "album")
    metadata = answer["metadata"]
    assert (metadata["artist"], metadata["title"]) == ("Paper Lighthouse", "Low Tide")
    assert (metadata["year"], metadata["track_count"]) == (2006, 3)


@pytest.mark.parametrize(
    "ending", [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tar.zst", ".zip"]
)
def test_an_archive_of_any_kind_is_listed(ending: str, mimmo: Calls, tmp_path: Path) -> None:
    path = works.packed(tmp_path, ending)
    answer = json.loads(mimmo("--format", "full", str(path)).out)
    assert (answer["read_from"], answer["name"], answer["files"]) == ("archive", works.ALBUM, 3)
    assert (answer["subcategory"], answer["metadata"]["track_count"]) == ("album", 3)


@pytest.mark.parametrize(
    ("name", "subcategory"), [("Low Tide 07.cbz", "comic"), ("Low Tide.epub", "ebook")]
)
def test_a_book_that_is_an_archive_is_a_book(
    name: str, subcategory: str, mimmo: Calls, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("01.jpg", b"0" * 9)
    answer = json.loads(mimmo(str(tmp_path / name)).out)
    assert (answer["medium"], answer["subcategory"]) == ("book", subcategory)


def test_several_paths_are_answered_one_a_line(mimmo: Calls, tmp_path: Path) -> None:
    paths = [str(works.album(tmp_path)), str(works.film(tmp_path))]
    subs = [json.loads(line)["subcategory"] for line in mimmo(*paths).out.splitlines()]
    assert subs == ["album", "movie"]


@pytest.mark.parametrize("command", [(), ("content-type",), ("explain", "--json")], ids=str)
def test_a_path_that_cannot_be_read_is_an_error_in_its_place(
    command: tuple[str, ...], mimmo: Calls, tmp_path: Path
) -> None:
    torn = tmp_path / "torn.torrent"
    torn.write_bytes(b"d4:info")
    film = str(works.film(tmp_path))
    ended = mimmo(*command, str(works.torrent(tmp_path)[0]), str(torn), film)
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert [set(answer) == {"error"} for answer in answers] == [False, True, False]
    assert ended.code == 1


def test_of_several_paths_the_one_that_is_not_there_is_named(
    mimmo: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = mimmo(works.torrent(tmp_path)[0].name, "./missing.torrent")
    album, error = (json.loads(line) for line in ended.out.splitlines())
    assert (ended.code, album["subcategory"]) == (1, "album")
    assert error["error"].startswith("./missing.torrent: no such file")


def test_what_cannot_be_read_is_told_beside_the_cards(mimmo: Calls, tmp_path: Path) -> None:
    film = str(works.film(tmp_path))
    for command in (("--table",), ("explain",)):
        ended = mimmo(*command, "./missing", film)
        assert ended.code == 1
        assert "Quiet Harbour" in ended.out
        assert ended.err.startswith("mimmo: ./missing: no such file")


def test_text_is_a_name_even_if_there_is_such_a_file(
    mimmo: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    works.album(tmp_path)
    answer = json.loads(mimmo("--format", "full", "--text", works.ALBUM).out)
    assert (answer["read_from"], answer["files"]) == ("text", None)


def test_the_full_shape_says_who_decided_and_where_each_field_stands(mimmo: Calls) -> None:
    answer = json.loads(mimmo("--format", "full", PINK).out)
    assert tuple(answer) == shapes.FULL
    assert answer["rule"].startswith("audio.")
    assert answer["runner_up"]["medium"] != "audio"
    assert 0 < answer["runner_up"]["margin"] <= 1
    start, end = answer["evidence"]["artist"]["span"]
    assert PINK[start:end] == "Pink Floyd"


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ("medium,metadata.title", {"medium": "video", "metadata": {"title": "Big Buck Bunny"}}),
        ("technical.codec", {"technical": {"codec": "x264"}}),
        ("metadata.artist,torznab", {"metadata": {}, "torznab": 2000}),
    ],
)
def test_fields_are_picked_and_stay_nested(
    fields: str, wanted: dict[str, object], mimmo: Calls
) -> None:
    assert json.loads(mimmo("--fields", fields, BUNNY).out) == wanted


def test_fields_are_picked_of_every_entry_of_a_list(mimmo: Calls, tmp_path: Path) -> None:
    place = works.album(tmp_path)
    answer = json.loads(mimmo("--fields", "metadata.tracks.name", str(place)).out)
    assert answer["metadata"]["tracks"][:2] == [{"name": "Harbour"}, {"name": "Ebb and Flow"}]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--fields", "colour", BUNNY),
        ("--fields", "metadata.tittle", BUNNY),
        ("--fields", "medium,technical.colour", BUNNY),
        ("--fields", ",", BUNNY),
        ("--nothing", BUNNY),
        ("-i", BUNNY),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_with_exit_code_2(arguments: tuple[str, ...], mimmo: Calls) -> None:
    ended = mimmo(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "usage: mimmo" in ended.err


def test_a_card_shows_the_record(mimmo: Calls) -> None:
    card = mimmo("--table", MATRIX).out
    for told in ("video / movie", "The Matrix", "1999", "BluRay", "x264"):
        assert told in card


def test_a_card_obeys_no_markup_and_no_control_characters(mimmo: Calls) -> None:
    hostile = "[red]Low[/red] [link=http://x]Tide\x1b[2J\x07\u202egnp.exe (2006) [FLAC]"
    card = mimmo("--table", hostile).out
    assert "[red]Low[/red]" in card
    assert not set(card) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.parametrize("name", ["missing.torrent", "./missing", "/nowhere/at all"])
def test_a_path_to_nothing_is_one_line_and_exit_code_1(name: str, mimmo: Calls) -> None:
    ended = mimmo(name)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"{name}: no such file")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("torn.zip", b"PK\x03\x04 and no more"),
        ("torn.tar.gz", b"\x1f\x8b\x08\x00torn"),
        ("torn.torrent", b"d4:infod6:lengthi5"),
        ("torn\x1b[2J.7z", b"7z\xbc\xaf\x27\x1c"),
    ],
)
def test_a_broken_file_is_one_clear_line(
    name: str, data: bytes, mimmo: Calls, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    ended = mimmo(str(path))
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert "Traceback" not in ended.err
    assert "\x1b" not in ended.err


def test_an_empty_name_is_an_input_error(mimmo: Calls) -> None:
    ended = mimmo(" \t ")
    assert (ended.code, ended.out, ended.err) == (1, "", "the name is empty\n")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Pink Floyd - Dark Side of the Moon [FLAC]", "music"),
        (MATRIX, "video"),
        ("Low Tide by A. Vale.epub", "book"),
        ("ubuntu-24.04-desktop-amd64.iso", "software"),
        ("holiday photos.jpg", "other"),
        ("Aurora Vale - The Quiet Harbour [Audiobook] [Unabridged] [M4B]", "book"),
    ],
)
def test_the_content_type_is_one_of_six(name: str, kind: str, mimmo: Calls) -> None:
    answer = json.loads(mimmo("content-type", name).out)
    assert set(answer) == {"type", "confidence"}
    assert answer["type"] == kind


def test_each_argument_has_a_content_type_of_its_own(mimmo: Calls) -> None:
    ended = mimmo("content-type", MATRIX, "Low Tide by A. Vale.epub", "Low Tide [FLAC]")
    types = [json.loads(line)["type"] for line in ended.out.splitlines()]
    assert (ended.code, types) == (0, ["video", "book", "music"])


def test_an_adult_work_is_porn_whatever_its_medium() -> None:
    from models.oneshot.content_type import content_type
    from schemas import DecidedBy, Medium, Subcategory, Verdict

    verdict = Verdict(
        medium=Medium.BOOK,
        subcategory=Subcategory.COMIC,
        nsfw=True,
        confidence=0.9,
        source=DecidedBy.BERT,
    )
    assert content_type(verdict) == {"type": "porn", "confidence": 0.9}


@pytest.mark.parametrize("command", [(), ("explain",), ("extract", "--lines")])
def test_a_gguf_model_that_is_not_there_is_said_and_never_fetched(
    command: tuple[str, ...], mimmo: Calls, tmp_path: Path
) -> None:
    weights = tmp_path / "none"
    named = () if command[:1] == ("extract",) else (MATRIX,)
    ended = mimmo(*command, "--llm", "always", "--weights", str(weights), *named, stdin=MATRIX)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert "fetch" in ended.err or "llama" in ended.err
    assert not weights.exists()


@pytest.mark.parametrize("words", [("match", "point", "2005"), ("list", "of", "films")])
def test_words_that_begin_with_a_command_are_told_apart(
    words: tuple[str, ...], mimmo: Calls
) -> None:
    ended = mimmo(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.endswith(f"is: mimmo -- {' '.join(words)}\n")
    assert mimmo("--", *words).code == 0
