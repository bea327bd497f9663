"""A key goes to the partition that every other Kafka client would send it to."""

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.partitions import hashes_of, partition_of

INFOHASH = st.binary(min_size=20, max_size=20).map(lambda data: data.hex().encode())


@given(st.lists(INFOHASH | st.binary(max_size=60), max_size=20), st.integers(1, 50))
def test_a_key_goes_where_the_usual_clients_send_it(keys: list[bytes], count: int) -> None:
    partitions = list(range(count))
    usual = [DefaultPartitioner()(key, partitions, partitions) for key in keys]
    assert [partition_of(hashed, count) for hashed in hashes_of(keys)] == usual
