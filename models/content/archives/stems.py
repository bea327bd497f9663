"""The name of an archive without its endings: `Low Tide.tar.gz` is called Low Tide."""

import re

from models.content.archives.works import ENDINGS

_PACKERS = frozenset(["gz", "bz2", "xz", "zst", "lzma"])
"""Endings of what is packed alone: no archive is claimed by them."""

ARCHIVES = ENDINGS | frozenset(["zip", "rar", "7z", "tar", "tgz", "tbz", "tbz2", "txz", "tzst"])
"""Endings that claim an archive that can be read."""

_ENDING = re.compile(
    rf"(?:\.tar)?\.(?:{'|'.join(sorted(ARCHIVES | _PACKERS))})$"
    r"|(?:\.(?:7z|zip|rar))?\.\d{3}$|\.[rz]\d{2}$",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    rf"\.(?:{'|'.join(sorted(ARCHIVES))}|tar\.(?:{'|'.join(sorted(_PACKERS))}))$", re.IGNORECASE
)
_VOLUME = re.compile(r"\.part\d{1,4}$|\.vol\d{1,4}$", re.IGNORECASE)


def claims_archive(name: str) -> bool:
    """Whether a name ends as that of an archive that can be read."""
    return _CLAIM.search(name) is not None


def stem(name: str) -> str:
    """The name without the endings of an archive, and without the number of a volume."""
    bare = _VOLUME.sub("", _ENDING.sub("", name))
    return bare.strip() or name
