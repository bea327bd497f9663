"""The artist whom tracks and folders name, where the torrent's name does not."""

from dataclasses import replace

from models.extract.evidence.fitting import fitting_metadata
from models.extract.evidence.guard import evidence, find
from models.extract.evidence.trust import Trust
from models.extract.names.nameless import says_nothing
from models.extract.rules.file_folders import (
    ARTIST,
    OUTER,
    artist_of_tracks,
    folder_of_albums,
)
from models.extract.subject import Extracted, ExtractSubject, least_confidence
from schemas import Evidence, Subcategory, title_and_creator_fields
from schemas.metadata import AlbumMetadata, CollectionMetadata


def with_artist_of_files(subject: ExtractSubject, answer: Extracted, trust: Trust) -> Extracted:
    """The answer with the artist whom tracks or folders name, where the torrent's name does not.

    Args:
        subject: any torrent.
        answer: what its name and its folders say.
        trust: how far a path is believed.
    """
    confidence = round(trust.numbered * trust.from_a_file, 3)
    match answer.metadata:
        case AlbumMetadata() if subject.files and not _is_proved(answer):
            told = artist_of_tracks(subject.files)
            if told is None or find(told[0], subject.name) is not None:
                return answer
            proof = Evidence(source=f"rules:{ARTIST}", confidence=confidence, path=told[1])
            titled = _with_whole_title(subject, answer, trust)
            return _with_artist(titled, told[0], proof)
        case CollectionMetadata() if subject.files:
            folder = folder_of_albums(subject.files, subject.name)
            is_in_name = folder is not None and find(folder, subject.name) is not None
            if folder is None or not (is_in_name or says_nothing(subject.name)):
                return answer
            place = evidence(
                folder,
                subject.name,
                subject.files,
                source=f"rules:{OUTER}",
                confidence=confidence,
            )
            return answer if place is None else _with_artist(answer, folder, place)
        case _:
            return answer


def _with_whole_title(subject: ExtractSubject, answer: Extracted, trust: Trust) -> Extracted:
    """The answer of a name that is all title: artist and title of it are one text."""
    proofs = dict(answer.evidence)
    spans = [
        proof.span
        for field in ("album_name", "artist")
        if (proof := proofs.get(field)) is not None and proof.span is not None
    ]
    if not spans or "artist" not in proofs or says_nothing(subject.name):
        return answer
    start, end = min(start for start, _ in spans), max(end for _, end in spans)
    proofs["album_name"] = Evidence(
        source=f"rules:{ARTIST}", confidence=trust.unmeasured, span=(start, end)
    )
    title = subject.name[start:end].strip()
    metadata = answer.metadata.model_copy(update={"album_name": title})
    return replace(answer, metadata=metadata, evidence=proofs)


def _with_artist(answer: Extracted, artist: str, proof: Evidence) -> Extracted:
    """The answer with an artist instead of the one that it may have."""
    kind = Subcategory(answer.metadata.subcategory)
    field = title_and_creator_fields(kind)[1]
    assert field is not None
    value = (artist,) if kind is Subcategory.COLLECTION else artist
    fields = answer.metadata.model_dump() | {field: value}
    metadata, proofs = fitting_metadata(kind, fields, {**answer.evidence, field: proof})
    return replace(
        answer,
        metadata=metadata,
        evidence=proofs,
        confidence=least_confidence(kind, proofs),
    )


def _is_proved(answer: Extracted) -> bool:
    """Whether a rule read artist and title: what the tagger sees in a title may be part of it."""
    title_field, creator_field = title_and_creator_fields(Subcategory(answer.metadata.subcategory))
    proofs = [answer.evidence.get(str(field)) for field in (title_field, creator_field)]
    return all(proof is not None and proof.source.startswith("rules:") for proof in proofs)
