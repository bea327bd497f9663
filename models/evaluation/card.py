"""The model card: what the manifest says and what an evaluation measured, as Markdown."""

from collections.abc import Sequence

from models.evaluation.table import Table, markdown
from models.registry import Manifest, ManifestFile

CLASSIFIER = (
    "Names of torrents, with or without their largest files, as they come from a DHT or an index. "
    "It answers a medium, a subcategory and whether the work is adult, each with a calibrated "
    "confidence. It reads Latin, Cyrillic and CJK names; of other scripts it has seen little. It "
    "is no filter for illegal content: that is the ban list's work."
)
TAGGER = (
    "Names of torrents whose class is roughly known. It says which words are the creator, the "
    "title, the album that a track is on, an episode's title and the year, each with a calibrated "
    "confidence; rules read numbers and technical words beside it, and what both say is settled "
    "by how often each was right. It copies, it never invents: a field is a place in the name. "
    "It has learnt Latin, Cyrillic and CJK names; adult scene names have no settled title, and it "
    "is poor at them."
)
LLM = (
    "Names on which rules and tagger are in doubt. It is asked one question a name and answers "
    "creator, title and year between pipes; nothing of its answer is believed that is not in the "
    "name. It does not pay (see the figures): asking is off by default; where it is on, it may "
    "only replace a field that hardly anybody believed, and confirm."
)


def card(
    manifest: Manifest, purpose: str, stage: str, measured: Sequence[tuple[str, Sequence[Table]]]
) -> str:
    """The text of a model card.

    Args:
        manifest: the model.
        purpose: what it is for and what it is not for.
        stage: the stage that the evaluation command takes.
        measured: (name of the cases, what was measured on them).
    """
    lines = [
        f"# {manifest.label}",
        "",
        manifest.summary,
        "",
        f"Licence {manifest.licence}, revision {manifest.revision}. "
        f"Written by `python -m models evaluate {stage} CASES --card FILE`.",
        "",
        "## Files",
        "",
        "| file | bytes | sha256 |",
        "| --- | --- | --- |",
        *(_row(file) for file in manifest.files.values()),
        "",
        "## Made by",
        "",
        f"```\n{manifest.command}\n```",
        "",
        "| data | rows | sha256 |",
        "| --- | --- | --- |",
        *(f"| {data.name} | {data.rows:,} | {data.sha256[:16]}… |" for data in manifest.data),
        "",
        "## What it is for",
        "",
        purpose,
        "",
    ]
    for name, tables in measured:
        lines += [f"## Measured on {name}", "", markdown(tables)]
    return "\n".join(lines).rstrip() + "\n"


def _row(file: ManifestFile) -> str:
    size = "" if file.size is None else str(file.size)
    return f"| {file.path} | {size} | {file.sha256 or f'made here from {file.made_from}'} |"
