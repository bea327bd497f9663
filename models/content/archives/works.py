"""Archives that are one work: an e-book, a comic, an app. What is in them are parts of it."""

from collections.abc import Collection

COMICS = frozenset({"cbz", "cbr", "cb7", "cbt"})

ENDINGS = COMICS | {"epub", "docx", "odt", "apk", "xapk", "apks", "ipa", "jar", "xpi"}
"""Endings of files that are archives for a program, and one thing for a person."""

_MARKS = {
    "AndroidManifest.xml": "apk",
    "META-INF/container.xml": "epub",
    "word/document.xml": "docx",
    "META-INF/MANIFEST.MF": "jar",
}
"""Files that only one kind of work has, and its ending; the first that is there counts."""

_PAGES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".jxl", ".bmp", ".tif", ".tiff")
_BESIDE_PAGES = (".xml", ".txt", ".nfo", ".db", ".sfv", ".json", ".ds_store")


def ending_of(suffix: str, paths: Collection[str]) -> str | None:
    """The ending of the work that an archive is. Returns None if it only holds others.

    Args:
        suffix: the archive's own ending, in lower case, without the dot.
        paths: what is in it.
    """
    if suffix in COMICS:
        return suffix if _are_pages(paths) else None
    if suffix in ENDINGS:
        return suffix
    marks = (ending for path, ending in _MARKS.items() if path in paths)
    return next(marks, None)


def _are_pages(paths: Collection[str]) -> bool:
    """Whether most of the files are pictures: people pack other things by mistake."""
    names = [path.lower() for path in paths]
    pages = sum(name.endswith(_PAGES) for name in names)
    others = sum(not name.endswith(_PAGES + _BESIDE_PAGES) for name in names)
    return pages > others or not names
