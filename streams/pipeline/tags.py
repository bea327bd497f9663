"""The stage that tells results as tags: the role `tags`, which is off unless it is named."""

from collections.abc import Sequence

from models.tags import Builds, tags_of
from schemas import Classification, Extraction, Link
from schemas.topics import TAGS
from streams.kafka.publisher import Message, message
from streams.pipeline.stages import Answer, counted

Told = Classification | Extraction | Link


class TellTags:
    """A result of any stage -> the tags that it is.

    A result that says nothing (a class that nobody decided) has an empty list of them.
    """

    first: frozenset[str] = frozenset()
    author = None
    """What it tells was answered by others."""

    def __init__(self, builds: Builds) -> None:
        self._builds = builds

    def handle(self, items: Sequence[Told]) -> list[Answer]:
        """Names what results say; the same result has the same tags in any company."""
        return [self._answer(item) for item in items]

    def conclude(self, outcomes: Sequence[Answer]) -> list[list[Message]]:
        """Counts the results that were told, by stage."""
        return counted("tags", outcomes)

    def _answer(self, result: Told) -> Answer:
        told = tags_of(result, self._builds)
        return Answer((message(TAGS, result.infohash, told, source="tags"),), result.stage)
