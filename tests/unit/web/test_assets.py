"""What the console brings along: whole, licensed, small, and nothing from elsewhere."""

import gzip
import hashlib
import re
import tomllib

from streams.web import assets
from streams.web.rendering import TEMPLATES

VENDORED = tomllib.loads((assets.FOLDER / "assets.toml").read_text(encoding="utf-8"))
FIRST_VIEW = ("console.css", "console.js", "htmx.min.js", "icons.svg", "icon.svg")


def test_what_others_made_is_as_it_came_and_has_its_licence() -> None:
    for name, entry in VENDORED.items():
        body = (assets.FOLDER / name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == entry["sha256"], name
        assert entry["licence"]
        assert (assets.FOLDER / entry["licence_file"]).read_text(encoding="utf-8")


def test_a_minified_file_is_declared() -> None:
    minified = {path.name for path in assets.FOLDER.iterdir() if ".min." in path.name}
    assert minified <= set(VENDORED)


def test_the_files_of_a_first_view_leave_room_for_the_page() -> None:
    packed = sum(len(assets.catalogue()[name].packed) for name in FIRST_VIEW)
    assert packed < 30_000


def test_no_template_has_a_script_or_a_style_of_its_own_or_loads_from_elsewhere() -> None:
    for path in TEMPLATES.rglob("*"):
        if path.suffix not in {".html", ".atom"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|\|\s*safe\b|javascript:", text), path
        assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text), path


def test_the_address_of_a_file_changes_with_the_file() -> None:
    digest = hashlib.sha256((assets.FOLDER / "console.css").read_bytes()).hexdigest()
    assert assets.url("console.css") == f"/static/console.css?v={digest[:12]}"
    asset = assets.catalogue()["console.css"]
    assert gzip.decompress(asset.packed) == asset.body
