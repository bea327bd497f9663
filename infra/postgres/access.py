"""Who a command is to Postgres: the least that it needs to be."""

from enum import StrEnum

from infra.settings import Settings

WRITER = "mimmo_writer"
"""Writes what the pipeline finds, and can neither drop nor alter a table."""
READER = "mimmo_reader"
"""Can read and nothing else."""
WEB = "mimmo_web"
"""Can read, and choose which revision of a model is shown."""

ROLES = (WRITER, READER, WEB)
"""The roles beside the owner, who makes the tables."""


class Access(StrEnum):
    """What a connection is for."""

    OWNER = "owner"
    """To change tables."""
    WRITER = "writer"
    """To write rows."""
    READER = "reader"
    """To look; the transactions are read-only, whoever logs in."""


def dsn_of(settings: Settings, access: Access) -> str:
    """The connection URI for a purpose: its own where the settings have one, else the owner's."""
    chosen = {
        Access.OWNER: None,
        Access.WRITER: settings.postgres_writer_dsn,
        Access.READER: settings.postgres_reader_dsn,
    }[access]
    return (chosen or settings.postgres_dsn).get_secret_value()
