"""What the ban list bans of results: it is neither told nor taken, as it is not stored."""

from schemas import Classification, Extraction, Link, Torrent
from schemas.bundle import Shared
from streams.kafka.dead_letters import Bans, texts_in


def is_banned(bans: Bans, result: Classification | Extraction | Link | Shared) -> bool:
    """Whether a result is about a torrent that is banned, as far as the result says.

    Asked about are the infohash and every text that a model read or found: name and files of a
    classification, fields, links and paths of the others.
    """
    if isinstance(result, Classification):
        return is_banned_torrent(bans, result.torrent)
    if bans.check("", infohash=result.infohash) is not None:
        return True
    told = result.model_dump(mode="json", include={"metadata", "evidence", "match"})
    return any(bans.check(text) is not None for text in dict.fromkeys(texts_in(told)))


def is_banned_torrent(bans: Bans, torrent: Torrent) -> bool:
    """Whether name, infohash or a path of a torrent are banned."""
    paths = [file.path for file in torrent.files or ()]
    return bans.check(torrent.name, infohash=torrent.infohash, paths=paths) is not None
