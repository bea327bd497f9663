"""A torrent with a clean name and clean paths, and an answer about it in the words that came."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.extract.subject import Extracted, ExtractSubject
from models.text.clean_names import CleanName, clean_name
from schemas import Evidence, TorrentFile, clean_text, entities, without_entities


@dataclass(frozen=True, slots=True)
class CleanSubject:
    """A torrent as it is read.

    `paths` has the paths of files as they came, by the clean ones; only those that differ.
    """

    subject: ExtractSubject
    name: CleanName
    paths: Mapping[str, str]

    @classmethod
    def of(cls, subject: ExtractSubject) -> "CleanSubject":
        """The torrent without HTML entities and stars around words."""
        name = clean_name(subject.name)
        changed = _changed_paths(subject)
        if name.text == subject.name and not changed:
            return cls(subject, name, {})
        files = subject.files
        if changed:
            written = {path: clean for clean, path in changed.items()}
            files = tuple(
                TorrentFile(path=written.get(file.path, file.path), size=file.size)
                for file in files or ()
            )
        return cls(replace(subject, name=name.text, files=files), name, changed)

    def as_it_came(self, answer: Extracted) -> Extracted:
        """The answer with evidence that points into the name, and to the paths, as they came."""
        if self.name.places is None and not self.paths:
            return answer
        proofs = {field: self._proof(proof) for field, proof in answer.evidence.items()}
        return replace(answer, evidence=proofs)

    def _proof(self, proof: Evidence) -> Evidence:
        if proof.span is not None:
            return proof.model_copy(update={"span": self.name.span(*proof.span)})
        return proof.model_copy(update={"path": self.paths.get(proof.path or "", proof.path)})


def _changed_paths(subject: ExtractSubject) -> dict[str, str]:
    """Clean path -> path as it came, of those that have entities."""
    if not subject.files:
        return {}
    paths = [file.path for file in subject.files]
    written = {clean_text(without_entities(path)): path for path in paths if entities(path)}
    return {clean: path for clean, path in written.items() if clean and clean != path}
