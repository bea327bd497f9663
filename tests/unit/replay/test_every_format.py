"""What holds for every format: dirty rows cost themselves, and a replay goes on where it ended."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from schemas import Torrent
from streams.replay.dump import DumpUnreadable
from streams.replay.formats import FORMATS
from tests.unit.replay.dumps import replayed
from tests.unit.replay.samples import SAMPLES, Sample

every_format = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)


@every_format
async def test_what_is_published_is_every_valid_torrent(tmp_path: Path, sample: Sample) -> None:
    dump, expected = sample(tmp_path, 300)
    replay = await replayed(dump, tmp_path / "home")
    assert {torrent.infohash for torrent in replay.torrents} == expected
    assert replay.summary.fault is None
    assert replay.summary.fraction is not None
    assert replay.summary.fraction > 0.99
    assert replay.summary.exit_code == 0


@every_format
async def test_it_goes_on_where_it_ended_with_the_same_records(
    tmp_path: Path, sample: Sample
) -> None:
    dump, _ = sample(tmp_path, 300)
    whole = await replayed(dump, tmp_path / "whole")
    dice = random.Random(4)
    names: list[str] = []
    reasons: list[tuple[str, int]] = []
    read = 0
    while part := await replayed(
        dump, tmp_path / "parts", resume=True, limit=dice.randint(1, 90), observed_at=None
    ):
        if part.summary.read == 0:
            break
        assert part.summary.resumed_at == read
        read += part.summary.read
        names += part.names
        reasons += part.reasons
    assert names == whole.names
    assert reasons == whole.reasons
    assert read == whole.summary.read


@every_format
async def test_a_limit_ends_it(tmp_path: Path, sample: Sample) -> None:
    dump, _ = sample(tmp_path, 100)
    assert (await replayed(dump, tmp_path / "home", limit=10)).summary.read == 10


def mangled(data: bytes, places: list[int], noise: bytes) -> bytes:
    """Bytes with noise at some places."""
    mangling = bytearray(data)
    for place in places:
        start = place % max(1, len(mangling))
        mangling[start : start + len(noise)] = noise
    return bytes(mangling)


@every_format
@hypothesis_settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    places=st.lists(st.integers(0, 2**20), min_size=1, max_size=6),
    noise=st.binary(min_size=1, max_size=40),
    cut=st.integers(0, 2**20),
)
async def test_whatever_is_damaged_gives_torrents_or_reasons_and_never_a_crash(
    sample: Sample, places: list[int], noise: bytes, cut: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dump, _ = sample(folder, 30)
        files = [dump] if dump.is_file() else sorted(dump.rglob("*.torrent"))
        for path in files:
            data = mangled(path.read_bytes(), places, noise)
            path.write_bytes(data[: len(data) - cut] if 0 < cut < len(data) // 2 else data)
        try:
            replay = await replayed(dump, folder / "home")
        except DumpUnreadable:
            return
    for torrent in replay.torrents:
        assert Torrent.model_validate_json(torrent.to_json()) == torrent
    published = len(replay.torrents) + len(replay.rejected) + replay.summary.banned.total()
    assert published == replay.summary.read


@pytest.mark.parametrize(
    "form", [form for form in FORMATS if "database" not in form.kinds], ids=lambda form: form.name
)
@hypothesis_settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
async def test_arbitrary_bytes_named_as_any_format_are_refused_or_counted(
    form: str, content: bytes
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "dump"
        path.write_bytes(content)
        try:
            replay = await replayed(path, folder / "home", format=form)
        except DumpUnreadable:
            return
    assert len(replay.torrents) + len(replay.rejected) == replay.summary.read
