"""What is written of what the libraries say."""

import logging
import logging.config
from collections.abc import Iterator

import pytest

from infra.logging import logging_config
from infra.settings import Settings


@pytest.fixture
def configured(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """The log as a process has it, and as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    config = logging_config(Settings())
    config["handlers"]["default"]["stream"] = "ext://sys.stderr"
    logging.config.dictConfig(config)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("configured")
def test_aiokafka_says_a_thing_once_while_a_broker_is_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    client, ours = logging.getLogger("aiokafka.client"), logging.getLogger("streams.x")
    for number in range(50):
        client.error('Unable connect to "%s:%s": %s', "127.0.0.1", number, "refused")
        client.error("Unable connect to node with id %s: %s", number, "refused")
        ours.warning("trying again")
    lines = capsys.readouterr().err.splitlines()
    assert sum("node with id" in line for line in lines) == 1
    assert sum("trying again" in line for line in lines) == 50
    assert len(lines) == 51
