"""A vector travels in 16 bits, and comes out as it went in."""

import pytest
from pydantic import ValidationError

from schemas import TorrentEmbedding
from schemas.embedding import DIMENSIONS, packed

FIELDS = {
    "infohash": "4b900d825a75571e0cb58dbcafef8a1d4662e272",
    "revision": 1,
    "model": "minilm@1.0.0",
    "input_hash": "0" * 32,
    "extraction_id": "1" * 32,
    "extraction_revision": 8,
    "method": "rules",
    "observed_at": "2026-01-02T03:04:05Z",
}


def test_what_is_packed_is_read() -> None:
    numbers = tuple(place / 512 for place in range(DIMENSIONS))
    told = TorrentEmbedding.model_validate({**FIELDS, "vector": packed(numbers)})
    assert told.numbers == numbers
    assert TorrentEmbedding.model_validate_json(told.to_json()) == told


@pytest.mark.parametrize("vector", ["", "AAAA", "=" * 1024, "A" * 1023, "A" * 1025])
def test_a_vector_of_another_width_is_refused(vector: str) -> None:
    with pytest.raises(ValidationError):
        TorrentEmbedding.model_validate({**FIELDS, "vector": vector})


def test_nothing_to_read_is_told_without_a_vector() -> None:
    assert TorrentEmbedding.model_validate(FIELDS).numbers is None


def test_another_network_or_extraction_has_another_id() -> None:
    told = TorrentEmbedding.model_validate(FIELDS)
    changes = ({"revision": 2}, {"model": "other@1"}, {"extraction_id": "2" * 32})
    others = {told.model_copy(update=change).event_id for change in changes}
    assert len(others | {told.event_id}) == 4
    assert told.model_copy(update={"infohash": "0" * 40}).event_id == told.event_id
