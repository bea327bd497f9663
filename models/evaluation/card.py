"""The model card: what the manifest says and what an evaluation measured, as Markdown."""

from collections.abc import Sequence

from models.evaluation.classify import Report
from models.evaluation.report import markdown
from models.registry import Manifest


def card(manifest: Manifest, reports: Sequence[tuple[str, Report]]) -> str:
    """The text of a model card.

    Args:
        manifest: the model.
        reports: (name of the cases, what was measured on them).
    """
    out = [
        f"# {manifest.label}", "", manifest.summary, "",
        f"Licence {manifest.licence}, revision {manifest.revision}. "
        "Written by `python -m models evaluate classify CASES --card FILE`.",
        "", "## Files", "", "| file | bytes | sha256 |", "| --- | --- | --- |",
        *(f"| {file.path} | {file.size} | {file.sha256} |" for file in manifest.files.values()),
        "", "## Made by", "", f"```\n{manifest.command}\n```", "", "| data | rows | sha256 |", "| --- | --- | --- |",
        *(f"| {data.name} | {data.rows:,} | {data.sha256[:16]}… |" for data in manifest.data),
        "", "## What it is for", "",
        "Names of torrents, with or without their largest files, as they come from a DHT or an index. It answers a medium, a "
        "subcategory and whether the work is adult, each with a calibrated confidence. It reads Latin, Cyrillic and CJK names; "
        "of other scripts it has seen little. It is no filter for illegal content: that is the ban list's work.", "",
    ]  # fmt: skip
    for name, report in reports:
        out += [f"## Measured on {name}", "", markdown(report)]
    return "\n".join(out).rstrip() + "\n"
