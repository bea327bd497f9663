"""The fields of a `.torrent` file."""

from models.content.metainfo.torrent_file import NoTorrent, read
from streams.replay.fields import Fields
from streams.replay.rows import Unfit


def fields_of(data: bytes, written_at: float | None = None) -> Fields:
    """The fields of a `.torrent` file.

    Args:
        data: all of its bytes.
        written_at: Unix seconds when the file was written: when the torrent was seen.

    Raises:
        Unfit: it is none; the reason is one of few.
    """
    try:
        torrent = read(data)
    except NoTorrent as error:
        raise Unfit(error.reason, error.detail) from error
    listed = torrent.listing
    return Fields(
        infohash=torrent.infohash,
        infohash_v2=torrent.infohash_v2,
        meta_version=listed.version,
        name=listed.name,
        size=listed.size,
        files=listed.files,
        num_files=listed.num_files,
        created_at=torrent.created_at,
        observed_at=written_at,
        flags=listed.flags,
    )
