"""The commands of `streams` under `mimmo`: listed, helped, completed, and in nobody's way."""

import json

import pytest

from mimmo.__main__ import STREAMS
from tests.unit.terminal.conftest import Calls


@pytest.mark.parametrize("command", sorted(STREAMS))
def test_each_command_shows_examples(mimmo: Calls, command: str) -> None:
    ended = mimmo(command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert "examples:" in ended.out
    assert f"mimmo {command}" in ended.out


def test_they_are_listed_and_completed(mimmo: Calls) -> None:
    shown = mimmo("--help").out
    completed = mimmo("--print-completion", "bash")
    for command, (_, what) in STREAMS.items():
        assert f"  {command} " in shown
        assert what in shown
        if completed.code == 0:
            assert f"_shtab_mimmo_{command}_" in completed.out


def test_a_torrent_may_be_called_as_a_command_is(mimmo: Calls) -> None:
    told = json.loads(mimmo("--json", "--", "search").out)
    assert "medium" in told


def test_wrong_usage_tells_how_a_name_is_given(mimmo: Calls) -> None:
    ended = mimmo("dht", "low", "tide")
    assert ended.code == 2
    assert "mimmo -- dht low tide" in ended.err
