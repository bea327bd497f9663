"""The library: what a torrent is, by its name and its files.

>>> from mimmo import Mimmo, from_text
>>> mimmo = Mimmo()
>>> answer = mimmo.answer("Pink Floyd - The Dark Side of the Moon (1973) [FLAC]")
>>> answer.medium.value, answer.subcategory.value
('audio', 'album')
>>> answer.metadata.artist, answer.metadata.album_name, answer.metadata.year
('Pink Floyd', 'The Dark Side of the Moon', 1973)

Text is a name; a `pathlib.Path` is read: a torrent, a folder, an archive or any other file. What
`from_text`, `read_path` and their like return can be asked about, and so can anything with `name`,
`size` and `files`.

>>> mimmo.classify(from_text("Big.Buck.Bunny.2008.1080p.BluRay.x264")).subcategory.value
'movie'
>>> [answer.medium.value for answer in mimmo.answer_all(["Low Tide [FLAC]", "Low Tide.epub"])]
['audio', 'book']

There is no global state: what is loaded belongs to the `Mimmo` that loaded it. It may be used from
several threads, which take turns.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.classify.cascade import Classifier
    from models.content.content import Content, SourceKind, Unreadable, from_text
    from models.content.listing import from_listing
    from models.content.magnet import magnet
    from models.content.path import read_path
    from models.content.subject import Subject
    from models.content.torrent import read_torrent
    from models.extract.extractor import Extractor
    from models.extract.subject import Extracted, ExtractSubject
    from models.match.compare import Comparison
    from models.match.errors import IndexMissing, MatchError
    from models.oneshot.answer import Answer
    from models.oneshot.match_names import match_names
    from models.oneshot.mimmo import Llm, LlmChoice, Mimmo
    from models.oneshot.shapes import brief, full
    from models.oneshot.subcategory import detect_subcategory
    from models.registry import WeightsError
    from models.runtime import MissingRuntime
    from schemas.classification import Verdict
    from schemas.extraction import Evidence
    from schemas.media import Medium, Subcategory
    from schemas.metadata import Metadata, Technical
    from schemas.torrent import TorrentFile

_PLACES = {
    "Answer": "models.oneshot.answer",
    "Classifier": "models.classify.cascade",
    "Comparison": "models.match.compare",
    "Content": "models.content.content",
    "Evidence": "schemas.extraction",
    "ExtractSubject": "models.extract.subject",
    "Extracted": "models.extract.subject",
    "Extractor": "models.extract.extractor",
    "IndexMissing": "models.match.errors",
    "Llm": "models.oneshot.mimmo",
    "LlmChoice": "models.oneshot.mimmo",
    "MatchError": "models.match.errors",
    "Medium": "schemas.media",
    "Metadata": "schemas.metadata",
    "Mimmo": "models.oneshot.mimmo",
    "MissingRuntime": "models.runtime",
    "SourceKind": "models.content.content",
    "Subcategory": "schemas.media",
    "Subject": "models.content.subject",
    "Technical": "schemas.metadata",
    "TorrentFile": "schemas.torrent",
    "Unreadable": "models.content.content",
    "Verdict": "schemas.classification",
    "WeightsError": "models.registry",
    "brief": "models.oneshot.shapes",
    "detect_subcategory": "models.oneshot.subcategory",
    "from_listing": "models.content.listing",
    "from_text": "models.content.content",
    "full": "models.oneshot.shapes",
    "magnet": "models.content.magnet",
    "match_names": "models.oneshot.match_names",
    "read_path": "models.content.path",
    "read_torrent": "models.content.torrent",
}
"""Name -> the module that has it, imported when the name is first asked for."""

__all__ = [
    "Answer",
    "Classifier",
    "Comparison",
    "Content",
    "Evidence",
    "ExtractSubject",
    "Extracted",
    "Extractor",
    "IndexMissing",
    "Llm",
    "LlmChoice",
    "MatchError",
    "Medium",
    "Metadata",
    "Mimmo",
    "MissingRuntime",
    "SourceKind",
    "Subcategory",
    "Subject",
    "Technical",
    "TorrentFile",
    "Unreadable",
    "Verdict",
    "WeightsError",
    "brief",
    "detect_subcategory",
    "from_listing",
    "from_text",
    "full",
    "magnet",
    "match_names",
    "read_path",
    "read_torrent",
]


def __getattr__(name: str) -> Any:
    """A name of the library, imported now."""
    if name not in _PLACES:
        raise AttributeError(f"module 'mimmo' has no attribute {name!r}")
    value = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The names of the library."""
    return sorted(__all__)
