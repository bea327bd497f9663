"""Names that nobody has read are asked of language models, once."""

import json
from pathlib import Path
from typing import Any

from models.training.row_files import NAMES
from streams.training.loop import command
from streams.training.loop.joining import read_rows
from streams.training.loop.rounds import Round
from tests.training.labels.standin import (
    Answer,
    Behaviour,
    StandIn,
    by_name,
    name_in,
    prompt_of,
    said,
    serving,
)

DOUBTED = ["Low Tide", "Quiet Harbour", "Paper Lanterns"]
SAID = {
    "Low Tide": "album",
    "Quiet Harbour": "movie",
    "Paper Lanterns": "movie",
    "Silver River": "album",
}


def recipe(folder: Path, *servers: StandIn, train: str = 'classifier = "classifier-tiny"') -> Path:
    models = ", ".join(f'"voter{n}={server.url}/v1"' for n, server in enumerate(servers))
    path = folder / "loop.toml"
    path.write_text(
        f'[gather]\nread = ["doubts.jsonl"]\n[label]\nmodels = [{models}]\n[train]\n{train}\n'
    )
    return path


def doubts(folder: Path, *names: str) -> None:
    rows = [
        json.dumps({"name": name, "share": {"album": 0.5}, "level": "dropped"}) for name in names
    ]
    (folder / "doubts.jsonl").write_text("\n".join(rows) + "\n")


def test_disagreements_are_asked_and_what_was_agreed_on_is_learnt_in_later_rounds(
    tmp_path: Path,
) -> None:
    doubts(tmp_path, *DOUBTED)
    home = tmp_path / "LOOP"
    with serving(by_name(SAID.__getitem__)) as first, serving(by_name(SAID.__getitem__)) as second:
        path = recipe(tmp_path, first, second)
        loop = ["--recipe", str(path), "--home", str(home), "--once"]
        assert command.run(loop) == 0
        doubts(tmp_path, *DOUBTED, "Silver River")
        assert command.run([*loop, "--until", "combine"]) == 0
        assert first.asked == second.asked == dict.fromkeys(SAID, 1)
    learnt = Round(home / "rounds" / "0002")
    assert {row["name"]: row["sub"] for row in read_rows(learnt.folder / "data" / NAMES)} == SAID
    assert learnt.done["label"]["content asked"] == 1
    assert learnt.done["combine"]["new_names"] == 4, "nothing was trained in the first round"


def test_a_file_of_voters_is_taken_from_the_folder_of_the_recipe(tmp_path: Path) -> None:
    doubts(tmp_path, *DOUBTED)
    with serving(by_name(SAID.__getitem__)) as first, serving(by_name(SAID.__getitem__)) as second:
        voters = [
            f'[endpoints.voter{n}]\nkind = "openai"\nurl = "{server.url}/v1"\nmodel = "m"\n'
            for n, server in enumerate((first, second))
        ]
        (tmp_path / "voters.toml").write_text("".join(voters))
        path = recipe(tmp_path)
        path.write_text(path.read_text().replace("models = []", 'endpoints = "voters.toml"'))
        loop = ["--recipe", str(path), "--home", str(tmp_path / "LOOP"), "--once"]
        assert command.run([*loop, "--until", "label"]) == 0
    told = Round(tmp_path / "LOOP" / "rounds" / "0001").done["label"]
    assert (told["content asked"], told["content labelled"]) == (3, 3)


def test_a_server_that_is_away_ends_the_step_and_the_same_command_goes_on(tmp_path: Path) -> None:
    doubts(tmp_path, *DOUBTED)
    home = tmp_path / "LOOP"
    with serving(by_name(SAID.__getitem__)) as server:
        gone = StandIn(by_name(SAID.__getitem__))
        gone.server.server_close()
        path = recipe(tmp_path, server, gone)
        loop = ["--recipe", str(path), "--home", str(home), "--once", "--until", "label"]
        text = path.read_text().replace("[train]", 'options = ["--patience", "1"]\n[train]')
        path.write_text(text)
        assert command.run(loop) == 1
        assert "label" not in Round(home / "rounds" / "0001").done
        path.write_text(text.replace(gone.url, server.url))
        assert command.run(loop) == 0
        assert server.asked == dict.fromkeys(DOUBTED, 2), "once of each voter"
    assert Round(home / "rounds" / "0001").done["label"]["content labelled"] == 3


def test_an_endpoint_that_never_comes_back_does_not_stop_the_others(tmp_path: Path) -> None:
    doubts(tmp_path, *DOUBTED)
    home = tmp_path / "LOOP"
    with serving(by_name(SAID.__getitem__)) as first, serving(by_name(SAID.__getitem__)) as second:
        gone = StandIn(by_name(SAID.__getitem__))
        gone.server.server_close()
        path = recipe(tmp_path, first, second, gone)
        text = path.read_text().replace("[train]", 'options = ["--patience", "1"]\n[train]')
        path.write_text(text)
        loop = ["--recipe", str(path), "--home", str(home), "--once", "--until", "label"]
        assert command.run(loop) == 0
    told = Round(home / "rounds" / "0001").done["label"]
    assert (told["content asked"], told["content with votes enough"]) == (3, 3)


def refusing(*refused: str) -> Behaviour:
    """A server that answers, but for some names, which it takes never."""
    answers = by_name(SAID.__getitem__)
    return lambda path, body: (
        Answer(b"", 400) if name_in(prompt_of(body)) in refused else answers(path, body)
    )


def test_where_a_voter_refuses_a_name_the_others_are_enough_for_half_of_the_names(
    tmp_path: Path,
) -> None:
    doubts(tmp_path, *DOUBTED)
    with (
        serving(by_name(SAID.__getitem__)) as first,
        serving(refusing(*DOUBTED[:1])) as picky,
        serving(refusing(*DOUBTED[:2])) as pickier,
    ):
        for other, code in ((picky, 0), (pickier, 1)):
            path = recipe(tmp_path, first, other)
            home = tmp_path / f"LOOP{code}"
            loop = ["--recipe", str(path), "--home", str(home), "--once", "--until", "label"]
            assert command.run(loop) == code
    told = Round(tmp_path / "LOOP0" / "rounds" / "0001").done["label"]
    assert (told["content asked"], told["content with votes enough"]) == (3, 2)


def test_what_was_voted_adult_stays_so_where_its_fields_are_asked(tmp_path: Path) -> None:
    """People read the disagreements on fields, too, and did not ask for such names."""
    doubts(tmp_path, *DOUBTED)
    home = tmp_path / "LOOP"

    def flags(path: str, body: dict[str, Any]) -> Answer:
        name = name_in(prompt_of(body))
        told = {"class": SAID[name], "adult": name == "Quiet Harbour"}
        return said(path, json.dumps(told))

    with serving(flags) as first, serving(flags) as second:
        path = recipe(tmp_path, first, second, train='tagger = "tagger-own"')
        loop = ["--recipe", str(path), "--home", str(home), "--once", "--until", "label"]
        assert command.run(loop) == 0
    folder = home / "rounds" / "0001" / "labels-video"
    names = {row["name"] for row in read_rows(folder / "disagreements-video.jsonl")}
    assert names == {"Paper Lanterns"}


def test_fields_are_asked_of_music_and_videos_alone(tmp_path: Path) -> None:
    doubts(tmp_path, *DOUBTED)
    home = tmp_path / "LOOP"
    with serving(by_name(SAID.__getitem__)) as first, serving(by_name(SAID.__getitem__)) as second:
        path = recipe(tmp_path, first, second, train='tagger = "tagger-own"')
        loop = ["--recipe", str(path), "--home", str(home), "--once", "--until", "label"]
        assert command.run(loop) == 0
    told = Round(home / "rounds" / "0001").done["label"]
    assert (told["content asked"], told["music asked"], told["video asked"]) == (3, 1, 2)
