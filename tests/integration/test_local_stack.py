"""The local stack: started twice, killed, tampered with, stopped; the data stay."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from infra.local import stack as local
from infra.local.ports import pick
from infra.settings import STACK_ENV
from tests.support import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.slow]


async def ask(stack: local.Stack, query: str) -> object:
    connection = await asyncpg.connect(stack.postgres_dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_it_starts_once_survives_kills_and_keeps_its_data(tmp_path: Path) -> None:
    stack = local.up(tmp_path)
    try:
        await ask(stack, "CREATE TABLE kept AS SELECT 42 AS answer")
        before = {service.name: service.pid for service in stack.services()}
        again = local.up(tmp_path)
        assert {service.name: service.pid for service in again.services()} == before, (
            "up is idempotent"
        )
        stack.kill_kafka()
        stack.kill_postgres()
        assert not any(service.running for service in stack.services())
        back = local.up(tmp_path)
        assert all(service.healthy for service in back.services())
        assert (back.kafka_bootstrap, back.postgres_dsn) == (
            stack.kafka_bootstrap,
            stack.postgres_dsn,
        ), "ports are kept"
        assert await ask(back, "SELECT answer FROM kept") == 42
    finally:
        stack.down()
    assert not (tmp_path / STACK_ENV).exists()
    assert not any(service.running for service in stack.services())
    stack.down()


async def test_it_listens_on_loopback_only(stack: local.Stack) -> None:
    import psutil

    for service in stack.services():
        process = psutil.Process(service.pid)
        listening = [
            connection.laddr.ip
            for connection in process.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening
        assert set(listening) <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def test_the_commands_answer_and_end_with_codes(tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "STREAMS_HOME": str(tmp_path / "none"),
        "HOME": str(tmp_path),
    }
    for arguments, code in ((["status"], 3), (["down"], 0), (["--help"], 0), (["nonsense"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "infra.local", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr


def test_a_stale_pid_file_is_no_server(tmp_path: Path) -> None:
    stack = local.up(tmp_path)
    try:
        stack.down()
        for path in (tmp_path / "stack").rglob("*.pid"):
            path.unlink()
        assert not any(service.running for service in stack.services())
        assert all(service.healthy for service in local.up(tmp_path).services())
    finally:
        stack.down()
        shutil.rmtree(tmp_path, ignore_errors=True)


def test_a_port_probe_finds_a_free_one() -> None:
    port = pick()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
