"""The role embed: extractions in, what their works mean out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infra.roles import Role
from infra.settings import Settings
from schemas import Extraction, TorrentEmbedding
from schemas.topics import EMBEDDED
from streams.kafka.rights import Part, rights_of
from streams.operate.lag import readers
from streams.pipeline.agents import AGENTS
from streams.pipeline.embed import NOTHING, SAID, Embed
from tests.support import extracted, torrent


class Counting:
    """A network that counts what it reads; the real one is tested where it is made."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        return np.array([[float(len(text) % 7)] * 384 for text in texts], np.float32).reshape(
            -1, 384
        )


def album(name: str, **fields: object) -> Extraction:
    return extracted(
        torrent(name), metadata={"subcategory": "album", "album_name": "Low Tide", **fields}
    )


ONE, TWIN, OTHER = album("one"), album("twin"), album("other", artist="Aurora Vale")
EMPTY = extracted(torrent("tool"), metadata={"subcategory": "application", "title": "Tools"})


def told(*items: Extraction) -> list[TorrentEmbedding]:
    answers = Embed(Counting()).handle(items)  # type: ignore[arg-type]
    return [
        TorrentEmbedding.model_validate_json(answer.messages[0].value or b"") for answer in answers
    ]


def test_torrents_of_one_work_are_read_once_and_mean_the_same() -> None:
    network = Counting()
    Embed(network).handle([ONE, TWIN, OTHER])  # type: ignore[arg-type]
    assert network.read == ["Low Tide, music album", "Low Tide by Aurora Vale, music album"]
    first, twin, other = told(ONE, TWIN, OTHER)
    assert (first.vector, first.input_hash) == (twin.vector, twin.input_hash)
    assert first.input_hash != other.input_hash
    assert first.event_id != twin.event_id


def test_what_says_nothing_takes_back_what_was_known() -> None:
    (answer,) = Embed(Counting()).handle([EMPTY])  # type: ignore[arg-type]
    assert answer.source == NOTHING
    assert told(EMPTY)[0].vector is None
    assert Embed(Counting()).handle([ONE])[0].source == SAID  # type: ignore[arg-type]


def test_the_same_extraction_says_the_same_in_any_company() -> None:
    assert told(ONE, EMPTY, OTHER) == [*told(ONE), *told(EMPTY), *told(OTHER)]


def test_it_reads_beside_match_and_runs_only_where_it_is_named() -> None:
    suffixes = [agent.suffix for agent in AGENTS]
    assert {agent.role: agent.suffix for agent in AGENTS}[Role.EMBED] == "-embed"
    assert suffixes.count("-embed") == 1
    assert Role.EMBED not in Settings.model_fields["roles"].default
    assert "embed" not in {reader.stage for reader in readers(Settings())}
    named = {reader.stage: reader.group for reader in readers(Settings(roles="embed"))}
    assert named["embed"] == "mimmo-embed"


def test_its_user_may_write_vectors_and_no_results() -> None:
    writes = {right.name for right in rights_of(Part.EMBED, Settings()) if "WRITE" in str(right)}
    assert writes == {EMBEDDED.name, "torrents.dead-letter.v1"}
