"""Big info dicts are read in a process that may hang or die without harm to the crawl."""

import asyncio
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from models.content.metainfo import info
from models.content.metainfo.info import Listing
from streams.crawl.parser import ParseFailed, Parser
from streams.crawl.profile import PROFILES, ProfileName
from streams.lab.dht.torrents import made
from tests.unit.crawl.clock import Clock

SMALL = replace(PROFILES[ProfileName.PRODUCTION], big_info=3, parse_timeout=0.5)


def hostile(content: bytes) -> Listing:
    """Reads as the content says; module level, as the other process has to find it."""
    match content:
        case b"hang":
            time.sleep(60)
        case b"die!":
            os._exit(1)
        case b"threads":
            name = f"{os.getpid()} {threading.active_count()}"
            return Listing(name, 0, (), 0, 1, ())
        case b"bad!":
            raise info.BadInfo("no_name")
    return Listing(content.decode(), 0, (), 0, 1, ())


async def test_small_ones_are_read_here_and_big_ones_elsewhere() -> None:
    truth = made(1, seed=9)[0]
    here, there = Parser(replace(SMALL, big_info=1 << 20)), Parser(replace(SMALL, parse_timeout=9))
    try:
        assert await here.listing(truth.info) == await there.listing(truth.info)
        with pytest.raises(info.BadInfo):
            await there.listing(b"rubbish")
    finally:
        there.close()


async def test_the_process_is_not_a_fork_of_this_one() -> None:
    parser = Parser(SMALL, read=hostile)
    release = threading.Event()
    holding = threading.Thread(target=release.wait)
    holding.start()  # as libtorrent's threads do
    try:
        process, threads = (await parser.listing(b"threads")).name.split()
        assert int(process) != os.getpid()
        command = await asyncio.to_thread(Path(f"/proc/{process}/cmdline").read_bytes)
        assert b"spawn_main" in command
        assert int(threads) == 1
    finally:
        parser.close()
        release.set()
        holding.join()


async def test_a_parse_that_hangs_fails_by_name_and_the_next_one_is_read() -> None:
    parser = Parser(SMALL, read=hostile)
    try:
        await parser.listing(b"warm")
        began = time.monotonic()
        with pytest.raises(ParseFailed, match="parse_timeout"):
            await parser.listing(b"hang")
        assert time.monotonic() - began < 5
        assert (await parser.listing(b"next")).name == "next"
    finally:
        parser.close()


async def test_a_process_that_dies_fails_one_torrent_and_is_replaced_but_not_for_ever() -> None:
    clock = Clock()
    parser = Parser(replace(SMALL, parse_timeout=9), read=hostile, clock=clock)
    try:
        answers = await asyncio.gather(
            *(parser.listing(content) for content in (b"good", b"die!", b"bad!", b"fine")),
            return_exceptions=True,
        )
        kinds = [Listing, ParseFailed, info.BadInfo, Listing]
        assert [type(answer) for answer in answers] == kinds
        for _ in range(2):
            with pytest.raises(ParseFailed, match="parser_ended"):
                await parser.listing(b"die!")
        with pytest.raises(ParseFailed, match="parser_down"):
            await parser.listing(b"good")
        clock.now += 601
        assert (await parser.listing(b"good")).name == "good"
    finally:
        parser.close()
