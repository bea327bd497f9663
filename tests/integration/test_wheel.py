"""What is installed from a wheel works without the repository: sample, weights, test network."""

import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.release import build, trial
from infra.release.build import Packages
from tests.support import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # packages are installed

ROOMS = ("infra", "mimmo", "models", "schemas", "streams")
DATA = {
    "infra/local/kafka-jars.lock",
    "infra/postgres/migrations/0001_torrents.sql",
    "models/classify/patterns.toml",
    "models/manifests/smollm2.toml",
    "models/weights/classify/catalogue.bin",
    "models/weights/classify/model.onnx",
    "models/weights/classify/ngrams.npz",
    "models/weights/smollm2/adapter.gguf",
    "schemas/exported/Torrent.schema.json",
    "streams/lab/sample/musicbrainz/artist.tar.xz",
    "streams/lab/sample/torrents/demo.jsonl.gz",
}
"""A file of each kind that is no Python."""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """Wheel and sdist, built as for a release."""
    return build.packages(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="module")
def wheel(packages: Packages) -> Path:
    """What a user installs."""
    return packages.wheel


@pytest.fixture(scope="module")
def tried(wheel: Path) -> Iterator[trial.Trial]:
    """An environment that has the locked packages and the wheel, and nothing else."""
    with trial.environment(wheel) as empty:
        yield empty


@pytest.fixture(scope="module")
def python(tried: trial.Trial) -> Path:
    """The Python of that environment."""
    return tried.python


def run(python: Path, folder: Path, *arguments: str, text: str | None = None) -> str:
    """Run a command where nothing of the repository can be seen."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=environment,
        input=text,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_rooms_with_their_data_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= DATA
    kept = {name for name in names if name.startswith(tuple(f"{room}/" for room in ROOMS))}
    assert all(".dist-info/" in name for name in names - kept)
    listed = subprocess.run(
        ["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    assert here <= kept
    assert wheel.stat().st_size < 40e6


def test_a_second_build_gives_the_same_bytes(packages: Packages, tmp_path: Path) -> None:
    again = build.packages(tmp_path)
    assert again.wheel.read_bytes() == packages.wheel.read_bytes()
    assert again.sdist.read_bytes() == packages.sdist.read_bytes()


def test_the_sdist_holds_what_a_release_needs(packages: Packages) -> None:
    with tarfile.open(packages.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= DATA | {"CHANGELOG.md", "LICENSE", "pyproject.toml", "requirements.lock"}


def test_the_installed_command_answers_in_an_empty_environment(tried: trial.Trial) -> None:
    assert '"medium"' in tried.answer()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-m", "streams.demo", "--help"), "the sample dump that ships"),
        (("-m", "streams.lab.dht.network", "--help"), "--torrents"),
        (("-m", "infra.local", "status", "--help"), "--home"),
        (("-m", "models", "list"), "adapter: weights/smollm2/adapter.gguf  ok"),
        (("-m", "infra.settings"), ".mimmo"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_command_starts(
    python: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert said in run(python, tmp_path, *arguments)


def test_the_classifier_answers(python: Path, tmp_path: Path) -> None:
    answer = run(python, tmp_path, "-m", "models", "classify", text="Big.Buck.Bunny.2008.1080p\n")
    assert '"medium": "video"' in answer


def test_the_command_of_the_package_answers(python: Path, tmp_path: Path) -> None:
    script = "import sys; from mimmo.__main__ import main; sys.exit(main(['Low Tide [FLAC]']))"
    assert '"medium": "audio"' in run(python, tmp_path, "-c", script)
    program = python.parent / "mimmo"
    done = subprocess.run([program, "--help"], capture_output=True, text=True, check=True)
    assert "examples" in done.stdout


def test_the_samples_are_where_the_demo_looks(python: Path, tmp_path: Path) -> None:
    script = (
        "from streams.lab.demo import SAMPLE; import streams;"
        "print(SAMPLE); assert (SAMPLE / 'torrents' / 'demo.jsonl.gz').is_file();"
        "assert (SAMPLE / 'musicbrainz' / 'release.tar.xz').is_file()"
    )
    assert str(python.parent.parent) in run(python, tmp_path, "-c", script)


def test_the_sample_is_read(python: Path, tmp_path: Path) -> None:
    lookup = "from streams.lab.demo import SAMPLE; print(SAMPLE / 'torrents' / 'demo.jsonl.gz')"
    sample = run(python, tmp_path, "-c", lookup).strip()
    run(python, tmp_path, "-m", "streams.replay", sample, "--dry-run", "--limit", "50")


def test_weights_are_brought_to_the_home_of_the_settings(python: Path, tmp_path: Path) -> None:
    script = (
        "import os; os.environ['STREAMS_HOME'] = 'elsewhere';"
        "from models.home import HOME; from infra.settings import settings;"
        "assert HOME == settings().home, (HOME, settings().home)"
    )
    run(python, tmp_path, "-c", script)


def test_the_tests_of_the_repository_are_not_seen(python: Path, tmp_path: Path) -> None:
    script = "import importlib.util; assert importlib.util.find_spec('tests') is None"
    run(python, tmp_path, "-c", script)
