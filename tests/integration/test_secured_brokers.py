"""Three brokers with TLS, users and rights: one may be lost as among plain ones."""

from pathlib import Path

import pytest

from infra.local import stack as local
from infra.settings import Settings
from schemas.topics import DISCOVERED, TOPICS
from streams.kafka.admin import create_topics, present_topics
from streams.kafka.publisher import Message, Publisher
from tests.support import eventually

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(400)]


async def test_secured_brokers_copy_to_each_other_and_do_without_one(tmp_path: Path) -> None:
    stack = local.up(tmp_path, brokers=3, secure=True)
    try:
        given = stack.environment.items()
        settings = Settings(**{k.removeprefix("STREAMS_").lower(): v for k, v in given})
        low = await create_topics(settings.model_copy(update={"replication": 1}))
        assert low.created == list(TOPICS)
        assert (await create_topics(settings)).few_copies == dict.fromkeys(TOPICS, 1)
        stack.kill_kafka(1)
        pair = local.at(tmp_path)
        assert [service.healthy for service in pair.services()] == [False, True, True, True]

        async def is_noticed() -> bool:
            return (await present_topics(settings))[DISCOVERED.name].behind > 0

        await eventually(is_noticed, within=60, what="Kafka to miss a broker")
        local.up(tmp_path)
        assert all(service.healthy for service in pair.services())

        async def is_whole() -> bool:
            return (await present_topics(settings))[DISCOVERED.name].behind == 0

        await eventually(is_whole, within=60, what="all brokers to be back")
        async with Publisher(settings) as publisher:
            await publisher.publish([Message(DISCOVERED.name, b"0" * 40, None)])
    finally:
        stack.down()
