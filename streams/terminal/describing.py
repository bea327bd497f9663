"""All that is known of one torrent as text for a terminal, hostile text kept in its place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from infra.postgres.search import Detail, File, Row, StageResult
from models.oneshot.safe import safe
from streams.terminal.row_shape import is_dated
from streams.terminal.sources.source import has_infohash
from streams.terminal.text import count, isolated, percent, shown, size

MOST_FILES = 400
"""Lines of the file tree; the largest torrents have thousands of files."""
MOST_RESULTS = 30
_LABEL = 13
_MARKS = ("green", "yellow", "magenta", "cyan", "blue", "red")
"""Colours of the evidence of one field after the other; all of it is underlined as well."""


def describe(detail: Detail) -> Text:
    """The detail of a torrent, in lines."""
    text = Text()
    for line in _lines(detail):
        text.append_text(line)
        text.append("\n")
    return text


def _lines(detail: Detail) -> Iterator[Text]:
    row = detail.row
    marks = _marks(detail)
    yield _marked(row.name, marks)
    yield Text()
    yield from _class(detail)
    yield from _work(detail, marks)
    yield from _link(detail)
    yield from _swarm(row)
    yield from _origin(detail)
    yield from _corrections(detail)
    yield Text()
    yield from _files(detail)
    yield Text()
    yield from _history(detail.history)


def _field(label: str, value: str, style: str = "") -> Text:
    line = Text(f"{label[:_LABEL]:<{_LABEL}} ", style="bold")
    line.append_text(shown(value, style=style))
    return line


def _class(detail: Detail) -> Iterator[Text]:
    row = detail.row
    adult = ", adult" if row.nsfw else ""
    yield _field("class", f"{row.medium} / {row.subcategory}{adult}{_corrected(row, 'medium')}")
    if row.own_class and row.own_confidence is not None:
        yield _field("own class", f"{row.own_class}, {percent(row.own_confidence)}")
    told = f"{percent(row.confidence)}, by {row.classified_by}"
    result = detail.results.get("classify")
    if row.rule:
        told += f", rule {row.rule}"
    if result is not None:
        told += f", {_model(result)}"
    yield _field("sure", told)
    why = result.result.get("why") if result else None
    if isinstance(why, list) and why:
        yield _field("why", ", ".join(map(str, why)))


def _model(result: StageResult) -> str:
    revision = f" revision {result.revision}" if result.revision else ""
    return f"{result.model}{revision}"


def _work(detail: Detail, marks: Mapping[str, "_Mark"]) -> Iterator[Text]:
    """The fields, each with the colour of its evidence, and who says so."""
    row = detail.row
    evidence = _evidence(detail)
    told = {**row.metadata, **{f: v for f, v in row.technical.items() if f not in row.metadata}}
    told.pop("subcategory", None)
    uniform = {"title": row.title, "creator": row.creator, "year": row.year}
    own = set(map(str, told.values()))
    shown_fields = {
        name: value
        for name, value in uniform.items()
        if value is not None
        and name not in told
        and (str(value) not in own or name in row.corrected)
    }
    for name, value in {**shown_fields, **told}.items():
        if value in (None, False, "", [], {}):
            continue
        place = evidence.get(name)
        mark = marks.get(name)
        line = _field(name.replace("_", " "), _value(value), mark.style if mark else "")
        if isinstance(place, Mapping):
            line.append_text(shown(f"  {_said_by(place)}", style="dim"))
        line.append_text(shown(_corrected(row, name), style="bold"))
        yield line


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values() if part is not None)
    if isinstance(value, list | tuple):
        parts = [_value(part) for part in value[:12]]
        more = f" and {len(value) - 12} more" if len(value) > 12 else ""
        return f"{'; '.join(parts)}{more}"
    return "yes" if value is True else str(value)


def _said_by(place: Mapping[str, Any]) -> str:
    sure = place.get("confidence")
    told = f"{place.get('source', '')}"
    if isinstance(sure, int | float):
        told += f" {percent(float(sure))}"
    return f"{told} in {place['path']}" if place.get("path") else told


def _corrected(row: Row, field: str) -> str:
    who = row.corrected.get(field)
    return f"  corrected by {who}" if who is not None else ""


def _evidence(detail: Detail) -> Mapping[str, Any]:
    result = detail.results.get("extract")
    evidence = result.result.get("evidence") if result else None
    return evidence if isinstance(evidence, Mapping) else {}


class _Mark:
    """Where a field stands in the name, and its colour."""

    __slots__ = ("end", "start", "style")

    def __init__(self, start: int, end: int, style: str) -> None:
        self.start = start
        self.end = end
        self.style = style


def _marks(detail: Detail) -> dict[str, _Mark]:
    marks: dict[str, _Mark] = {}
    for name, place in _evidence(detail).items():
        span = place.get("span") if isinstance(place, Mapping) else None
        if not (isinstance(span, list | tuple) and len(span) == 2):
            continue
        start, end = span
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
            marks[name] = _Mark(start, end, f"{_MARKS[len(marks) % len(_MARKS)]} underline")
    return marks


def _marked(name: str, marks: Mapping[str, _Mark]) -> Text:
    """The name with the evidence of each field underlined in its colour."""
    styles = ["bold"] * len(name)
    for mark in marks.values():
        for at in range(mark.start, min(mark.end, len(name))):
            styles[at] = f"bold {mark.style}"
    inner = Text()
    begin = 0
    for at in range(1, len(name) + 1):
        if at == len(name) or styles[at] != styles[begin]:
            inner.append(safe(name[begin:at]), style=styles[begin])
            begin = at
    if isolated(inner.plain) == inner.plain:
        return inner
    return Text.assemble("\u2068", inner, "\u2069")


def _link(detail: Detail) -> Iterator[Text]:
    row = detail.row
    if row.link is None:
        return
    who = " - ".join(part for part in (row.linked_artist, row.linked_title) if part)
    score = "" if row.score is None else f" {percent(row.score)}"
    yield _field("MusicBrainz", f"{row.link}{score}  {who}{_corrected(row, 'link')}")
    if row.release_group_mbid is not None:
        yield _field("", f"release-group/{row.release_group_mbid}")
    elif row.artist_mbid is not None:
        yield _field("", f"artist/{row.artist_mbid}")
    result = detail.results.get("match")
    if result is None:
        return
    why = result.result.get("why")
    if isinstance(why, list) and why:
        yield _field("", ", ".join(map(str, why)))
    candidates = result.result.get("candidates")
    for candidate in candidates[:5] if isinstance(candidates, list) else ():
        if isinstance(candidate, Mapping):
            names = " - ".join(
                str(candidate[name]) for name in ("artist", "title") if candidate.get(name)
            )
            yield _field("candidate", f"{names} {candidate.get('score', '')}", "dim")


def _swarm(row: Row) -> Iterator[Text]:
    if row.seeders is not None or row.leechers is not None:
        seen = f", counted {row.swarm_seen_at:%Y-%m-%d}" if row.swarm_seen_at else ""
        yield _field("swarm", f"{count(row.seeders)} seeders, {count(row.leechers)} leechers{seen}")
    files = "" if row.num_files is None else f", {row.num_files:,} files"
    if row.size is not None:
        yield _field("size", f"{size(row.size)} ({row.size:,} bytes){files}")
    if is_dated(row):
        yield _field("seen", row.observed_at.strftime("%Y-%m-%d %H:%M UTC"))


def _origin(detail: Detail) -> Iterator[Text]:
    row = detail.row
    if has_infohash(row.infohash):
        yield _field("infohash", row.infohash)
    origin = " ".join(part for part in (detail.source, detail.origin, detail.dataset) if part)
    if origin:
        yield _field("from", origin)
    if detail.flags:
        yield _field("repaired", ", ".join(detail.flags))
    if row.hints:
        yield _field("hints", ", ".join(f"{name} {value}" for name, value in row.hints.items()))


def _corrections(detail: Detail) -> Iterator[Text]:
    for correction in detail.corrections[:MOST_RESULTS]:
        parts = (correction.get(name) for name in ("field", "verdict", "value", "reporter"))
        yield _field("correction", " ".join(str(part) for part in parts if part is not None))


def _files(detail: Detail) -> Iterator[Text]:
    if detail.files is None:
        yield Text("files are unknown", style="dim")
        return
    yield Text(f"{len(detail.files):,} files", style="bold")
    for number, line in enumerate(tree(detail.files)):
        if number == MOST_FILES:
            yield Text(f"and more: {MOST_FILES} lines are shown", style="dim")
            return
        yield line


def tree(files: Sequence[File]) -> Iterator[Text]:
    """Paths as a tree: a folder once, what is in it below and further in."""
    before: list[str] = []
    for file in sorted(files, key=lambda file: file.path):
        *folders, name = file.path.split("/")
        same = 0
        while same < min(len(before), len(folders)) and before[same] == folders[same]:
            same += 1
        for depth in range(same, len(folders)):
            yield Text("  " * depth + "  ").append_text(shown(f"{folders[depth]}/", style="bold"))
        before = folders
        line = Text("  " * len(folders) + "  ").append_text(shown(name))
        yield line.append(f"  {size(file.size)}", style="dim")


def _history(history: Sequence[StageResult]) -> Iterator[Text]:
    if not history:
        return
    yield Text("history", style="bold")
    for result in history[:MOST_RESULTS]:
        mark = "*" if result.is_current else " "
        told = (
            f"{mark} {result.observed_at:%Y-%m-%d} {result.stage} {result.method} {_model(result)}"
        )
        yield shown(f"  {told}  {_gist(result)}", style="" if result.is_current else "dim")
    if len(history) > MOST_RESULTS:
        yield Text(f"  and {len(history) - MOST_RESULTS} more", style="dim")


def _gist(result: StageResult) -> str:
    """What a result says, in a few words."""
    said = result.result
    if result.stage == "classify":
        return f"{said.get('medium', '')}/{said.get('subcategory', '')} {said.get('rule') or ''}"
    if result.stage == "match":
        return f"{said.get('status', '')} {said.get('artist') or ''} {said.get('title') or ''}"
    metadata = said.get("metadata")
    values = metadata.values() if isinstance(metadata, Mapping) else ()
    return ", ".join(str(value) for value in values if isinstance(value, str | int))[:80]
