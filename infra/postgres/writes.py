"""Every write of the store stage, in one place. Only the store calls these.

Each is idempotent: written twice, in any order, the tables are the same. A batch goes in one
`unnest` statement a table (measured faster than COPY up to about a thousand rows); keys are
deduplicated and sorted, so that two writers cannot deadlock.
"""

from infra.postgres.corrections import write_corrections
from infra.postgres.embeddings import write_embeddings
from infra.postgres.ids import Ids
from infra.postgres.letters import mark_redriven, write_dead_letters
from infra.postgres.locks import lock_partitions
from infra.postgres.results import write_answers, write_results
from infra.postgres.tags import write_tags
from infra.postgres.torrents import write_torrents

__all__ = [
    "Ids",
    "lock_partitions",
    "mark_redriven",
    "write_answers",
    "write_corrections",
    "write_dead_letters",
    "write_embeddings",
    "write_results",
    "write_tags",
    "write_torrents",
]
