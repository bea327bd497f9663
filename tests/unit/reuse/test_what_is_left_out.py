"""What is neither told nor taken, whoever signed it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from streams.operate.process import StartError
from streams.reuse.keyring import TrustList
from streams.reuse.taking import BANNED
from streams.reuse.telling import Telling
from tests.unit.reuse.nodes import Node, results_in, second


class BansInfohash:
    """A ban list that has grown by one torrent."""

    def __init__(self, infohash: str) -> None:
        self._infohash = infohash

    def check(
        self, name: str, *, infohash: str | None = None, paths: Sequence[str] = ()
    ) -> str | None:
        return "grown" if infohash == self._infohash else None


async def test_what_is_banned_by_now_is_neither_taken_nor_told(first: Node, tmp_path: Path) -> None:
    told = await first.tell()
    node = second(tmp_path, first)
    infohash = first.results[0].infohash
    count = len({r.id for r in results_in(told) if getattr(r, "infohash", "") == infohash})
    node.bans = BansInfohash(infohash)
    taking = await node.take(told)
    assert taking.results[BANNED] == count > 0
    telling = Telling(first.signer, node.bans)
    shared = await telling.handle(first.results)
    assert [entry is None for entry in shared] == [
        result.infohash == infohash for result in first.results
    ]


async def test_a_list_of_trust_that_cannot_be_read_ends_the_process_and_makes_no_dead_letters(
    first: Node, tmp_path: Path
) -> None:
    told = await first.tell()
    node = second(tmp_path, first)
    TrustList(node.settings).path.write_text("a typo\n")
    with pytest.raises(StartError, match="line 1"):
        await node.take(told)
    assert not node.sink.letters


async def test_what_a_model_of_ones_own_said_is_not_told(first: Node) -> None:
    said = [result.model_copy(update={"revision": 100}) for result in first.results]
    assert set(await Telling(first.signer, first.bans).handle(said)) == {None}
