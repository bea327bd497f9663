"""A Postgres that has TLS of its own, where the system has one; the embedded one is without."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from infra.local.account import Account
from infra.local.certificates import Authority
from infra.local.ports import pick
from infra.local.postgres import answers
from infra.local.process import Daemon, clean_environment, run_tool
from infra.postgres.access import READER, WRITER, Access
from infra.postgres.connect import DatabaseUnreachable, connect
from infra.postgres.roles import make_roles
from infra.settings import Settings

pytestmark = [pytest.mark.stack, pytest.mark.slow]

HBA = """\
hostssl all postgres 127.0.0.1/32 scram-sha-256
hostssl all mimmo_writer 127.0.0.1/32 cert map=ours
hostssl all all 127.0.0.1/32 scram-sha-256
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A server of the system: `.port`, `.authority`, `.password` of the owner."""
    import signal

    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("no Postgres of the system")
    folder = tmp_path_factory.mktemp("tls")
    binaries, data, password = programs[-1], folder / "data", secrets.token_urlsafe(12)
    environment = clean_environment("PG")
    account = Account.for_postgres(binaries, lambda _: None)
    if account.owner is not None:
        pytest.skip("Postgres would need an account of its own")
    authority = Authority(folder / "authority")
    authority.make("an-authority")
    pair, word = authority.sign("server"), folder / "word"
    word.write_text(password)
    making = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "scram-sha-256"]
    run_tool(
        "initdb", [*account.prefix, *making, f"--pwfile={word}"], environment, 60, **account.options
    )
    (data / "pg_hba.conf").write_text(HBA)
    (data / "pg_ident.conf").write_text("ours writer-of-rows mimmo_writer\n")
    port = pick()
    options = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "ssl": "on",
        "ssl_cert_file": str(pair.certificate),
        "ssl_key_file": str(pair.key),
        "ssl_ca_file": str(authority.certificate),
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    daemon = Daemon("Postgres", folder / "pid", folder / "log", marker=str(data))
    process = daemon.spawn(
        [*account.prefix, str(binaries / "postgres"), "-D", str(data), *settings],
        environment=environment,
        **account.options,
    )
    try:
        daemon.wait_ready(process, lambda: answers(port, binaries, environment), 60, Event())
        yield SimpleNamespace(port=port, authority=authority, password=password)
    finally:
        daemon.stop(signal.SIGINT, 30, lambda _: None)


def dsn(server: SimpleNamespace, user: str, ca: Path | None = None, **more: Path) -> str:
    """A connection URI with verification."""
    words = {"sslrootcert": ca or server.authority.certificate, **more}
    query = "&".join(f"{name}={quote(str(value))}" for name, value in words.items())
    return f"postgresql://{user}@127.0.0.1:{server.port}/postgres?sslmode=verify-full&{query}"


async def test_it_is_reached_with_verification_and_passwords_of_a_file(
    server: SimpleNamespace, tmp_path: Path
) -> None:
    passfile = tmp_path / "pgpass"
    passfile.touch(mode=0o600)
    passfile.write_text(f"*:*:*:postgres:{server.password}\n*:*:*:{READER}:sesame\n")
    settings = Settings(
        postgres_dsn=dsn(server, "postgres", passfile=passfile),
        postgres_reader_dsn=dsn(server, READER, passfile=passfile),
    )
    db = await connect(settings, Access.OWNER)
    await make_roles(db, {READER: "sesame"})
    assert await db.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    await db.close()
    db = await connect(settings, Access.READER)
    assert await db.fetchval("SELECT current_user") == READER
    await db.close()


async def test_a_role_can_show_a_certificate_in_place_of_a_password(
    server: SimpleNamespace,
) -> None:
    owner = Settings(postgres_dsn=dsn(server, f"postgres:{server.password}"))
    db = await connect(owner, Access.OWNER)
    await make_roles(db)
    await db.close()
    pair = server.authority.sign("writer-of-rows")
    own = dsn(server, WRITER, sslcert=pair.certificate, sslkey=pair.key)
    db = await connect(Settings(postgres_writer_dsn=own), Access.WRITER)
    assert await db.fetchval("SELECT current_user") == WRITER
    await db.close()


async def test_what_cannot_be_trusted_is_not_connected_to(
    server: SimpleNamespace, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other")
    other.make("another-authority")
    user = f"postgres:{server.password}"
    with pytest.raises(DatabaseUnreachable, match="not to be trusted"):
        await connect(Settings(postgres_dsn=dsn(server, user, other.certificate)), Access.OWNER)
    elsewhere = dsn(server, user).replace("127.0.0.1", "127.0.0.2")
    with pytest.raises(DatabaseUnreachable):
        await connect(Settings(postgres_dsn=elsewhere), Access.OWNER)
    plain = f"postgresql://{user}@127.0.0.1:{server.port}/postgres?sslmode=disable"
    with pytest.raises(DatabaseUnreachable, match="refuses us"):
        await connect(Settings(postgres_dsn=plain), Access.OWNER)
    with pytest.raises(DatabaseUnreachable, match="password authentication failed"):
        await connect(Settings(postgres_dsn=dsn(server, "postgres:sesame")), Access.OWNER)
