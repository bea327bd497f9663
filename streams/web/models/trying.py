"""Dry runs of a model that was imported: on sample names, and on stored torrents."""

import asyncio
import json
import signal
import sys
import tomllib
from pathlib import Path
from typing import Any

import asyncpg

from models import registry
from models.extract.llm import llama
from models.registry import Manifest, is_audio
from streams.pipeline.unbanned import Unbanned
from streams.web.models.imports import Import, ImportRefused, Kind, Tried, manifest_of
from streams.web.models.intake import opened

SECONDS = 60.0
"""A dry run that takes longer is ended."""
STORED = 50
"""Stored torrents that a model is compared on."""
_EXAMPLES = 20

SAMPLES = (
    ("Paper Lighthouse - Low Tide (2006) [FLAC]", "album"),
    ("Big.Buck.Bunny.2008.1080p.BluRay.x264-GRP", "movie"),
    ("The.Saltmarsh.Files.S02E01.720p.WEB.h264-INV", "episode"),
    ("Jane Austen - Emma (1815) [epub]", "ebook"),
    ("OpenArena 0.8.8", "game"),
)
"""Names that everybody may read: invented ones and works that are free."""

_STORED = """
SELECT encode(t.infohash, 'hex') AS infohash, t.name, t.size, t.file_paths, t.file_sizes,
    c.subcategory, a.said, said_fields(a.stage) AS fields
FROM current_answers a
JOIN torrents t USING (infohash)
JOIN classifications c USING (infohash)
WHERE a.stage = $1::text::stage AND NOT c.nsfw
ORDER BY t.infohash
LIMIT $2
"""

_one_at_a_time = asyncio.Lock()


def stage_of(told: Import) -> str:
    """The stage whose results the model would make."""
    return _manifest(told).stage


async def dry_run(
    told: Import, connection: asyncpg.Connection, names: list[str], unbanned: Unbanned
) -> Tried:
    """Let the model answer, and compare what it says of stored torrents with what is shown.

    Whatever becomes of the model's process, this one lives on and says what happened.

    Args:
        told: an import all of whose files came.
        connection: that can read.
        names: more names to try, of albums.
        unbanned: says which stored torrents may be shown.
    """
    manifest = _manifest(told)
    if is_audio(manifest):
        return await _heard(told, manifest)
    records = await connection.fetch(_STORED, manifest.stage, STORED)
    rows = [row for row in records if not unbanned.bans_name(row["name"], row["infohash"])]
    subjects: list[dict[str, Any]] = [
        {"name": name, "size": None, "files": None, "subcategory": subcategory}
        for name, subcategory in (*SAMPLES, *((name, "album") for name in names))
    ]
    subjects += [_subject(row) for row in rows]
    asked = {
        "manifest": manifest.model_dump(mode="json"),
        "folder": str(Path(next(iter(told.received.values())).path).parent),
        "files": _paths(told),
        "subjects": subjects,
    }
    try:
        answers = await _answered(json.dumps(asked).encode())
    except ImportRefused as error:
        return Tried(ok=False, message=str(error))
    shown = len(subjects) - len(rows)
    tried = [
        {"name": subject["name"], "said": _said(answer)}
        for subject, answer in zip(subjects[:shown], answers, strict=False)
    ]
    return _compared(rows, answers[shown:], tried)


async def _heard(told: Import, manifest: Manifest) -> Tried:
    """How a network that hears answers about sounds: torrents have none to compare it on."""
    asked = {
        "manifest": manifest.model_dump(mode="json"),
        "files": _paths(told),
        "subjects": [],
    }
    try:
        answers = await _answered(json.dumps(asked).encode())
    except ImportRefused as error:
        return Tried(ok=False, message=str(error))
    rows = [{"name": answer["sound"], "said": _said(answer["labels"])} for answer in answers]
    return Tried(ok=True, message="The model answered.", rows=rows)


def _compared(
    rows: list[asyncpg.Record], answers: list[dict[str, Any]], tried: list[dict[str, Any]]
) -> Tried:
    changes, by_field = [], dict[str, int]()
    for row, answer in zip(rows, answers, strict=True):
        for field, now in zip(row["fields"], row["said"], strict=True):
            wanted = answer.get(field)
            if wanted is not None and str(wanted).lower() != (now or "").lower():
                by_field[field] = by_field.get(field, 0) + 1
                told = {"field": field, "now": now or "nothing", "wanted": str(wanted)}
                changes.append({"name": row["name"], **told})
    return Tried(
        ok=True,
        message="The model answered.",
        rows=tried,
        compared=len(rows),
        by_field=by_field,
        changes=changes[:_EXAMPLES],
    )


async def _answered(question: bytes) -> list[dict[str, Any]]:
    """Ask the process of its own.

    Raises:
        ImportRefused: it failed, took too long or was killed.
    """
    async with _one_at_a_time:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "streams.web.models.trial",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, complaint = await asyncio.wait_for(process.communicate(question), SECONDS)
        except TimeoutError:
            raise ImportRefused(
                f"the model gave no answer in {SECONDS:.0f} s, so it was ended; a smaller one may"
            ) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode:
        raise ImportRefused(_failure(process.returncode, complaint))
    told: list[dict[str, Any]] = json.loads(out)
    return told


def _failure(code: int, complaint: bytes) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"the model's process was killed by {name}; this one lives. Is memory short?"
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return f"the model cannot be used: {(lines or ['it said nothing'])[-1][:300]}"


def licence_of(told: Import) -> str | None:
    """The licence that a GGUF file names. Returns None if it names none.

    Raises:
        ImportRefused: llama.cpp cannot load it.
    """
    try:
        said = json.loads(llama.run_apart("describe", told.received["base"].path))
    except registry.WeightsError as error:
        raise ImportRefused(str(error)) from error
    licence: str | None = said["licence"]
    return licence


def _manifest(told: Import) -> Manifest:
    """The manifest, with the files where they came to."""
    if told.kind is Kind.GGUF:
        return Manifest(
            name=told.name,
            version="0",
            revision=1,
            stage="extract",
            runtime="gguf",
            licence=told.licence,
            summary="",
        )
    if told.kind is Kind.MANIFEST:
        return registry.load(told.name)
    manifest = manifest_of(told)
    files = {
        role: file.model_copy(update={"path": f"{role}{Path(file.path).suffix}"})
        for role, file in manifest.files.items()
    }
    return manifest.model_copy(update={"files": files})


def read_manifest(path: Path) -> Manifest:
    """The manifest in a folder.

    Raises:
        ImportRefused: there is none, or it is not well formed.
    """
    try:
        with opened(path) as stream:
            return Manifest.model_validate(tomllib.loads(stream.read(1 << 20).decode()))
    except ValueError as error:
        lines = str(error).splitlines()
        raise ImportRefused(f"{path.name} is no manifest: {' '.join(lines[:3])[:300]}") from error


def _paths(told: Import) -> dict[str, str]:
    """Where the files are, by role; those that ship are where they ship."""
    paths = {role: file.path for role, file in told.received.items()}
    if told.kind is Kind.MANIFEST:
        manifest = registry.load(told.name)
        shipped = (role for role, file in manifest.files.items() if file.shipped)
        paths |= {role: str(registry.location(manifest, role)) for role in shipped}
    return paths


def _subject(row: asyncpg.Record) -> dict[str, Any]:
    files = None
    if row["file_paths"] is not None:
        files = list(zip(row["file_paths"], row["file_sizes"], strict=True))
    return {
        "name": row["name"],
        "size": row["size"],
        "files": files,
        "subcategory": row["subcategory"],
    }


def _said(answer: dict[str, Any]) -> str:
    """An answer in a line."""
    parts = [f"{field}: {value}" for field, value in answer.items() if field != "answer"]
    return "; ".join(parts) or str(answer.get("answer", "nothing"))[:300]
