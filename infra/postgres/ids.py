"""What is learned of a batch before it is written: small ids of texts, and revisions."""

from collections.abc import Iterable

import asyncpg

from schemas import Classification, Provenance, Result, TagOrigin, TorrentTags

_PROVENANCE = """
WITH added AS (
    INSERT INTO provenance (source, origin, dataset) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM added
UNION ALL
SELECT id FROM provenance
WHERE source = $1 AND origin = $2 AND dataset IS NOT DISTINCT FROM $3
LIMIT 1
"""

_MODEL = """
WITH added AS (INSERT INTO model (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id)
SELECT id FROM added UNION ALL SELECT id FROM model WHERE name = $1 LIMIT 1
"""

_MAKER = """
WITH added AS (
    INSERT INTO tag_makers (prefix, origin) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM added UNION ALL SELECT id FROM tag_makers WHERE prefix = $1 AND origin = $2 LIMIT 1
"""

_Origin = tuple[str, str, str | None]
"""The fields of a provenance: a key that is hashed faster than a model."""

_REVISION = """
INSERT INTO revisions (stage, method, revision) VALUES ($1::text::stage, $2::text::method, $3)
ON CONFLICT DO NOTHING
"""


class Ids:
    """The ids of provenances, models and makers of tags, made when first seen; and revisions.

    Resolve them before the transaction that uses them: an id made inside one that rolls back would
    be remembered wrongly.
    """

    def __init__(self) -> None:
        self._provenance: dict[_Origin, int] = {}
        self._model: dict[str, int] = {}
        self._maker: dict[tuple[str, TagOrigin], int] = {}
        self._revisions: set[tuple[str, str, int]] = set()

    async def learn(self, connection: asyncpg.Connection, results: Iterable[Result]) -> None:
        """Make sure that every provenance and model of a batch has its id.

        The table of revisions has theirs before the first result, so that `activate` need not read
        all of history to know them.
        """
        for result in results:
            await self.learn_model(connection, result.model)
            await self._learn_revision(connection, result)
            if isinstance(result, Classification):
                await self._learn_provenance(connection, result.torrent.provenance)

    async def learn_model(self, connection: asyncpg.Connection, name: str) -> None:
        """Make sure that a model has its id."""
        if name not in self._model:
            self._model[name] = await self._fetch(connection, _MODEL, name)

    async def learn_makers(
        self, connection: asyncpg.Connection, told: Iterable[TorrentTags]
    ) -> None:
        """Make sure that what makes the tags of a batch has its ids."""
        for tags in told:
            for maker in tags.origins.items():
                if maker not in self._maker:
                    prefix, origin = maker
                    self._maker[maker] = await self._fetch(
                        connection, _MAKER, prefix, origin.to_json().decode()
                    )

    async def _learn_revision(self, connection: asyncpg.Connection, result: Result) -> None:
        revision = (result.stage, result.method, result.revision)
        if revision not in self._revisions:
            await connection.execute(_REVISION, *revision)
            self._revisions.add(revision)

    async def _learn_provenance(
        self, connection: asyncpg.Connection, provenance: Provenance
    ) -> None:
        origin = _origin(provenance)
        if origin not in self._provenance:
            self._provenance[origin] = await self._fetch(connection, _PROVENANCE, *origin)

    def provenance(self, provenance: Provenance) -> int:
        """The id of a provenance that was learned.

        Raises:
            KeyError: it was not.
        """
        return self._provenance[_origin(provenance)]

    def model(self, name: str) -> int:
        """The id of a model that was learned.

        Raises:
            KeyError: it was not.
        """
        return self._model[name]

    def maker(self, prefix: str, origin: TagOrigin) -> int:
        """The id of what makes tags, that was learned.

        Raises:
            KeyError: it was not.
        """
        return self._maker[prefix, origin]

    @staticmethod
    async def _fetch(connection: asyncpg.Connection, query: str, *arguments: object) -> int:
        # Another writer may insert the same row between the halves of the query, which then finds
        # it in neither; the next look sees it.
        while (number := await connection.fetchval(query, *arguments)) is None:
            pass
        return int(number)


def _origin(provenance: Provenance) -> _Origin:
    return (provenance.source, provenance.origin, provenance.dataset)
