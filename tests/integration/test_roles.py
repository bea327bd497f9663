"""Roles of Postgres: each can do what its commands do, and nothing else."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import httpx
import pytest

from infra.postgres.access import READER, ROLES, WEB, WRITER
from infra.postgres.migrate import migrate
from infra.postgres.roles import RolesRefused, grant, make_roles, passwords_of
from infra.settings import Settings
from models.match.dump import Dump
from models.match.entities import Kind
from streams.musicbrainz.catalogue import Sources, import_index
from streams.musicbrainz.tables import import_tables
from streams.operate.aggregate import aggregate
from streams.operate.status import counted
from streams.web.app import create_app
from streams.web.connections import as_role
from streams.web.context import opened
from tests.integration.steps import SAMPLE, run
from tests.integration.telemetry_rows import correct, results, write
from tests.integration.test_activate import COUNT, current, fill

pytestmark = [pytest.mark.stack, pytest.mark.slow]

CHANGES = (
    "DROP TABLE torrents",
    "DROP VIEW releases",
    "DROP FUNCTION refresh_links(bytea[])",
    "ALTER TABLE torrents ADD COLUMN mine text",
    "ALTER TABLE torrents DISABLE TRIGGER ALL",
    "ALTER TABLE classifications OWNER TO current_user",
    "CREATE TABLE mine (id integer)",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "TRUNCATE torrents",
    "TRUNCATE musicbrainz.artist",
    "COPY torrents TO PROGRAM 'true'",
    "UPDATE schema_migrations SET name = ''",
    "DELETE FROM schema_migrations",
    "UPDATE corrections SET reporter = 'me'",
    "DELETE FROM corrections",
    "DELETE FROM torrents",
    "DELETE FROM links",
    "DELETE FROM superseded",
    "DELETE FROM dead_letters",
    "UPDATE activations SET who = 'me'",
    "DELETE FROM activations",
    "SET ROLE postgres",
)
"""What nobody but the owner may do."""

WRITES = (
    "INSERT INTO torrents SELECT * FROM torrents LIMIT 0",
    "UPDATE torrents SET seeders = 0",
    "UPDATE classifications SET subcategory = 'mine'",
    "INSERT INTO corrections SELECT * FROM corrections LIMIT 0",
    "UPDATE dead_letters SET redriven_at = now()",
    "DELETE FROM adoption_day",
    "DELETE FROM musicbrainz.artist",
)
"""What only the writer may do."""

CHOICES = (
    "INSERT INTO active_revision SELECT * FROM active_revision LIMIT 0",
    "DELETE FROM active_revision",
    "SELECT refresh_classifications('{}')",
)
"""What the console does, too."""

REFUSALS = (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidAuthorizationSpecificationError)


async def refused(connection: asyncpg.Connection, statement: str) -> bool:
    """Whether a statement is not allowed; what it does is taken back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement)
    except REFUSALS:
        return True
    else:
        return False
    finally:
        await transaction.rollback()


@pytest.fixture
async def roles(database: SimpleNamespace) -> AsyncIterator[SimpleNamespace]:
    """A database with its roles: `.writer`, `.reader`, `.web` are connections, `.dsns` by role."""
    await make_roles(database.db)
    assert await grant(database.db)
    dsns = {role: as_role(database.dsn, role) for role in ROLES}
    opened_ones = {role: await asyncpg.connect(dsn) for role, dsn in dsns.items()}
    for connection in opened_ones.values():
        # It keeps from slips, and whoever is in can take it off: rights must do without it.
        await connection.execute("SET default_transaction_read_only = off")
    try:
        yield SimpleNamespace(
            db=database.db,
            dsn=database.dsn,
            dsns=dsns,
            writer=opened_ones[WRITER],
            reader=opened_ones[READER],
            web=opened_ones[WEB],
        )
    finally:
        for connection in opened_ones.values():
            await connection.close()


async def test_only_the_owner_changes_what_there_is(roles: SimpleNamespace) -> None:
    for connection in (roles.writer, roles.reader, roles.web):
        allowed = [change for change in CHANGES if not await refused(connection, change)]
        assert allowed == []


async def test_the_writer_writes_and_the_others_do_not(roles: SimpleNamespace) -> None:
    assert [write for write in WRITES if await refused(roles.writer, write)] == []
    for connection in (roles.reader, roles.web):
        assert [write for write in WRITES if not await refused(connection, write)] == []


async def test_the_console_chooses_what_is_shown_and_the_reader_does_not(
    roles: SimpleNamespace,
) -> None:
    assert [choice for choice in CHOICES if await refused(roles.web, choice)] == []
    assert [choice for choice in CHOICES if not await refused(roles.reader, choice)] == []
    assert await refused(roles.writer, "DELETE FROM active_revision")


async def test_all_of_them_read_everything(roles: SimpleNamespace) -> None:
    names = await roles.db.fetch(
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables"
        " WHERE schemaname IN ('public', 'musicbrainz')"
        " UNION ALL SELECT schemaname || '.' || viewname FROM pg_views WHERE schemaname = 'public'"
    )
    for connection in (roles.writer, roles.reader, roles.web):
        for name in names:
            assert not await refused(connection, f"SELECT * FROM {name['name']} LIMIT 1")


async def test_store_aggregation_and_status_do_with_their_roles(roles: SimpleNamespace) -> None:
    await fill(roles.writer)
    assert await current(roles.reader) == {"track": COUNT}
    settings = Settings(
        postgres_dsn="postgresql://nobody@127.0.0.1:1/none",
        postgres_writer_dsn=roles.dsns[WRITER],
        postgres_reader_dsn=roles.dsns[READER],
    )
    assert await aggregate(settings) >= 1
    assert await aggregate(settings) >= 1, "a day is counted again"
    assert (await counted(roles.reader)).rows["classified"] == COUNT


async def test_the_writer_writes_results_of_every_stage_and_corrections(
    roles: SimpleNamespace,
) -> None:
    await write(roles.writer, results(60))
    await correct(roles.writer, 10)
    for table in ("torrents", "classifications", "extractions", "links", "corrections"):
        assert await roles.reader.fetchval(f"SELECT count(*) FROM {table}") > 0


async def test_musicbrainz_is_imported_by_the_writer(
    roles: SimpleNamespace, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path,
        postgres_dsn="postgresql://nobody@127.0.0.1:1/none",
        postgres_writer_dsn=roles.dsns[WRITER],
    )
    sample = SAMPLE / "musicbrainz"
    artists = Dump(sample / "artist.tar.xz", Kind.ARTIST)
    groups = Dump(sample / "release-group.tar.xz", Kind.RELEASE_GROUP)
    import_index(settings.index_dir, Sources(artists, groups))
    assert await import_tables(settings, settings.index_dir)
    assert await roles.reader.fetchval("SELECT count(*) FROM musicbrainz.artist") > 0


async def test_the_console_activates_and_rolls_back_without_the_owner(
    roles: SimpleNamespace, tmp_path: Path
) -> None:
    await fill(roles.writer)
    settings = Settings(
        postgres_dsn="postgresql://nobody@127.0.0.1:1/none",
        web_dsn=roles.dsns[WEB],
        kafka_bootstrap="127.0.0.1:1",
        home=tmp_path,
    )
    async with opened(settings) as context:
        transport = httpx.ASGITransport(create_app(context))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            page = (await client.get("/models/compare?stage=classify&revision=1")).text
            token = re.search(r'name="csrf" value="([^"]+)"', page)
            assert token
            form = {"csrf": token[1], "stage": "classify", "revision": "1"}
            assert (await client.post("/models/activations", data=form)).status_code == 303
            assert await current(roles.db) == {"album": COUNT}
            number = await roles.db.fetchval("SELECT max(id) FROM activations")
            back = f"/models/activations/{number}/roll-back"
            assert (await client.post(back, data={"csrf": token[1]})).status_code == 303
            assert await current(roles.db) == {"track": COUNT}


async def test_a_reader_for_the_console_leaves_activation_to_the_owner(
    roles: SimpleNamespace,
) -> None:
    from streams.web.connections import changing_connection

    settings = Settings(postgres_dsn=roles.dsn, web_dsn=roles.dsns[READER])
    connection = await changing_connection(settings)
    assert await connection.fetchval("SELECT current_user") == "postgres"
    await connection.close()


async def test_the_command_makes_roles_as_often_as_one_likes(
    database: SimpleNamespace, tmp_path: Path
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text("".join(f"*:*:*:{role}:sesame:{role}\n" for role in ROLES))
    site = SimpleNamespace(environment={"STREAMS_POSTGRES_DSN": database.dsn})
    for _ in range(2):
        said = run(site, "infra.postgres", "roles", "--passwords", str(passwords))
        assert "mimmo_writer has the password of the file" in said
        assert "sesame" not in said
    kept = await database.db.fetch(
        "SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY($1::text[])", list(ROLES)
    )
    assert all(row["rolpassword"].startswith("SCRAM-SHA-256$4096:") for row in kept)
    said = run(site, "infra.postgres", "migrate")
    assert "already up to date" in said


async def test_roles_that_are_made_before_the_tables_get_their_rights_with_them(
    database: SimpleNamespace,
) -> None:
    name = f"{database.dsn.rpartition('/')[2]}_later"
    await database.db.execute(f"CREATE DATABASE {name}")
    site = SimpleNamespace(
        environment={"STREAMS_POSTGRES_DSN": f"{database.dsn.rpartition('/')[0]}/{name}"}
    )
    try:
        assert "there are no tables yet" in run(site, "infra.postgres", "roles")
        run(site, "infra.postgres", "migrate")
        db = await asyncpg.connect(as_role(site.environment["STREAMS_POSTGRES_DSN"], WRITER))
        assert not await refused(db, "UPDATE torrents SET seeders = 0")
        await db.close()
    finally:
        await database.db.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_tables_that_come_later_get_their_rights_from_the_next_migration(
    roles: SimpleNamespace,
) -> None:
    await roles.db.execute("CREATE TABLE later (id integer)")
    assert await refused(roles.writer, "INSERT INTO later VALUES (1)")
    await migrate(roles.db)
    await grant(roles.db)
    assert not await refused(roles.writer, "INSERT INTO later VALUES (1)")
    assert await refused(roles.reader, "INSERT INTO later VALUES (1)")


async def test_who_may_not_make_roles_is_told_what_to_ask_for(roles: SimpleNamespace) -> None:
    with pytest.raises(RolesRefused, match="ask a superuser"):
        await make_roles(roles.writer, {READER: "sesame"})


def test_a_file_without_our_roles_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pgpass"
    path.write_text("host:5432:mimmo:somebody:word\n")
    with pytest.raises(RolesRefused, match=r"\*:\*:\*:mimmo_writer:PASSWORD"):
        passwords_of(path)
    with pytest.raises(RolesRefused, match="No such file"):
        passwords_of(tmp_path / "none")
