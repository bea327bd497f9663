"""The JSON API of corrections: what was said, and how a program says it."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from infra.postgres.corrected import Counted, Listing, counted
from schemas import Correction, Judgement
from schemas.correction import JsonValue
from streams.corrections.claims import Claim, without_nul
from streams.web import correcting
from streams.web.api.shapes import ProblemShape
from streams.web.asked import cleaned
from streams.web.context import context_of
from streams.web.pace import Writer
from streams.web.pages.corrections import Filter, IdPath

_PROBLEM = {"model": ProblemShape, "content": {"application/problem+json": {}}}

router = APIRouter(
    prefix="/api/v1/corrections",
    tags=["corrections"],
    responses={
        422: {**_PROBLEM, "description": "It cannot be read, or does not fit the field."},
        503: {**_PROBLEM, "description": "Postgres or Kafka is away."},
    },
)

_WRITING: dict[int | str, dict[str, Any]] = {
    400: {**_PROBLEM, "description": "The body cannot be read."},
    401: {**_PROBLEM, "description": "The key is unknown."},
    403: {**_PROBLEM, "description": "There is no key, and this is no form of ours."},
    404: {**_PROBLEM, "description": "There is no such torrent or correction."},
    429: {**_PROBLEM, "description": "Too many requests."},
}


class ClaimShape(BaseModel):
    """What is said of a field of a torrent."""

    model_config = ConfigDict(extra="forbid")

    infohash: Annotated[str, Field(pattern="^[0-9a-fA-F]{40}$", description="40 hex digits.")]
    field: Annotated[
        str,
        BeforeValidator(cleaned),
        Field(
            min_length=1,
            max_length=64,
            description="medium, adult, link, title, creator, year, or a field of the metadata.",
        ),
    ]
    verdict: Judgement
    value: Annotated[JsonValue | None, BeforeValidator(without_nul)] = Field(
        None, description="With the verdict `value`: what is right. A medium is `audio/album`."
    )


class AcceptedShape(BaseModel):
    """A correction that Kafka has acknowledged."""

    id: str = Field(description="Names it: `POST /api/v1/corrections/{id}/revoke` takes it back.")
    is_stored: bool = Field(description="Whether the tables show it already.")
    correction: Correction

    @classmethod
    def of(cls, accepted: correcting.Accepted) -> Self:
        """The shape of what was accepted."""
        correction = accepted.correction
        return cls(id=correction.event_id, is_stored=accepted.is_stored, correction=correction)


class ListedShape(BaseModel):
    """One correction as it is stored."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    infohash: str
    name: str | None
    stage: str
    field: str
    verdict: str
    value: Any
    said: Any = Field(description="What the result said when it was looked at.")
    model: str | None
    rule: str | None
    reporter: str
    observed_at: datetime
    revoked_by: str | None = Field(description="Who took it back; null: it stands.")


class ListShape(BaseModel):
    """A page of corrections, the newest first."""

    rows: list[ListedShape]
    after: str | None = Field(description="Where the next page begins; null: there is none.")

    @classmethod
    def of(cls, listing: Listing) -> Self:
        """The shape of a page."""
        rows = [ListedShape.model_validate(row) for row in listing.rows]
        return cls(rows=rows, after=listing.after)


class CountShape(BaseModel):
    """How often people said wrong and right of what a rule of a model said of a field."""

    model_config = ConfigDict(from_attributes=True)

    stage: str
    model: str
    revision: int | None
    method: str | None
    rule: str | None
    field: str
    wrong: int
    right: int

    @classmethod
    def of(cls, count: Counted) -> Self:
        """The shape of a count."""
        return cls.model_validate(count)


@router.get("")
async def list_corrections(request: Request, asked: Annotated[Filter, Query()]) -> ListShape:
    """What people said, the newest first."""
    context = context_of(request)
    async with context.connection() as connection:
        listing = await context.unbanned.listed(
            connection, asked.wanted, after=asked.after, limit=asked.limit
        )
    return ListShape.of(listing)


@router.get("/counts")
async def count_corrections(request: Request) -> list[CountShape]:
    """Which models and rules were wrong, the worst first."""
    async with context_of(request).connection() as connection:
        return [CountShape.of(count) for count in await counted(connection)]


@router.post("", status_code=202, responses=_WRITING)
async def correct(request: Request, said: ClaimShape, person: Writer) -> AcceptedShape:
    """Says that a field is wrong or right; answers when Kafka has it."""
    claim = Claim(
        infohash=said.infohash,
        field=said.field,
        verdict=said.verdict,
        reporter=person.name,
        value=said.value,
    )
    return AcceptedShape.of(await correcting.said(context_of(request), claim))


@router.post("/{identity}/revoke", status_code=202, responses=_WRITING)
async def revoke(request: Request, identity: IdPath, person: Writer) -> AcceptedShape:
    """Takes a correction back; answers when Kafka has it."""
    return AcceptedShape.of(await correcting.taken_back(context_of(request), identity, person.name))
