"""What a name and its files say about a book, comic or magazine."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Contract, Count, Labels, Text, Year

PartialDate = Annotated[str, Field(pattern=r"^\d{4}(?:-\d{2}(?:-\d{2})?)?$")]
"""A date as YYYY-MM-DD, or as much of it as is known: YYYY-MM, YYYY."""

Number = Annotated[str, Field(pattern=r"^\d{1,9}(?:[.-]\d{1,9}){0,3}$")]
"""A number of a book in its series, which may have a part behind a point, or a range of them."""


class BookMetadata(Contract):
    """A book, comic or magazine.

    Numbers are texts, without leading noughts: `3`, `2.5`, or `1-7` where a release covers several.
    """

    subcategory: Literal["ebook", "comic", "magazine", "book_other"] = "ebook"
    title: Text | None = None
    author: Text | None = None
    year: Year | None = None
    series: Text | None = None
    series_number: Number | None = None
    """Which book of its series it is."""
    volume: Number | None = None
    """Of a comic or a work in several volumes; the year's volume of a magazine."""
    chapter: Number | None = None
    """Of a comic."""
    issue: Number | None = None
    """Of a comic or magazine."""
    issue_count: Count | None = None
    """How many issues there are in all: the 4 of `#3 (of 4)`."""
    issue_date: PartialDate | None = None
    """Of a magazine or newspaper; the first where it names two months."""
    edition: Text | None = None
    """As it is written: `3rd Edition`, `Revised Edition`."""
    publisher: Text | None = None
    isbn: Annotated[str, Field(pattern=r"^(?:\d{13}|\d{9}[\dX])$")] | None = None
    """ISBN-13 or ISBN-10 without hyphens; its check digit is right."""
    formats: Labels = ()
    """How the text is kept, in small letters: `epub`, `pdf`, `cbz`."""
