"""The documents hold together: links, anchors, paths and the table of contents."""

import re
from pathlib import Path

import pytest
import yaml

from models.extract.extractor import Extractor, ExtractSubject
from schemas import Subcategory
from tests.support import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`((?:docs|infra|models|schemas|streams|tests)/[\w./-]+)`")


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub and MkDocs make them."""
    headings = HEADING.findall(FENCE.sub("", text))
    words = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in words}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        assert not link.startswith("http"), f"{link}: the documents need nothing from elsewhere"
        file, _, anchor = link.partition("#")
        target = (document.parent / file).resolve() if file else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_that_is_named_exists(document: Path) -> None:
    for path in PATH.findall(document.read_text(encoding="utf-8")):
        is_example = any(word.isupper() for word in re.split(r"[/.]", path) if word)
        assert is_example or (ROOT / path).exists(), path


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    listed = {page for entry in contents for page in entry.values()}
    assert listed == {path.name for path in (ROOT / "docs").glob("*.md")}


def test_the_row_and_the_event_of_the_readme_are_what_comes_out() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = "The_Velvet_Quarry-Slate-CD-FLAC-1997-INV"
    assert shown in text
    extracted = Extractor.load().extract([ExtractSubject(shown, None, Subcategory.ALBUM, 0.9)])[0]
    assert f'"album_name": "{extracted.metadata.album_name}"' in text  # type: ignore[union-attr]
    assert f'"artist": "{extracted.metadata.artist}", "year": 1997' in text  # type: ignore[union-attr]
    place = extracted.evidence["album_name"]
    assert place.span is not None
    assert f'"span": {list(place.span)}' in text
    assert f'"source": "{place.source}"' in text


def test_no_figure_in_the_changelog_counts_what_can_be_counted() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert not re.search(r"\b\d+ (?:named )?(?:patterns|rules)\b", text)
