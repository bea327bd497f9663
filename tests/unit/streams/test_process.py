"""How processes fail: a known error is one line that says what to do, and exit code 1."""

import re
from pathlib import Path

import pytest

from infra.postgres.connect import DatabaseUnreachable
from infra.settings import Settings
from models.ban.ban_list import BanRulesInvalid
from models.registry import WeightsError, WeightsMissing
from streams.kafka.client import KafkaUnreachable
from streams.kafka.consumer import TopicsMissing
from streams.operate.process import StartError, finish
from streams.pipeline.worker import create_app
from tests.support import ROOT


class CannotRunHere(WeightsError):
    """As a GGUF model on a processor that it was not built for."""


@pytest.mark.parametrize(
    "error",
    [
        WeightsMissing,
        CannotRunHere,
        BanRulesInvalid,
        DatabaseUnreachable,
        KafkaUnreachable,
        TopicsMissing,
        StartError,
    ],
)
def test_a_known_error_is_one_line(
    error: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    async def work() -> None:
        raise error("run `python -m models fetch`")

    assert finish(work()) == 1
    assert capsys.readouterr().err == "run `python -m models fetch`\n"


def test_an_unknown_error_keeps_its_traceback() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        finish(work())


def test_a_worker_with_a_broken_ban_list_says_so_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "rules.toml"
    broken.write_text("no toml at all")
    with pytest.raises(SystemExit, match=str(broken)):
        create_app(Settings(roles="classify", home=tmp_path, ban_keywords=broken))


def test_the_kafka_room_needs_no_other_room_of_streams() -> None:
    imports = re.compile(r"^\s*(?:from|import) (streams\.\w+)", re.MULTILINE)
    for path in (ROOT / "streams" / "kafka").rglob("*.py"):
        assert set(imports.findall(path.read_text(encoding="utf-8"))) <= {"streams.kafka"}, path
