"""`mimmo explain`: the stage, the rule, the runners-up, and each field marked in the name."""

import json
import re
from pathlib import Path

from rich.console import Console

from models.oneshot.explaining import coloured, underlined
from models.oneshot.explanation import fields
from models.oneshot.mimmo import Mimmo
from tests.unit.oneshot import works
from tests.unit.oneshot.conftest import Calls

NAME = "Pink Floyd - The Dark Side of the Moon (1973) [FLAC]"


def test_it_says_who_decided_and_what_stood_next(mimmo: Calls) -> None:
    ended = mimmo("explain", NAME)
    assert ended.code == 0
    for told in ("decided by", "patterns, rule audio.", "runner-up", "margin", "among audio"):
        assert told in ended.out


def test_a_rule_that_overruled_what_was_learnt_is_told(mimmo: Calls) -> None:
    shown = mimmo("explain", "The Sims 4 mp3").out
    assert "software" in shown
    assert "was learnt to be likelier, but a rule decided" in shown
    assert "margin" not in shown


def test_each_field_is_marked_under_its_place(mimmo: Calls) -> None:
    lines = mimmo("explain", NAME).out.splitlines()
    assert lines[0] == NAME
    marked = {}
    for line in lines[1:4]:
        start = line.index("~")
        end = line.rindex("~") + 1
        marked[line[end:].split(":")[0].strip()] = NAME[start:end]
    assert marked == {
        "artist": "Pink Floyd",
        "album_name": "The Dark Side of the Moon",
        "year": "1973",
    }


def test_as_json_it_is_the_full_shape_and_the_rules(mimmo: Calls) -> None:
    answer = json.loads(mimmo("explain", "--json", NAME).out)
    assert answer["rule"] in [rule["rule"] for rule in answer["matched_rules"]]
    assert answer["runner_up"]["margin"] > 0
    assert answer["second_subcategory"]["subcategory"] != "album"
    assert answer["evidence"]["year"]["span"] == [40, 44]


def test_a_rule_that_another_overrules_is_not_shown(mimmo: Calls) -> None:
    answer = json.loads(mimmo("explain", "--json", "Lanterns - S01 Soundtrack (2011) FLAC").out)
    rules = [rule["rule"] for rule in answer["matched_rules"]]
    assert "audio.soundtrack" in rules
    assert "video.season.sxx" not in rules


def test_colours_mark_the_fields_on_a_terminal() -> None:
    answer = Mimmo(explained=True).answer(NAME)
    console = Console(force_terminal=True, color_system="standard", width=200)
    with console.capture() as captured:
        console.print(coloured(answer))
    first = captured.get().splitlines()[0]
    assert re.search("\x1b\\[1;4;3[1-6]mPink Floyd\x1b\\[0m", first)


def test_wide_letters_are_marked_in_their_columns() -> None:
    answer = Mimmo(explained=True).answer("静かな港 - 潮 (2006) [FLAC]")
    for field, line in zip(fields(answer), list(underlined(answer))[1:], strict=True):
        if field.name == "year":
            assert line.index("~") == len("静かな港 - 潮 (") + 5


def test_hostile_names_are_shown_and_obeyed_by_nothing(mimmo: Calls) -> None:
    out = mimmo("explain", "[bold]Low\u202e Tide[/bold] \x1b[2J(2006) [FLAC]").out
    assert "[bold]Low" in out
    assert not set(out) & {"\x1b", "\u202e"}


def test_files_tell_how_they_voted(mimmo: Calls, tmp_path: Path) -> None:
    out = mimmo("explain", str(works.album(tmp_path))).out
    assert "decided by  extensions" in out
    assert "files       audio, by " in out


def test_an_overruled_rule_did_not_match(mimmo: Calls) -> None:
    name = "Ann Reed - Low Tide, Season 2 (Unabridged Audiobook)"
    answer = json.loads(mimmo("explain", "--json", name).out)
    rules = [rule["rule"] for rule in answer["matched_rules"]]
    assert "audio.audiobook" in rules
    assert "video.season.word" not in rules
