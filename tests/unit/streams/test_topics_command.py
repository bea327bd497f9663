"""What `python -m streams.topics` makes of the settings, and what it says."""

from pathlib import Path

import pytest
from aiokafka.conn import collect_hosts
from faust.transport.drivers.aiokafka import server_list

from infra.roles import Role
from infra.settings import Settings
from schemas.topics import CLASSIFIED, DEAD_LETTER, DISCOVERED
from streams.kafka.admin import TopicChanges, TopicRefused, _replication, least_in_sync
from streams.kafka.partitions import hashes_of, partition_of
from streams.kafka.publisher import producer_for
from streams.operate.topics_command import _told, main
from streams.pipeline.worker import create_app

THREE = "127.0.0.1:20001, 127.0.0.1:20002,broker.example:9092"


def told(changes: TopicChanges, **values: object) -> str:
    return "\n".join(_told(changes, Settings(**values)))


@pytest.mark.parametrize(("brokers", "copies"), [(1, 1), (2, 2), (3, 3), (5, 3)])
def test_topics_get_three_copies_or_as_many_as_there_are_brokers(brokers: int, copies: int) -> None:
    assert _replication(Settings(), brokers) == copies
    assert _replication(Settings(replication=1), brokers) == 1


def test_more_copies_than_brokers_are_refused_before_any_topic_is_made() -> None:
    with pytest.raises(
        TopicRefused, match=r"STREAMS_REPLICATION=3 .* has 1 that answers.* at most"
    ):
        _replication(Settings(replication=3), 1)


def test_two_copies_of_three_must_have_what_counts_as_sent() -> None:
    assert [least_in_sync(copies) for copies in (1, 2, 3, 4)] == [1, 1, 2, 2]


def test_partitions_are_those_of_the_settings_but_for_dead_letters() -> None:
    assert DISCOVERED.partitions_for(None) == 12
    assert DISCOVERED.partitions_for(24) == 24
    assert DEAD_LETTER.partitions_for(24) == DEAD_LETTER.partitions == 3


def test_how_safe_new_topics_are_is_said_aloud() -> None:
    alone = told(TopicChanges(1, 1, created=[DISCOVERED.name]))
    assert f"created {DISCOVERED.name}: 12 partitions, 1 copy of each" in alone
    assert "one broker; with one copy, what a broker held is lost with its disk" in alone
    three = told(TopicChanges(3, 3, created=[DISCOVERED.name]), partitions=24)
    assert "24 partitions, 3 copies of each" in three
    assert "3 brokers; a record counts as sent when 2 copies of it are there" in three
    assert told(TopicChanges(3, 3)) == "already up to date"


def test_a_topic_with_too_few_copies_or_partitions_is_named_with_what_to_do() -> None:
    said = told(
        TopicChanges(3, 3, few_partitions={CLASSIFIED.name: 12}, few_copies={CLASSIFIED.name: 1}),
        partitions=24,
    )
    few_partitions, few_copies = said.splitlines()
    assert "torrents.classified.v1 has 12 partitions, not 24; left alone" in few_partitions
    assert "docs/clusters.md" in few_partitions
    assert "1 copy of each partition, not 3" in few_copies
    assert "kafka-reassign-partitions" in few_copies
    assert "STREAMS_REPLICATION=1" in few_copies


def test_more_partitions_move_half_of_the_keys() -> None:
    keys = [f"{number:040x}".encode() for number in range(2_000)]
    moved = sum(partition_of(key, 12) != partition_of(key, 24) for key in hashes_of(keys))
    assert 900 < moved < 1_100


def test_aiokafka_and_faust_take_several_servers_with_commas() -> None:
    addresses = [(host, port) for host, port, _ in collect_hosts(THREE, randomize=False)]
    assert addresses == [("127.0.0.1", 20001), ("127.0.0.1", 20002), ("broker.example", 9092)]


def test_faust_knows_every_server_and_waits_for_all_copies(tmp_path: Path) -> None:
    app = create_app(Settings(kafka_bootstrap=THREE, home=tmp_path, roles=(Role.CLASSIFY,)))
    assert server_list(app.conf.broker, 9092) == [
        "127.0.0.1:20001",
        "127.0.0.1:20002",
        "broker.example:9092",
    ]
    assert app.conf.producer_acks == -1, "all copies that are in sync"


async def test_our_producer_waits_for_all_copies_and_sends_nothing_twice() -> None:
    producer = producer_for(Settings(kafka_bootstrap=THREE))
    try:
        assert producer._sender._acks == -1
        assert producer._txn_manager is not None, "it numbers its batches"
    finally:
        await producer.stop()


@pytest.mark.parametrize(
    ("part", "user", "said"),
    [
        ("shop", "User:mimmo", "'shop' is no part of the pipeline; there are replay, worker"),
        ("store", "mimmo-store", "written User:NAME, as User:mimmo-store"),
        ("store", "User:", "written User:NAME"),
        ("store", "user:mimmo", "would never match 'user': write User:mimmo"),
        ("store", "Group:mimmo", "Kafka knows users only"),
        ("store", "User: mimmo", "begins or ends with a blank"),
        ("store", "User:mimmo\n", "begins or ends with a blank"),
        ("store", "User:mi\x00mmo", "characters that no name has"),
    ],
)
def test_a_user_that_kafka_would_never_match_is_refused(
    part: str, user: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["allow", part, user])
    assert ended.value.code == 2
    told = " ".join(capsys.readouterr().err.split())
    assert said in told
    assert "allow [-h] PART User:NAME" in told
