"""What `python -m streams.run` starts on which machine."""

import subprocess
import sys
from io import StringIO

import pytest
from rich.console import Console

from infra.roles import USUAL_ROLES, Role
from infra.settings import Settings
from schemas.topics import DISCOVERED
from streams.operate.run_command import main, planned
from streams.operate.status import Status, drawn
from tests.support import ROOT

ALL = Settings(roles=USUAL_ROLES)


def roles(children: list) -> dict[str, str]:
    return {child.name: child.environment.get("STREAMS_ROLES", "") for child in children}


def test_on_two_cores_two_workers_think_and_the_store_is_its_own_process() -> None:
    assert roles(planned(ALL, 2, cores=2)) == {
        "worker-1": "classify,extract,match",
        "worker-2": "classify,extract,match",
        "store": "store",
    }


def test_on_one_core_one_process_does_everything() -> None:
    assert roles(planned(ALL, 1, cores=1)) == {"worker-1": "classify,extract,match,store"}


def test_only_what_the_roles_name_is_started() -> None:
    assert roles(planned(Settings(roles=(Role.STORE,)), 4, cores=4)) == {"store": "store"}
    only = planned(Settings(roles=(Role.CLASSIFY,)), 1, cores=1)
    assert roles(only) == {"worker-1": "classify"}


def test_tags_are_told_only_where_a_person_asks_for_them() -> None:
    assert Role.TAGS not in Settings.model_fields["roles"].default
    named = planned(Settings(roles=tuple(Role)), 2, cores=2)
    assert roles(named)["worker-1"] == "classify,extract,match,tags,embed"


def test_gguf_workers_come_only_when_asked_and_stop_nobody() -> None:
    children = planned(ALL, 1, llm=2)
    assert [child.name for child in children if child.optional] == ["llm-1", "llm-2"]
    assert not any(child.optional for child in planned(ALL, 1))


def test_each_process_has_a_metrics_port_of_its_own() -> None:
    children = planned(Settings(metrics_port=9100), 2)
    ports = [child.environment["STREAMS_METRICS_PORT"] for child in children]
    assert ports == ["9100", "9101", "9102"]
    assert "STREAMS_METRICS_PORT" not in planned(ALL, 1)[0].environment


@pytest.mark.parametrize("text", ["0", "-1", "many", str(DISCOVERED.partitions + 1)])
def test_a_number_of_workers_that_cannot_be_is_refused(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--workers", text])
    assert ended.value.code == 2
    assert f"auto or 1 to {DISCOVERED.partitions}" in capsys.readouterr().err


def test_without_kafka_one_line_says_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streams.run"],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "STREAMS_KAFKA_BOOTSTRAP": "127.0.0.1:1", "STREAMS_HOME": "/none"},
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "Kafka does not answer at 127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_waits_for_gguf_workers_that_are_off_is_said_to_be_queued() -> None:
    out = StringIO()
    rows = dict.fromkeys(("torrents", "classified", "extracted", "answered by llm", "linked"), 0)
    now = Status(lag={"llm": 7, "store": 0}, rows=rows, llm_off=True)
    Console(file=out, width=100).print(drawn(now))
    assert "llm (off: queued)" in out.getvalue()
    assert now.drained
