"""What is written of what the libraries say."""

import io
import logging
from collections.abc import Iterator

import pytest

from infra.logging import KafkaSeldom, logging_config
from infra.settings import Settings


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the handler of a process's log would write."""
    config = logging_config(Settings())
    (name,) = config["handlers"]["default"]["filters"]
    assert config["filters"][name] == {"()": KafkaSeldom}
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.addFilter(KafkaSeldom())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_aiokafka_says_a_thing_once_while_a_broker_is_away(written: io.StringIO) -> None:
    client, ours = logging.getLogger("aiokafka.client"), logging.getLogger("streams.x")
    for number in range(50):
        client.error('Unable connect to "%s:%s": %s', "127.0.0.1", number, "refused")
        client.error("Unable connect to node with id %s: %s", number, "refused")
        ours.warning("trying again")
    lines = written.getvalue().splitlines()
    assert lines.count("Unable connect to node with id 0: refused") == 1
    assert lines.count("trying again") == 50
    assert len(lines) == 51
