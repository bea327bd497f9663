"""The command line: what it takes, what it refuses, and that nothing leaves loopback unasked."""

import asyncio
import socket
from typing import Any

import pytest

from infra.settings import Settings
from streams.crawl.__main__ import main, options_of
from streams.crawl.options import Options, resolved
from streams.crawl.profile import PROFILES, ProfileName
from streams.operate.process import StartError


def test_by_default_it_is_loopback_and_knows_nobody() -> None:
    options, quiet = options_of([], Settings())
    assert (options.public, options.bootstrap, options.addresses, quiet) == (
        False,
        (),
        ("127.0.0.1",),
        False,
    )
    assert options.profile == PROFILES[ProfileName.PRODUCTION]


def test_settings_are_defaults_and_options_win() -> None:
    current = Settings(
        crawl_bootstrap="127.0.1.1:20000, [::1]:20001",
        crawl_profile="home",
        crawl_bind="127.0.0.9,::1",
    )
    options, _ = options_of([], current)
    assert options.bootstrap == (("127.0.1.1", 20_000), ("::1", 20_001))
    assert options.profile == PROFILES[ProfileName.HOME]
    assert options.addresses == ("127.0.0.9", "::1")
    options, _ = options_of(
        ["--bootstrap", "127.0.2.2:3000", "--profile", "lab", "--duration", "5"], current
    )
    assert options.bootstrap == (("127.0.2.2", 3_000),)
    assert (options.profile, options.duration) == (PROFILES[ProfileName.LAB], 5)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bootstrap", "nowhere"],
        ["--bootstrap", "a:0"],
        ["--bootstrap", "a:99999"],
        ["--profile", "fast"],
        ["more"],
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_public_is_a_plain_notice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_crawl(work: object) -> None:
        work.close()  # type: ignore[attr-defined]
        raise StartError("stopped here")

    monkeypatch.setattr(asyncio, "run", no_crawl)
    assert main(["--public", "--profile", "home"]) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "asks nodes of the public DHT" in told
    assert "never for content" in told
    assert "stopped here" in told


@pytest.mark.parametrize(
    ("host", "public"),
    [("8.8.8.8", False), ("127.0.0.1", True), ("10.0.0.1", True), ("10.0.0.1", False)],
)
async def test_a_bootstrap_node_of_the_other_world_is_refused(host: str, public: bool) -> None:
    with pytest.raises(StartError, match="not an address for this crawl"):
        await resolved(Options(public=public, bootstrap=((host, 6_881),)))


async def test_the_own_world_is_taken() -> None:
    assert await resolved(Options(bootstrap=(("127.0.3.3", 6_881),))) == [("127.0.3.3", 6_881)]


SIX, FOUR = socket.AF_INET6, socket.AF_INET


@pytest.mark.parametrize(
    ("bind", "answers", "nodes"),
    [
        ("::1", [(SIX, "::1")], [("::1", 6_881)]),
        (
            "127.0.0.9,::1",
            [(SIX, "::1"), (FOUR, "127.0.3.3")],
            [("::1", 6_881), ("127.0.3.3", 6_881)],
        ),
        ("127.0.0.9", [(SIX, "::1"), (FOUR, "127.0.3.3")], [("127.0.3.3", 6_881)]),
    ],
)
async def test_a_bootstrap_name_is_taken_in_every_family_there_is_a_socket_of(
    bind: str,
    answers: list[tuple[socket.AddressFamily, str]],
    nodes: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def resolve(host: str, port: int, *, family: int = 0, **_: object) -> list[Any]:
        told = [(of, 0, 0, "", (ip, port)) for of, ip in answers if family in (0, of)]
        if not told:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return told

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    options = Options(bind=bind, bootstrap=(("dht.example.org", 6_881),))
    assert await resolved(options) == nodes


async def test_an_ipv6_node_without_an_ipv6_socket_is_told_as_that() -> None:
    with pytest.raises(StartError, match="families that the crawl is bound to"):
        await resolved(Options(bootstrap=(("::1", 6_881),)))
