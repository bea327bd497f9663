"""The index of the sample catalogue."""

from pathlib import Path

import pytest

from models.match.dump import Dump
from models.match.entities import Kind
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.catalogue import Sources, import_index

SAMPLE = Path(make.__file__).parent


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    artists, groups, releases = (Dump(SAMPLE / f"{kind}.tar.xz", kind) for kind in Kind)
    import_index(folder, Sources(artists, groups, releases, SAMPLE / "mbdump.tar.bz2"))
    return folder
