"""The pages of corrections: the list, the form for one field, and what a form does."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from infra.postgres.corrected import Wanted, class_of, counted, shown, shown_stages
from schemas import SUBCATEGORIES, Judgement
from schemas.corrected_fields import fields_of
from schemas.correction import as_text
from streams.corrections.claims import Claim, without_nul
from streams.web import correcting
from streams.web.asked import cleaned, without_empty
from streams.web.context import context_of
from streams.web.pace import Writer
from streams.web.rendering import page

router = APIRouter(include_in_schema=False)

MEDIA = tuple(
    f"{medium}/{subcategory}" for medium, finer in SUBCATEGORIES.items() for subcategory in finer
)
"""What a medium can be corrected to."""


def _value(value: object) -> object:
    return cleaned(without_nul(value))


Word = Annotated[str, BeforeValidator(cleaned), Field(max_length=512)]
InfohashPath = Annotated[str, Path(pattern="^[0-9a-fA-F]{40}$", max_length=40)]
IdPath = Annotated[str, Path(pattern="^[0-9a-f]{32}$", max_length=32)]


class Filter(BaseModel):
    """Which corrections are listed. An empty parameter is the same as none, as forms send it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    infohash: Word | None = None
    field: Word | None = None
    verdict: Judgement | None = None
    reporter: Word | None = None
    model: Word | None = None
    standing: bool = Field(False, description="Without those that were taken back.")
    adult: bool = Field(False, description="Whether those of adult works are listed, too.")
    after: Word | None = Field(None, description="Where the page before ended, as it said.")
    limit: int = Field(50, ge=1, le=100)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: object) -> object:
        return without_empty(values)

    @property
    def wanted(self) -> Wanted:
        """The question that is put to the database."""
        return Wanted(
            infohash=self.infohash,
            field=self.field,
            verdict=self.verdict,
            reporter=self.reporter,
            model=self.model,
            standing=self.standing,
            adult=self.adult,
        )

    def address(self, **changes: object) -> str:
        """The address of this list with other values; a None leaves a parameter out."""
        values = {**self.model_dump(exclude_defaults=True), **changes}
        pairs = [
            (name, "yes" if value is True else str(value))
            for name, value in values.items()
            if value is not None and value is not False
        ]
        return f"/corrections?{urlencode(pairs)}" if pairs else "/corrections"


class Said(BaseModel):
    """What a form says of a field."""

    model_config = ConfigDict(extra="ignore")

    infohash: Annotated[str, Field(pattern="^[0-9a-fA-F]{40}$")]
    field: Annotated[str, BeforeValidator(cleaned), Field(min_length=1, max_length=64)]
    verdict: Judgement = Judgement.WRONG
    value: Annotated[str, BeforeValidator(_value), Field(max_length=8_192)] = ""

    def claim(self, reporter: str) -> Claim:
        """The claim; with "wrong" and a right value it is the value that counts."""
        verdict = self.verdict
        if verdict is Judgement.WRONG and self.value:
            verdict = Judgement.VALUE
        elif verdict is Judgement.VALUE and not self.value:
            verdict = Judgement.WRONG
        value = self.value if verdict is Judgement.VALUE else None
        return Claim(
            infohash=self.infohash.lower(),
            field=self.field,
            verdict=verdict,
            reporter=reporter,
            value=value,
        )


@router.get("/corrections")
async def list_page(request: Request, asked: Annotated[Filter, Query()]) -> HTMLResponse:
    """What people said, the newest first, and which models and rules were wrong most often."""
    context = context_of(request)
    async with context.connection() as connection:
        listing = await context.unbanned.listed(
            connection, asked.wanted, after=asked.after, limit=asked.limit
        )
        counts = await counted(connection)
    return page(
        request,
        "corrections.html",
        asked=asked,
        rows=listing.rows,
        next_page=asked.address(after=listing.after) if listing.after else None,
        counts=counts,
        verdicts=tuple(Judgement),
        as_text=text_of,
    )


@router.get("/corrections/of/{infohash}")
async def form_page(request: Request, infohash: InfohashPath, field: Word = "") -> HTMLResponse:
    """The form for one torrent: which field is wrong, and what is right."""
    context = context_of(request)
    async with context.connection() as connection:
        detail = await context.unbanned.torrent(connection, infohash.lower())
        if detail is None:
            raise HTTPException(404, "No torrent with this infohash is stored.")
        subcategory = await class_of(connection, infohash.lower())
        stages = await shown_stages(connection, infohash.lower())
        fields = (await shown(connection, [infohash.lower()])).get(infohash.lower(), ())
    return page(
        request,
        "correct.html",
        row=detail.row,
        fields=fields_of(subcategory, stages),
        chosen=field,
        corrected=fields,
        media=MEDIA,
        as_text=text_of,
    )


@router.post("/corrections")
async def say(
    request: Request,
    form: Annotated[Said, Form()],
    person: Writer,
) -> Response:
    """Publishes what a form says, and goes back to the torrent that shows it."""
    accepted = await correcting.said(context_of(request), form.claim(person.name))
    return _answer(request, accepted)


@router.post("/corrections/{identity}/revoke")
async def revoke(request: Request, identity: IdPath, person: Writer) -> Response:
    """Takes a correction back, and goes back to its torrent."""
    accepted = await correcting.taken_back(context_of(request), identity, person.name)
    return _answer(request, accepted)


def _answer(request: Request, accepted: correcting.Accepted) -> Response:
    """The torrent's page where it shows the correction; else what Kafka has acknowledged."""
    correction = accepted.correction
    if accepted.is_stored:
        return RedirectResponse(f"/torrents/{correction.infohash}#corrections", 303)
    return page(request, "acknowledged.html", status=202, correction=correction, as_text=text_of)


def text_of(value: object) -> str:
    """A value of a field as a person reads it; a list came from the database as a list."""
    told = tuple(str(part) for part in value) if isinstance(value, list | tuple) else value
    return as_text(told) or "" if isinstance(told, bool | int | str | tuple) else ""
