"""What a torrent takes, as it was measured: data beside this module, with machine and date.

The benchmark of the capacity writes it (docs/capacity.md); nothing in it was typed by hand.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from streams.operate.process import StartError

SHIPPED = Path(__file__).parent / "measured.json"


@dataclass(frozen=True, slots=True)
class Size:
    """What one run of so many rows took, for each torrent that was drained."""

    rows: int
    torrents: int
    files: float
    """Share of the torrents that list their files."""
    cpu: Mapping[str, float]
    """CPU milliseconds by part."""
    parsett: float
    """CPU milliseconds that parsett took for a name meanwhile."""
    postgres: Mapping[str, float]
    """Bytes by table, with its indexes."""
    kafka: Mapping[str, float]
    """Bytes by topic, compressed as they lie on disk."""
    wal: float
    """Bytes of write-ahead log."""
    memory: Mapping[str, float]
    """Bytes at most by role; not for each torrent."""
    load: float
    """Of the machine at the end: processes that wanted a core, a minute's mean."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a metadata record of the crawl cost on a DHT on loopback."""

    records: int
    seconds: float
    cpu: float
    """Milliseconds a record."""
    traffic: Mapping[str, float]
    """DHT packets and bytes a record, by direction."""


@dataclass(frozen=True, slots=True)
class Measured:
    """All that plans are computed from."""

    machine: str
    cores: int
    date: str
    sizes: tuple[Size, ...]
    crawl: Crawled | None = None

    def without_files(self) -> list[Size]:
        """Runs of names alone, the smallest first."""
        return sorted((size for size in self.sizes if size.files == 0), key=lambda size: size.rows)

    def with_files(self) -> list[Size]:
        """Runs in which every torrent lists its files."""
        return sorted((size for size in self.sizes if size.files == 1), key=lambda size: size.rows)

    def mixed(self) -> list[Size]:
        """Runs of a mix: what the arithmetic is checked against."""
        mixed = (size for size in self.sizes if 0 < size.files < 1)
        return sorted(mixed, key=lambda size: size.rows)

    def to_json(self) -> str:
        """As it lies in a file, the same for the same figures."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def load(path: Path = SHIPPED) -> Measured:
    """Reads what was measured.

    Raises:
        StartError: there is no such file, or it is none of these.
    """
    try:
        raw = json.loads(path.read_text())
        crawl = raw.pop("crawl")
        return Measured(
            **{key: value for key, value in raw.items() if key != "sizes"},
            sizes=tuple(Size(**size) for size in raw["sizes"]),
            crawl=Crawled(**crawl) if crawl else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StartError(
            f"{path}: no measurement of the capacity ({error});"
            " docs/capacity.md says how one is made"
        ) from error
