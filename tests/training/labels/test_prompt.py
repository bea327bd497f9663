"""How a name is put to a model."""

import hashlib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.training.labels.labeller import Question
from streams.training.labels.prompt import SHIPPED, Prompt, PromptInvalid, load, parse
from streams.training.labels.tasks import CLASSES, CONTENT, MUSIC, TASKS, VIDEO, Task

SHA256 = {
    "content-1": "a16f3821602f5bb13d7f414b140446abc98f1e5beba364c43792a583812546d9",
    "music-1": "2aa305cedd2007cb95abbb3443b2a1cfd126c2b7e0d868f9e63b283b1c661b8c",
    "video-1": "348be918580b847f728d742dfda84da4c684449288eb8d8e601a3c41f55b608c",
}


def test_a_shipped_prompt_never_changes() -> None:
    """Its version names answers: a better text is another file."""
    shipped = {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in SHIPPED.glob("*.txt")
    }
    assert shipped == SHA256


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_every_task_has_its_prompt(task: Task) -> None:
    prompt = load(task)
    assert prompt.version == task.prompt
    text = prompt.ask(Question("1", "Low Tide", (("a/b.flac", 12_345_678),)))
    assert '"Low Tide"' in text
    assert '"b.flac" (12 MB)' in text


def test_the_prompt_names_every_class() -> None:
    text = load(CONTENT).ask(Question("1", "x"))
    assert not [label for label in CLASSES if label not in text]


def test_the_largest_files_are_shown() -> None:
    files = tuple((f"{size}.mkv", size * 1000) for size in (3, 9, 1, 7))
    text = load(CONTENT).ask(Question("1", "x", files))
    assert '"9.mkv" (9 KB), "7.mkv" (7 KB), "3.mkv" (3 KB)\n' in text
    assert "1.mkv" not in text


@given(st.text(), st.lists(st.tuples(st.text(), st.integers(0, 10**15)), max_size=3))
def test_a_name_stays_in_its_line(name: str, files: list[tuple[str, int]]) -> None:
    prompt = load(CONTENT)
    text = prompt.ask(Question("1", name, tuple(files)))
    plain = prompt.ask(Question("1", "x"))
    assert text.count("\n") == plain.count("\n")
    hidden = {c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}
    assert hidden == {"\n"}
    text.encode()


def test_places_in_a_name_are_not_filled() -> None:
    text = load(CONTENT).ask(Question("1", "{files} {name}", (("a.mkv", 1),)))
    assert '"{files} {name}"' in text


def test_a_long_name_is_cut() -> None:
    text = load(CONTENT).ask(Question("1", "x" * 10_000, (("y" * 10_000, 1),)))
    assert "x" * 300 in text
    assert "x" * 301 not in text
    assert "y" * 121 not in text


OWN = "Which?\n[json]\nas JSON\n[word]\nas a word\n[question]\n{name} ({files}):\n"


def test_a_prompt_of_ones_own_has_its_text_in_its_version(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    versions = []
    for text in (OWN, OWN.replace("Which", "What"), OWN):
        file.write_text(text)
        versions.append(load(CONTENT, str(file)).version)
    assert versions[0] == versions[2] != versions[1]
    assert versions[0].startswith("content:mine@")


def test_a_word_is_asked_for_where_the_prompt_can() -> None:
    prompt = parse(OWN, "x", CONTENT)
    assert prompt.ask(Question("1", "n"), as_word=True) == 'Which?\nas a word\n"n" (unknown):'
    assert "as JSON" in parse(OWN, "x", VIDEO).ask(Question("1", "n"), as_word=True)
    assert isinstance(prompt, Prompt)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Which?", "needs the sections"),
        ("[json]\nx\n", "needs the sections"),
        ("[json]\nx\n[question]\nno place\n", "needs {name}"),
        ("[json]\nx\n[question]\n{files} {name}\n", "needs {name}"),
    ],
)
def test_a_prompt_without_its_parts_is_told(text: str, said: str) -> None:
    with pytest.raises(PromptInvalid, match=said):
        parse(text, "mine", CONTENT)


def test_a_prompt_that_is_not_there_is_told() -> None:
    with pytest.raises(PromptInvalid, match="take one of music-1, or the path"):
        load(MUSIC, "content-1")
