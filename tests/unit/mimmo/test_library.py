"""The library `mimmo`: its surface, its examples, several threads, and what it needs."""

import ast
import doctest
import re
import subprocess
import sys
import threading
import tomllib
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

import mimmo
from mimmo.__main__ import main
from tests.support import ROOT

SURFACE = [
    "Answer",
    "Classifier",
    "Comparison",
    "Content",
    "Evidence",
    "ExtractSubject",
    "Extracted",
    "Extractor",
    "IndexMissing",
    "Llm",
    "LlmChoice",
    "MatchError",
    "Medium",
    "Metadata",
    "Mimmo",
    "MissingRuntime",
    "SourceKind",
    "Subcategory",
    "Subject",
    "Technical",
    "TorrentFile",
    "Unreadable",
    "Verdict",
    "WeightsError",
    "brief",
    "detect_subcategory",
    "from_listing",
    "from_text",
    "full",
    "magnet",
    "match_names",
    "read_path",
    "read_torrent",
]


def test_the_surface_is_what_was_declared() -> None:
    """Who takes a name away, or adds one, changes this test and says so in the changelog."""
    assert sorted(mimmo.__all__) == sorted(SURFACE)
    assert dir(mimmo) == sorted(SURFACE)


def test_every_name_is_there_and_typed_where_it_is_taken_from() -> None:
    for name in mimmo.__all__:
        assert getattr(mimmo, name) is getattr(import_module(mimmo._PLACES[name]), name)
    tree = ast.parse(Path(mimmo.__file__).read_text(encoding="utf-8"))
    typed = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module not in ("importlib", "typing")
        for alias in node.names
    }
    assert typed == mimmo._PLACES


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mimmo.nothing  # noqa: B018
    assert not hasattr(mimmo, "registry")


@pytest.mark.parametrize(
    "module",
    [
        "mimmo",
        "models.oneshot.match_names",
        "models.oneshot.shapes",
        "models.oneshot.safe",
        "models.oneshot.library_names",
    ],
)
def test_the_examples_run(module: str) -> None:
    result = doctest.testmod(import_module(module))
    assert result.attempted > 0
    assert result.failed == 0


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of Python with prompts are run as one session, the others as programs."""
    from tests.unit.oneshot import works

    works.album(tmp_path)
    works.torrent(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    sessions = "\n".join(block for block in blocks if block.startswith(">>>"))
    programs = [block for block in blocks if not block.startswith(">>>")]
    assert sessions
    assert programs
    test = doctest.DocTestParser().get_doctest(sessions, {}, "library.md", "library.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test).failed == 0
    for program in programs:
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_the_package_installs_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = project["project"]["scripts"]["mimmo"].partition(":")
    assert getattr(import_module(module), name) is main
    assert "mimmo" in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_importing_it_loads_nothing() -> None:
    script = "import sys, mimmo; print(sorted({'pydantic', 'numpy', 'models'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_several_threads_get_what_one_gets() -> None:
    names = [
        "Paper Lighthouse - Low Tide (2006) [FLAC]",
        "Lantern.Street.S02E05.1080p.WEB-DL.x264-INV",
        "an odd name of things",
        "Low Tide by A. Vale.epub",
    ]
    alone = [mimmo.Mimmo().answer(name) for name in names]
    shared = mimmo.Mimmo()
    answers: dict[int, list[mimmo.Answer]] = {}

    def ask(number: int) -> None:
        answers[number] = [shared.answer(name) for name in names]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers[number] == alone for number in range(4))


def test_an_answer_does_not_depend_on_the_batch_it_came_in() -> None:
    names = [f"an odd name of things {number}" for number in range(20)]
    asked = mimmo.Mimmo()
    assert asked.answer_all(names) == [asked.answer(name) for name in names]


def test_anything_with_name_size_and_files_can_be_asked_about() -> None:
    subject = SimpleNamespace(
        name="Low Tide", size=9, files=[mimmo.TorrentFile(path="01 - Harbour.flac", size=9)]
    )
    assert mimmo.Mimmo().answer(subject).medium is mimmo.Medium.AUDIO


@pytest.mark.parametrize(
    ("name", "subcategory"),
    [
        ("Lantern Bay - Stagione 6 (2016) 720p ep13", "episode"),
        ("Lantern Bay S01 Complete", "season"),
        ("Lantern Bay 1x05-1x12", "season"),
    ],
)
def test_a_subcategory_is_that_of_the_numbers(name: str, subcategory: str) -> None:
    subject = mimmo.from_text(name)
    assert mimmo.detect_subcategory("video", subject) == subcategory
    assert mimmo.Mimmo().answer(name).subcategory == subcategory


def test_what_has_no_record_cannot_be_extracted() -> None:
    with pytest.raises(ValueError, match="no record of images"):
        mimmo.Mimmo().extract("holiday", "images")


@pytest.mark.parametrize("asked", [5, None, b"Low Tide", object], ids=repr)
def test_what_cannot_be_asked_about_is_a_type_error(asked: object) -> None:
    for ask in (mimmo.Mimmo().answer, mimmo.Mimmo().classify):
        with pytest.raises(TypeError, match=f"expected, not {type(asked).__name__}"):
            ask(asked)  # type: ignore[arg-type]


def test_a_name_is_no_list_of_names() -> None:
    for ask in (mimmo.Mimmo().answer_all, mimmo.Mimmo().classify_all):
        with pytest.raises(TypeError, match="a list of names"):
            ask("abc")


def test_the_folder_of_an_index_may_be_text(tmp_path: Path) -> None:
    with pytest.raises(mimmo.IndexMissing):
        mimmo.match_names("artist", "a", "b", str(tmp_path / "none"))
    with pytest.raises(TypeError, match="an index or the folder of one is expected, not int"):
        mimmo.match_names("artist", "a", "b", 5)  # type: ignore[arg-type]


def test_a_torrent_is_read_from_bytes() -> None:
    with pytest.raises(TypeError, match="the bytes of a torrent are expected, not str"):
        mimmo.read_torrent("d4:infoe")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        ("ahocorasick_rs", "Pink Floyd - The Dark Side of the Moon (1973) [FLAC]"),
        ("onnxruntime", "an odd name of things"),
        ("tokenizers", "an odd name of things"),
    ],
)
def test_without_the_extra_onnx_it_says_what_is_missing(missing: str, name: str) -> None:
    script = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from mimmo import Mimmo, MissingRuntime, from_text\n"
        f"subject = from_text({name!r})\n"
        "try: Mimmo().answer(subject)\n"
        "except MissingRuntime as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "uv pip install 'mimmo-streams[onnx]'" in done.stdout
