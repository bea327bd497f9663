"""The stage that says what works mean: the role `embed`, which is off unless it is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.embed import minilm
from models.embed.works import text_of
from schemas import Extraction, TorrentEmbedding, digest
from schemas.embedding import packed
from schemas.topics import EMBEDDED
from streams.kafka.publisher import Message, message
from streams.pipeline.stages import Answer, counted

if TYPE_CHECKING:
    from models.embed.text import TextEmbedder

SAID = "embedded"
NOTHING = "nothing_to_read"


@dataclass(frozen=True, slots=True)
class Network:
    """The text network as the author of vectors."""

    model: str
    revision: int


class Embed:
    """An extraction -> what its work means, as a vector.

    One that says nothing, or is neither music nor video, has none: what was known is taken back.
    """

    first: frozenset[str] = frozenset()

    def __init__(self, embedder: "TextEmbedder") -> None:
        self._embedder = embedder
        manifest = minilm.manifest()
        self._author = Network(manifest.label, manifest.revision)

    @property
    def author(self) -> Network:
        """The network."""
        return self._author

    def handle(self, items: Sequence[Extraction]) -> list[Answer]:
        """Says what each means; the same extraction says the same in any company."""
        return [_answer(told) for told in self.told(items)]

    def told(self, items: Sequence[Extraction]) -> list[TorrentEmbedding]:
        """What works mean. Each text is read once, however many torrents there are of it."""
        texts = [text_of(item) for item in items]
        known = dict.fromkeys(text for text in texts if text is not None)
        vectors = self._embedder.embed(list(known))
        said = {text: packed(row.tolist()) for text, row in zip(known, vectors, strict=True)}
        return [
            self._told(item, text, None if text is None else said[text])
            for item, text in zip(items, texts, strict=True)
        ]

    def conclude(self, outcomes: Sequence[Answer]) -> list[list[Message]]:
        """Counts what was read."""
        return counted("embed", outcomes)

    def _told(self, item: Extraction, text: str | None, vector: str | None) -> TorrentEmbedding:
        return TorrentEmbedding(
            infohash=item.infohash,
            revision=self._author.revision,
            model=self._author.model,
            input_hash=digest("embed", text or ""),
            extraction_id=item.result_id,
            extraction_revision=item.revision,
            method=item.method,
            observed_at=item.observed_at,
            vector=vector,
        )


def _answer(told: TorrentEmbedding) -> Answer:
    sent = message(EMBEDDED, told.infohash, told, source="embed")
    return Answer((sent,), NOTHING if told.vector is None else SAID)
