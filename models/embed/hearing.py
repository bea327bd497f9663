"""From sounds and texts to a store: which network hears, and what becomes of each clip."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embed.audio import AudioError, read
from models.embed.clips import Clip, clips_in
from models.embed.embedders.embedder import Embedder, EmbedderMissing, embed
from models.embed.embedders.musicnn import OUTPUTS
from models.embed.store import About, BadStore, Entry, Store, fill
from models.fetch import OnEvent

OnLeftOut = Callable[[str, str], None]
"""Is told the id of a clip that cannot be heard, and why."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Where the weights of audio networks are."""

    folder: Path
    """musicnn's are in it, or are fetched to it."""
    network: Path | None = None
    """Folder or file of the weights of the others."""
    threads: int = 1
    """That musicnn may use."""
    runs_code: bool = False
    """Whether MERT's own Python files may be run."""


def loaded(name: str, weights: Weights, on_event: OnEvent = lambda text: None) -> Embedder:
    """The network of a target.

    Args:
        name: of the target.
        weights: where they are.
        on_event: is told what is fetched.

    Raises:
        EmbedderMissing: weights or package are not here.
        WeightsError: musicnn's cannot be fetched.
        ImportError: the extra `train` or `onnx` is not installed.
    """
    if name in OUTPUTS:
        from models.embed.embedders.musicnn import Musicnn, fetched

        fetched(weights.folder, on_event)
        return Musicnn(weights.folder, name, weights.threads)
    if weights.network is None:
        raise EmbedderMissing(f"{name} has weights of its own: say where they are by --network")
    if name == "muq":
        from models.embed.embedders.muq import Muq

        return Muq.load(weights.network)
    if name == "mert":
        from models.embed.embedders.mert import Mert

        return Mert.load(weights.network, runs_code=weights.runs_code)
    from models.embed.embedders.music2latent import Music2Latent

    return Music2Latent.load(weights.network)


@dataclass(frozen=True, slots=True)
class Ear:
    """A network that hears clips into stores."""

    embedder: Embedder
    on_left_out: OnLeftOut
    """Is told of clips that cannot be heard."""
    is_half: bool = False
    """Whether vectors are kept in 16 bits."""

    def hear(
        self,
        clips: Sequence[Clip],
        folder: Path,
        known: Mapping[str, NDArray[np.float32]] | None = None,
    ) -> Iterator[int]:
        """Fill a store with clips, or go on with it.

        Args:
            clips: in the same order each time.
            folder: of the store.
            known: vectors of ids, which are not heard again.

        Yields:
            Clips that are done with, after each.

        Raises:
            BadStore: the folder holds another store, or other clips.
        """
        by_id = {clip.id: clip for clip in clips}
        vectors = known or {}

        def vector_of(entry: Entry) -> NDArray[np.float32] | None:
            if entry.id in vectors:
                return vectors[entry.id]
            try:
                return self.heard(by_id[entry.id])
            except (AudioError, OSError) as error:
                self.on_left_out(entry.id, str(error))
                return None

        yield from fill(folder, self._about(len(clips)), (c.entry for c in clips), vector_of)

    def heard(self, clip: Clip) -> NDArray[np.float32]:
        """The enriched vector of a clip.

        Raises:
            AudioError: its file holds no sound there.
            OSError: there is no such file.
        """
        return embed(self.embedder, read(clip.audio, clip.seconds, clip.start))

    def renew(self, folder: Path, store: Path) -> Iterator[tuple[int, int]]:
        """Bring the store of a folder of sounds to what is in it; what is known is not heard again.

        Args:
            folder: of the sounds.
            store: made if need be.

        Yields:
            Sounds that are done with, and sounds in all.

        Raises:
            BadClips: there is no sound.
        """
        clips = clips_in(folder)
        beside = store.with_name(f"{store.name}.new")
        known = self._known(store) | self._known(beside)
        if [clip.id for clip in clips] == list(known) and not beside.exists():
            return
        shutil.rmtree(beside, ignore_errors=True)
        for count in self.hear(clips, beside, known):
            yield count, len(clips)
        shutil.rmtree(store, ignore_errors=True)
        beside.rename(store)

    def _known(self, folder: Path) -> dict[str, NDArray[np.float32]]:
        """Vectors of a store, if the same network made it."""
        try:
            store = Store(folder)
        except BadStore:
            return {}
        if store.about != self._about(store.about.rows):
            return {}
        rows = store.rows(range(len(store)))
        return {entry.id: row for entry, row in zip(store.entries, rows, strict=True)}

    def _about(self, rows: int) -> About:
        hears = self.embedder.target
        return About(
            target=hears.name,
            dimensions=hears.dimensions,
            rows=rows,
            embedder=self.embedder.version,
            is_stub=self.embedder.is_stub,
            floats="float16" if self.is_half else "float32",
        )
