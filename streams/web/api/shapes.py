"""What the JSON API answers, as pydantic models; OpenAPI is made from them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.postgres.search import Detail, Facets, Page, Row

Infohash = Annotated[str, Field(pattern="^[0-9a-f]{40}$", description="40 hex digits.")]


class Shape(BaseModel):
    """What all of them are."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class TorrentShape(Shape):
    """One torrent with what is believed of it now; corrections are in it."""

    infohash: Infohash
    name: str
    magnet: str
    medium: str
    subcategory: str
    nsfw: bool
    confidence: float | None = Field(description="Of the class; null where a person said it.")
    classified_by: str = Field(description="The step that decided; `correction`: a person did.")
    rule: str | None
    own_class: str | None = Field(description="A class of the user's own; null: none.")
    own_confidence: float | None
    title: str | None
    creator: str | None
    year: int | None
    extracted_by: str | None
    metadata: dict[str, Any]
    technical: dict[str, Any]
    link: str | None = Field(description="exact, high, medium, ambiguous or none.")
    artist_mbid: UUID | None
    linked_artist: str | None
    release_group_mbid: UUID | None
    linked_title: str | None
    score: float | None = Field(description="Of the link; null where a person said it.")
    size: int | None = Field(description="Bytes.")
    num_files: int | None
    seeders: int | None
    leechers: int | None
    swarm_seen_at: datetime | None
    created_at: datetime | None
    observed_at: datetime
    hints: dict[str, Any]
    corrected: dict[str, Any] = Field(description="Field -> who corrected it.")

    @classmethod
    def of(cls, row: Row) -> "TorrentShape":
        """The shape of a row. No model is named for what a person said."""
        shape = cls.model_validate(row)
        said: dict[str, Any] = {}
        if "medium" in row.corrected:
            said |= {"confidence": None, "classified_by": "correction", "rule": None}
        if "link" in row.corrected:
            said["score"] = None
        return shape.model_copy(update=said)


class PageShape(Shape):
    """Torrents in order."""

    torrents: list[TorrentShape]
    after: str | None = Field(description="Give it to the next request; null: nothing more.")
    suggestion: str | None = Field(None, description="What was perhaps meant.")

    @classmethod
    def of(cls, page: Page) -> "PageShape":
        """The shape of a page."""
        rows = [TorrentShape.of(row) for row in page.rows]
        return cls(torrents=rows, after=page.after, suggestion=page.suggestion)


class FacetShape(Shape):
    """One value of a facet."""

    value: str
    count: int


class FacetsShape(Shape):
    """How many of the found torrents have which value."""

    values: dict[str, list[FacetShape]]
    counted: int
    is_bounded: bool = Field(description="Whether there are more than were counted.")

    @classmethod
    def of(cls, counted: Facets) -> "FacetsShape":
        """The shape of facets."""
        return cls.model_validate(counted)


class FileShape(Shape):
    """One file."""

    path: str
    size: int | None


class ResultShape(Shape):
    """What one stage said once."""

    stage: str
    method: str
    model: str
    revision: int
    result_id: str
    input_hash: str
    observed_at: datetime
    recorded_at: datetime
    reference_date: date | None
    is_current: bool
    result: dict[str, Any]


class DetailShape(Shape):
    """All of one torrent."""

    torrent: TorrentShape
    files: list[FileShape] | None = Field(description="At most 2,000; null: unknown.")
    flags: list[str]
    source: str
    origin: str
    dataset: str | None
    history: list[ResultShape] = Field(description="Newest first; 200 at most.")
    corrections: list[dict[str, Any]]

    @classmethod
    def of(cls, detail: Detail) -> "DetailShape":
        """The shape of a detail."""
        return cls(
            torrent=TorrentShape.of(detail.row),
            files=None
            if detail.files is None
            else [FileShape.model_validate(file) for file in detail.files],
            flags=list(detail.flags),
            source=detail.source,
            origin=detail.origin,
            dataset=detail.dataset,
            history=[ResultShape.model_validate(result) for result in detail.history],
            corrections=[dict(correction) for correction in detail.corrections],
        )


class ProblemShape(Shape):
    """What is wrong (RFC 9457)."""

    title: str
    status: int
    detail: str
