"""The pipeline over TLS, with users, passwords and roles: it runs, and refusals are one line."""

import asyncio
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import asyncpg
import pytest

from infra.local import stack as local
from infra.local.errors import StackError
from infra.local.front import Front
from infra.local.secured_kafka import MUTUAL
from infra.local.secured_postgres import PLAIN
from infra.local.security import USER
from infra.postgres.access import READER, Access
from infra.postgres.connect import DatabaseUnreachable, connect
from infra.settings import Settings
from streams.kafka.admin import present_topics
from streams.kafka.client import KafkaUnreachable
from streams.kafka.rights import Part
from tests.integration import secured as stacks
from tests.integration.steps import SAMPLE, run
from tests.support import ROOT, WORKER, eventually, running

pytestmark = [pytest.mark.stack, pytest.mark.slow]

SECONDS = 50
"""Refusals take 1 to 4 on an idle machine; tests share theirs with others."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A secured stack with topics and tables: `.stack`, `.environment`, `.secrets`."""
    stack = stacks.up(tmp_path_factory.mktemp("secured"))
    try:
        environment = {**stack.environment, "STREAMS_HOME": str(stack.home)}
        here = SimpleNamespace(stack=stack, environment=environment, home=stack.home)
        here.security = stack.security
        here.secrets = [
            stacks.PASSWORD,
            stack.security.kafka_password_file.read_text().strip(),
            stack.postgres.password(),
            *stack.security.role_passwords().values(),
        ]
        run(here, "streams.topics", "create")
        run(here, "infra.postgres", "migrate")
        yield here
    finally:
        stack.down()


def settings(site: SimpleNamespace, **more: Any) -> Settings:
    """The settings of a client of the stack."""
    given = site.environment.items()
    values = {name.removeprefix("STREAMS_").lower(): value for name, value in given}
    return Settings(**{**values, **more})


def ended(site: SimpleNamespace, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself; its output has no secret in it."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **site.environment, **more},
        text=True,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    for secret in site.secrets:
        assert secret not in done.stdout + done.stderr
    return done


async def one_line(site: SimpleNamespace, *command: str, **more: str) -> str:
    """What a command says that fails: one line."""
    done = await asyncio.to_thread(ended, site, *command, **more)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def as_part(site: SimpleNamespace, part: Part) -> dict[str, str]:
    """The environment of a part that has its own user and no owner's connection."""
    word = site.home / "part.password"
    word.write_text(stacks.PASSWORD + "\n")
    return {
        **site.environment,
        "STREAMS_KAFKA_USERNAME": stacks.user_of(part),
        "STREAMS_KAFKA_PASSWORD_FILE": str(word),
        "STREAMS_POSTGRES_DSN": "postgresql://nobody@127.0.0.1:1/none",
        "STREAMS_BATCH_WITHIN": "0.1",
    }


async def test_a_dump_becomes_rows_with_a_user_and_a_role_for_each_part(
    site: SimpleNamespace, tmp_path: Path
) -> None:
    for part in Part:
        run(site, "streams.topics", "allow", part.value, f"User:{stacks.user_of(part)}")
    rows = (SAMPLE / "torrents" / "demo.jsonl.gz", "--limit", "40", "--quiet")
    sources = [str(argument) for argument in rows]
    worker, store = as_part(site, Part.WORKER), as_part(site, Part.STORE)
    worker["STREAMS_ROLES"] = "classify,extract"
    logs = [tmp_path / "worker.log", tmp_path / "store.log", tmp_path / "web.log"]
    with running(WORKER, worker, logs[0]), running(["streams.store"], store, logs[1]):
        replayed = SimpleNamespace(environment=as_part(site, Part.REPLAY))
        said = run(replayed, "streams.replay", *sources)
        operator = SimpleNamespace(environment=as_part(site, Part.OPERATOR))
        current = settings(operator)

        async def classified() -> bool:
            db = await connect(current, Access.READER)
            try:
                return bool(await db.fetchval("SELECT count(*) >= 30 FROM classifications"))
            finally:
                await db.close()

        await eventually(classified, within=90, what="rows in the tables")
        told = json.loads(run(operator, "streams.status", "--json").splitlines()[0])
        assert {stage for stage, waiting in told["lag"].items() if waiting} <= {"match"}
        console = {**as_part(site, Part.CONSOLE), "STREAMS_WEB_PORT": "0"}
        with running(["streams.web"], console, logs[2]) as web:

            async def serves() -> list[str]:
                return re.findall(r"http://127\.0\.0\.1:\d+", web.output)

            address, *_ = await eventually(serves, within=30, what="the console")

            async def answered() -> str | None:
                page = await asyncio.to_thread(_got, f"{address}/pipeline")
                return None if "does not answer" in page else page  # busy machines need more looks

            page = await eventually(answered, within=60, every=1, what="the console's Kafka")
            assert "classify" in page
    output = said + "".join(log.read_text() for log in logs)
    assert "Traceback" not in output
    output += "".join(log.read_text() for log in site.stack.layout.logs.glob("*.log"))
    for secret in site.secrets:
        assert secret not in output


def _got(address: str) -> str:
    with urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


async def test_a_part_without_the_rights_of_another_ends_with_a_line(
    site: SimpleNamespace,
) -> None:
    run(site, "streams.topics", "allow", "llm", f"User:{stacks.user_of(Part.LLM)}")
    outside = SimpleNamespace(environment=as_part(site, Part.LLM), secrets=site.secrets)
    done = await asyncio.to_thread(ended, outside, "streams.store")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert "GroupAuthorizationFailedError" in last
    assert "mimmo-store" in last
    assert "streams.topics allow" in last


async def test_a_user_without_a_right_is_refused_by_name(site: SimpleNamespace) -> None:
    outside = SimpleNamespace(environment=as_part(site, Part.CONSOLE), secrets=site.secrets)
    said = await one_line(outside, "streams.topics", "allow", "store", "User:somebody")
    assert "ClusterAuthorizationFailedError" in said


@pytest.mark.parametrize(
    ("mechanism", "own"),
    [
        ("SCRAM-SHA-512", {}),
        ("SCRAM-SHA-256", {"kafka_password": stacks.PASSWORD}),
        ("PLAIN", {"kafka_password": stacks.PASSWORD}),
        ("OAUTHBEARER", {"kafka_oauth_hook": "tests.integration.secured:unsigned_token"}),
    ],
)
async def test_every_mechanism_gets_in(
    site: SimpleNamespace, mechanism: str, own: dict[str, str]
) -> None:
    more: dict[str, Any] = {"kafka_sasl_mechanism": mechanism, **own}
    if own:
        more["kafka_password_file"] = None
    assert "torrents.classified.v1" in await present_topics(settings(site, **more))


async def test_a_hook_that_fails_is_said(site: SimpleNamespace) -> None:
    hook = {"kafka_sasl_mechanism": "OAUTHBEARER", "kafka_oauth_hook": "os:getpgid"}
    with pytest.raises(KafkaUnreachable, match=r"STREAMS_KAFKA_OAUTH_HOOK failed \(TypeError\)"):
        await present_topics(settings(site, kafka_password_file=None, **hook))


def mutual(site: SimpleNamespace, **more: Any) -> Settings:
    """The settings of a client that shows a certificate, and has no user."""
    return Settings(
        kafka_bootstrap=f"127.0.0.1:{site.stack.layout.ports()[MUTUAL]}",
        kafka_security="SSL",
        kafka_ca=site.security.authority.certificate,
        **more,
    )


async def test_a_certificate_gets_in_on_the_port_of_mutual_tls(site: SimpleNamespace) -> None:
    client = site.security.client
    shown = mutual(site, kafka_cert=client.certificate, kafka_key=client.key)
    assert "torrents.classified.v1" in await present_topics(shown)
    with pytest.raises(KafkaUnreachable, match=r"hangs up.*STREAMS_KAFKA_CERT"):
        await present_topics(mutual(site))


COMMANDS = (["streams.status"], ["streams.store"], ["streams.replay", str(SAMPLE / "torrents")])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
async def test_a_wrong_password_of_kafka_is_one_line(
    site: SimpleNamespace, tmp_path: Path, command: list[str]
) -> None:
    wrong = tmp_path / "word"
    wrong.write_text("sesame")
    said = await one_line(site, *command, STREAMS_KAFKA_PASSWORD_FILE=str(wrong))
    assert "refuses us: Authentication failed" in said
    assert "sesame" not in said


async def test_a_worker_with_a_wrong_password_ends_with_the_line(
    site: SimpleNamespace, tmp_path: Path
) -> None:
    wrong = tmp_path / "word"
    wrong.write_text("sesame")
    more = {"STREAMS_KAFKA_PASSWORD_FILE": str(wrong), "STREAMS_ROLES": "classify"}
    done = await asyncio.to_thread(ended, site, "faust", "-A", "streams", "worker", **more)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "refuses us: Authentication failed" in done.stderr


async def test_another_authority_is_one_line(site: SimpleNamespace, tmp_path: Path) -> None:
    other = type(site.security.authority)(tmp_path / "other")
    other.make("another-authority")
    kafka = await one_line(site, "streams.store", STREAMS_KAFKA_CA=str(other.certificate))
    assert "not to be trusted" in kafka
    dsn = site.security.dsn(READER, site.stack.layout.ports()["postgres"], "mimmo")
    wrong = dsn.replace(str(site.security.authority.certificate), str(other.certificate))
    postgres = await one_line(site, "streams.status", STREAMS_POSTGRES_READER_DSN=wrong)
    assert "not to be trusted" in postgres


@asynccontextmanager
async def expired(site: SimpleNamespace) -> AsyncIterator[SimpleNamespace]:
    """Ports that show a certificate that is over: `.postgres` when asked, `.kafka` at once."""
    pair = site.security.authority.sign("expired", days=0)
    await asyncio.sleep(1.1)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair.certificate, pair.key)
    front = Front(site.stack.layout.ports()[PLAIN], context)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(front.take, "127.0.0.1", 0)
    at_once = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
    async with server, at_once:
        yield SimpleNamespace(
            postgres=server.sockets[0].getsockname()[1],
            kafka=at_once.sockets[0].getsockname()[1],
        )


async def test_an_expired_certificate_is_one_line(site: SimpleNamespace) -> None:
    async with expired(site) as ports:
        address = f"127.0.0.1:{ports.kafka}"
        kafka = await one_line(site, "streams.store", STREAMS_KAFKA_BOOTSTRAP=address)
        assert "certificate has expired" in kafka
        dsn = site.security.dsn(READER, ports.postgres, "mimmo")
        postgres = await one_line(site, "streams.status", STREAMS_POSTGRES_READER_DSN=dsn)
        assert "certificate has expired" in postgres


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?sslmode=verify-full&sslrootcert={ca}", "password authentication failed"),
        ("?sslmode=disable", "takes TLS connections only"),
        ("?sslmode=verify-full&sslrootcert=/nowhere/ca.pem", "no such file: the sslrootcert"),
    ],
)
async def test_postgres_refuses_in_one_line(site: SimpleNamespace, query: str, said: str) -> None:
    port = site.stack.layout.ports()["postgres"]
    rest = query.format(ca=site.security.authority.certificate)
    dsn = f"postgresql://{READER}:sesame@127.0.0.1:{port}/mimmo{rest}"
    line = await one_line(site, "streams.status", STREAMS_POSTGRES_READER_DSN=dsn)
    assert said in line
    assert "sesame" not in line


async def test_a_password_is_wanted_behind_the_front_too(site: SimpleNamespace) -> None:
    port = site.stack.layout.ports()[PLAIN]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://{READER}:none@127.0.0.1:{port}/mimmo")


async def test_the_front_carries_much_both_ways(site: SimpleNamespace) -> None:
    db = await connect(settings(site), Access.READER)
    try:
        text = "x" * 3_000_000
        assert await db.fetchval("SELECT $1::text", text) == text
    finally:
        await db.close()


def test_the_settings_are_shown_without_a_secret(site: SimpleNamespace) -> None:
    done = ended(site, "infra.settings", COLUMNS="400", STREAMS_KAFKA_PASSWORD="")
    assert done.returncode == 0
    assert USER in done.stdout


def test_it_stays_secured_and_a_front_that_was_killed_comes_back(site: SimpleNamespace) -> None:
    before = {service.name: service.pid for service in site.stack.services()}
    site.stack.postgres.front.kill()
    assert not all(service.healthy for service in site.stack.services())
    again = local.up(site.home)
    assert {service.name: service.pid for service in again.services()} == before
    assert all(service.healthy for service in again.services())
    assert again.environment == site.stack.environment


def test_what_was_made_without_tls_is_not_secured_afterwards(tmp_path: Path) -> None:
    (tmp_path / "stack" / "kafka").mkdir(parents=True)
    with pytest.raises(StackError, match=r"made without TLS.*wipe"):
        local.up(tmp_path, secure=True)


async def test_who_speaks_without_tls_is_told_so(site: SimpleNamespace) -> None:
    plain = Settings(kafka_bootstrap=site.stack.kafka_bootstrap)
    with pytest.raises(KafkaUnreachable, match="another STREAMS_KAFKA_SECURITY"):
        await present_topics(plain)
    with pytest.raises(DatabaseUnreachable, match="takes TLS connections only"):
        port = site.stack.layout.ports()["postgres"]
        dsn = f"postgresql://{READER}@127.0.0.1:{port}/mimmo?sslmode=disable"
        await connect(Settings(postgres_dsn=dsn), Access.READER)
