"""How voters get on with each other and with people, and what the command says of it."""

import json
from pathlib import Path

import pytest

from streams.training.labels.answers import FILE
from streams.training.labels.command import run
from streams.training.labels.reading import Class
from streams.training.labels.statistics import against, agreement, pace
from tests.training.labels.samples import write_sample
from tests.training.labels.standin import always, by_name, serving


def test_cohens_kappa_is_that_of_a_known_table() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: 0.4."""
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    told = agreement(pairs)
    assert told.share == pytest.approx(0.7)
    assert told.kappa == pytest.approx(0.4)


def test_where_both_say_one_thing_only_kappa_says_nothing() -> None:
    assert agreement([("a", "a")] * 3).kappa is None
    assert agreement([]).both == 0
    assert agreement([("a", "b"), ("b", "a")]).kappa == pytest.approx(-1)


def test_a_pause_between_runs_is_no_slow_answer() -> None:
    told = pace([0.0, 1.0, 2.0, 5000.0, 5001.0])
    assert told.rate == pytest.approx(1.0)
    assert told.remaining(30) == pytest.approx(30)
    assert pace([1.0]).rate is None


def test_either_of_two_readings_is_right() -> None:
    gold = {"a": {"medium": ["audio", "video"], "sub": ["album", "music_video"]}}
    held = against(gold, [("a", Class("music_video", adult=False)), ("b", Class("game", False))])
    assert (held.voted, held.right, held.right_class) == (1, 1, 1)
    assert held.confusions == {("video", "video"): 1}


def test_the_command_shows_who_agrees_with_whom_and_with_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"Lantern Street {number}" for number in range(20)]
    folder = write_sample(tmp_path / "sample", names)
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        "".join(
            json.dumps({"name": name, "medium": "video", "sub": "movie"}) + "\n" for name in names
        )
    )
    with (
        serving(by_name(lambda name: "movie" if "1" in name else "album")) as first,
        serving(always("movie")) as second,
    ):
        voters = ["--model", f"first={first.url}/v1", "--model", f"[red]={second.url}/v1"]
        with pytest.raises(SystemExit):
            run([str(folder), *voters])
        voters[-1] = f"second={second.url}/v1"
        assert run([str(folder), *voters, "--stats", "--gold", str(gold)]) == 0
    told = capsys.readouterr().out
    assert "content-1" in told
    assert "Cohen's kappa" in told
    assert "55.0%" in told  # 11 of 20 names have a 1 in them
    assert "100.0%" in told
    assert "the vote" in told
    assert run([str(folder), "--stats", "--limit", "5"]) == 0
    assert "5 names" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name who is asked"),
        (["--model", "x"], "NAME=URL"),
        (["--stats", "--task", "music", "--rule", "dawid-skene"], "fields have no classes"),
        (["--stats", "--task", "video", "--gold", "x"], "--gold is for"),
        (["--model", "a=http://h/v1", "--model", "a=http://h/v1"], "two endpoints"),
        (["--stats", "--high", "2"], "share"),
        (["--limit", "0"], "1 or more"),
        (["--limit", "many"], "is a whole number, 1 or more"),
        (["--stats", "--medium", "half"], "is a share, from 0 to 1"),
        (["--patience", "-1"], "is a number of seconds"),
        (["--patience", "nan"], "is a number of seconds"),
        (["--endpoints", "missing.toml"], "cannot be read"),
        (["--export", "x", "--only-disagreements"], "name whom"),
        (["--stats", "--retry", "refused"], "name whom"),
        (["--retry", "parsed"], "(choose from 'cut', 'refused')"),
        (["--rule", "oracle"], "(choose from 'majority', 'dawid-skene')"),
    ],
)
def test_wrong_options_are_told(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path)
    with pytest.raises(SystemExit) as stop:
        run([str(folder), *arguments])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("", "holds no names"),
        ("{}\n", "sample.jsonl:1 is no row"),
        ('{"id": "1", "name": "a"}\n[]\n', "sample.jsonl:2 is no row"),
        ('{"id": "1", "name": "a"}\n{"id": "1", "name": "b"}\n', "the same id twice"),
        ('{"id": 1, "name": "a"}\n', "is no row"),
        ('{"id": "1", "name": "a", "files": [["x"]]}\n', "is no row"),
    ],
)
def test_a_sample_that_cannot_be_read_is_told(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "sample.jsonl").write_text(content)
    assert run([str(tmp_path), "--model", "a=http://127.0.0.1:9/v1"]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("what", ["--stats", "--gold", "--export"])
def test_without_answers_there_is_nothing_to_look_at(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample")
    out = tmp_path / "out"
    look = [str(folder), what] + ([] if what == "--stats" else [str(out)])
    assert run(look) == 2
    assert "(--task content): ask somebody first" in capsys.readouterr().err
    assert not (folder / FILE).exists()
    with serving(always("album")) as server:
        assert run([str(folder), "--model", f"a={server.url}/v1"]) == 0
    assert run([*look, "--task", "music"] if what != "--gold" else look) != 0
    write_sample(folder, ["Quiet Harbour"])
    (folder / "sample.jsonl").write_text('{"id": "another", "name": "Quiet Harbour"}\n')
    capsys.readouterr()
    assert run(look) == 2
    assert "ask somebody first" in capsys.readouterr().err
    assert not out.exists()


def test_names_read_by_people_that_are_all_others_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample")
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"name": "Quiet Harbour", "medium": "video", "sub": "movie"}\n')
    with serving(always("album")) as server:
        assert run([str(folder), "--model", f"a={server.url}/v1", "--gold", str(gold)]) == 1
    assert "have no name in common" in capsys.readouterr().err


def test_where_nobody_answers_nothing_is_exported_and_the_exit_code_is_that_of_the_asking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_sample(tmp_path / "sample")
    with serving(always("album")) as gone:
        pass
    out = tmp_path / "out"
    assert run([str(folder), "--model", f"a={gone.url}/v1", "--export", str(out)]) == 4
    assert "nobody answered: there is nothing" in capsys.readouterr().err
    assert not out.exists()
