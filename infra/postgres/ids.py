"""Small ids of provenances and models, so that no row repeats their text."""

from collections.abc import Iterable

import asyncpg

from schemas import Classification, Provenance, Result

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


class Ids:
    """The ids of provenances and models, made when first seen and remembered.

    Resolve them before the transaction that uses them: an id made inside one that rolls back would
    be remembered wrongly.
    """

    def __init__(self) -> None:
        self._provenance: dict[Provenance, int] = {}
        self._model: dict[str, int] = {}

    async def learn(self, connection: asyncpg.Connection, results: Iterable[Result]) -> None:
        """Make sure that every provenance and model of a batch has its id."""
        for result in results:
            if result.model not in self._model:
                self._model[result.model] = await self._fetch(connection, _MODEL, result.model)
            if isinstance(result, Classification):
                await self._learn_provenance(connection, result.torrent.provenance)

    async def _learn_provenance(
        self, connection: asyncpg.Connection, provenance: Provenance
    ) -> None:
        if provenance not in self._provenance:
            self._provenance[provenance] = await self._fetch(
                connection,
                _PROVENANCE,
                provenance.source.value,
                provenance.origin,
                provenance.dataset,
            )

    def provenance(self, provenance: Provenance) -> int:
        """The id of a provenance that was learned.

        Raises:
            KeyError: it was not.
        """
        return self._provenance[provenance]

    def model(self, name: str) -> int:
        """The id of a model that was learned.

        Raises:
            KeyError: it was not.
        """
        return self._model[name]

    @staticmethod
    async def _fetch(connection: asyncpg.Connection, query: str, *arguments: object) -> int:
        # Another writer may insert the same row between the halves of the query, which then finds
        # it in neither; the next look sees it.
        while (number := await connection.fetchval(query, *arguments)) is None:
            pass
        return int(number)
