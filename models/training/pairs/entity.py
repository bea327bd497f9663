"""What pairs need of an artist or a release group: its names, and on which side of the splits."""

import hashlib
from dataclasses import dataclass

from models.match.entities import Artist, Entity, Kind, ReleaseGroup
from models.match.keys import titles
from models.match.normalise import compact

KINDS = {"artist": Kind.ARTIST, "album": Kind.RELEASE_GROUP}
"""What pairs are of, and the dump that it is read of."""


@dataclass(frozen=True, slots=True)
class Named:
    """An entity by its names."""

    mbid: str
    name: str
    aliases: tuple[str, ...] = ()
    sort_name: str | None = None
    year: int | None = None

    @classmethod
    def of(cls, entity: Entity) -> "Named | None":
        """An artist or a release group; None of anything else."""
        if isinstance(entity, Artist):
            aliases = tuple(alias for alias in entity.aliases if alias != entity.name)
            return cls(entity.mbid, entity.name, aliases, entity.sort_name)
        if isinstance(entity, ReleaseGroup):
            aliases = tuple(alias for alias in entity.aliases if alias != entity.title)
            return cls(entity.mbid, entity.title, aliases, year=entity.first_year)
        return None

    @property
    def forms(self) -> frozenset[str]:
        """Its names without what does not tell: spaces, articles, editions."""
        own = {compact(self.sort_name)} if self.sort_name else set()
        return frozenset(titles(self.name, self.aliases) | own)


@dataclass(frozen=True, slots=True)
class Shares:
    """How large the splits are; the rest is for training."""

    dev: float = 0.1
    test: float = 0.1

    def split_of(self, mbid: str) -> str:
        """`train`, `dev` or `test`, by a hash of the MBID alone: the same in every run."""
        point = hashed("split", mbid) / 2**64
        if point < self.test:
            return "test"
        return "dev" if point < self.test + self.dev else "train"


def hashed(*parts: object) -> int:
    """A number in [0, 2**64) that only these parts decide."""
    text = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
