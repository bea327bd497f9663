"""Shapes of books: comics as pages and archives, magazines, packs, one book in many formats."""

from collections.abc import Mapping

from models.evaluation.filesets.draw import Draw
from models.evaluation.filesets.fileset import FileSet, Shape, blank, fileset
from schemas import Subcategory

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def comic_pages(draw: Draw) -> FileSet:
    """`Chapter 003/012.jpg`."""
    title = draw.name("film_names")
    folder = draw.choice(
        ("Chapter {n:03d}", "Vol {n:02d}", "{t} v{n:02d}", "Ch.{n:03d}", "Volume {n}", "c{n:03d}")
    )
    page = draw.choice(("{p:03d}", "page {p:02d}", "p{p:03d}", "{p}", "{t}_{p:03d}"))
    files = [
        (
            f"{folder.format(n=n, t=title)}/{page.format(p=p, t=title)}."
            f"{draw.choice(('jpg', 'png'))}",
            draw.number(200_000, 900_000),
        )
        for n in range(1, draw.number(2, 8))
        for p in range(1, draw.number(12, 40))
    ]
    return fileset(title, files, Subcategory.COMIC, title=title)


def comic_loose_pages(draw: Draw) -> FileSet:
    """`Paper Lighthouse 003-012.jpg`: one issue as its pages."""
    title, issue = draw.name("film_names"), draw.number(1, 60)
    form = draw.choice(("{t} {i:03d}-{p:03d}", "{t} #{i} p{p:02d}", "{t} {i:03d} - page {p:02d}"))
    files = [
        (form.format(t=title, i=issue, p=p) + ".jpg", draw.number(300_000, 1_200_000))
        for p in range(1, draw.number(18, 40))
    ]
    name = draw.choice(
        (
            f"{title} #{issue}",
            f"{title} {issue:03d} (comic)",
            f"{title} {issue:03d} (2014) (digital)",
        )
    )
    return fileset(name, files, Subcategory.COMIC)


def comic_archives(draw: Draw) -> FileSet:
    """`Paper Lighthouse 003 (2014).cbz`."""
    title, year = draw.name("film_names"), draw.year()
    form = draw.choice(("{t} {n:03d} ({y}) (digital)", "{t} v{n:02d}", "{t} #{n:02d}", "{n:02d}"))
    ending = draw.choice(("cbz", "cbr"))
    files = [
        (f"{form.format(t=title, n=n, y=year)}.{ending}", draw.megabytes(15, 90))
        for n in range(1, draw.number(3, 30))
    ]
    return fileset(blank(draw, title), files, Subcategory.COMIC)


def magazine_months(draw: Draw) -> FileSet:
    """`Harbour Monthly - March 2015.pdf`."""
    title, year = draw.name("magazine_names"), draw.number(1998, 2029)
    form = draw.choice(
        (
            "{t} - {m} {y}",
            "{t} {y}-{k:02d}",
            "{m} {y}",
            "{t} Issue {i}",
            "{y}-{k:02d} {t}",
            "{t} No. {i}",
        )
    )
    start = draw.number(40, 400)
    files = [
        (
            form.format(t=title, m=_MONTHS[k - 1], k=k, y=year, i=start + k) + ".pdf",
            draw.megabytes(12, 80),
        )
        for k in range(1, draw.number(5, 12) + 1)
    ]
    name = draw.choice((f"{title} {year}", f"{title} - {year} Full Year", title))
    return fileset(name, files, Subcategory.MAGAZINE)


def ebook_pack(draw: Draw) -> FileSet:
    """Many books, a folder an author."""
    files: list[tuple[str, int]] = []
    for _ in range(draw.number(1, 6)):
        author = draw.person()
        for _ in range(draw.number(3, 9)):
            title = draw.name("film_names")
            files.append(
                (
                    f"{author}/{title} - {author}.{draw.choice(('epub', 'mobi'))}",
                    draw.number(200_000, 4_000_000),
                )
            )
    name = draw.choice(
        (
            "Ebook collection",
            f"{draw.word('adjectives')} Mysteries ebook pack",
            "Sci-Fi books epub mobi",
        )
    )
    return fileset(blank(draw, name), files, Subcategory.EBOOK)


def ebook_formats(draw: Draw) -> FileSet:
    """One book in several formats, with its cover."""
    author, title = draw.person(), draw.name("film_names")
    files = [
        (f"{title} - {author}.{ending}", draw.number(300_000, 3_000_000))
        for ending in draw.sample(("epub", "mobi", "azw3", "pdf"), draw.number(2, 4))
    ]
    files += [("cover.jpg", 200_000), ("metadata.opf", 2_000)]
    return fileset(blank(draw, f"{author} - {title}"), files, Subcategory.EBOOK)


def textbooks(draw: Draw) -> FileSet:
    """Manuals as documents, some with code beside them."""
    files = [
        (
            f"{draw.person()} - {topic}, {draw.number(4, 9)}th Edition "
            f"({draw.number(1999, 2024)}).{draw.choice(('pdf', 'djvu'))}",
            draw.megabytes(4, 60),
        )
        for topic in draw.words("topics", draw.number(2, 9))
    ]
    if draw.chance(0.3):
        files.append(("code/examples.zip", draw.megabytes(1, 3)))
    return fileset("Textbooks collection", files, Subcategory.EBOOK)


SHAPES: Mapping[str, Shape] = {
    "comic-pages": comic_pages,
    "comic-loose-pages": comic_loose_pages,
    "comic-archives": comic_archives,
    "magazine-months": magazine_months,
    "ebook-pack": ebook_pack,
    "ebook-formats": ebook_formats,
    "textbooks": textbooks,
}
