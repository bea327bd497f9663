"""A `.torrent` file as a subject."""

from models.content.content import Content, SourceKind, Unreadable
from models.content.metainfo.torrent_file import LARGEST, NoTorrent, looks_bencoded, read
from schemas import MAX_FILES
from schemas.torrent import kept_files, kept_name

_MOST_VALUES = 1_000_000
"""Of 100,000 files there are 800,000. A person waits a second for so many."""

_REASONS = {
    "not_bencoded": "the torrent is damaged or torn",
    "not_a_torrent": "this is no torrent: it is no bencoded dictionary",
    "resume_data": "these are resume data of a client; the torrent itself is the .torrent file",
    "no_info": "this is no torrent: it has no info dictionary",
    "no_dictionary": "the torrent is damaged: its info is no dictionary",
    "no_name": "the torrent has no name",
    "no_files": "the torrent has no files",
    "bad_files": "the torrent is damaged: its list of files is none",
    "bad_path": "the torrent is damaged: a file has no path",
    "bad_length": "the torrent is damaged: a file has an impossible size",
    "too_deep": "the folders of the torrent are too deep",
}


def read_torrent(data: bytes) -> Content:
    """Read the bytes of a `.torrent` file: versions 1, 2 and hybrids.

    Padding files count neither as files nor in the size. Names that are no UTF-8 are read in the
    encoding that the torrent declares, or in the likeliest.

    Raises:
        Unreadable: it is no torrent, or longer than any is.
        TypeError: these are no bytes.
    """
    if not isinstance(data, bytes):
        raise TypeError(f"the bytes of a torrent are expected, not {type(data).__name__}")
    if not looks_bencoded(data):
        raise Unreadable(_REASONS["not_a_torrent"])
    if len(data) > LARGEST:
        raise Unreadable(
            f"the torrent is longer than {LARGEST // 2**20} MiB: one of 100,000 files has 10"
        )
    try:
        torrent = read(data, _MOST_VALUES)
    except NoTorrent as error:
        raise Unreadable(_REASONS[error.reason]) from error
    listed = torrent.listing
    name = kept_name(listed.name, [])
    if not name:
        raise Unreadable(_REASONS["no_name"])
    is_cut = listed.num_files > len(listed.files)
    note = f"the {MAX_FILES:,} largest of {listed.num_files:,} files are kept"
    return Content(
        name=name,
        size=listed.size,
        files=kept_files(list(listed.files), []),
        source=SourceKind.TORRENT,
        infohash=torrent.infohash[:40],
        infohash_v2=torrent.infohash_v2,
        notes=(note,) if is_cut else (),
    )
