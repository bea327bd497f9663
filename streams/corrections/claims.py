"""From what a person says to a correction: of which result it is, and whether it fits."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
from pydantic import ValidationError

from infra.postgres.corrected import class_of, correction_by_id, result_at
from schemas import Correction, Judgement, Stage
from schemas.corrected_fields import canonical_field, place_of, stage_of
from schemas.correction import first_problem

_INFOHASH = re.compile(r"^[0-9a-fA-F]{40}$")


class Refused(ValueError):
    """A claim that cannot be a correction; the message says what would be one."""


class Unknown(Refused):
    """There is no such torrent, or no such correction."""


_NOTHING_TO_SHOW = {
    Stage.CLASSIFY: "this torrent has no class yet; say it again when it has one",
    Stage.EXTRACT: "nothing was extracted of this torrent, so no row could show this value;"
    " if its medium is wrong, correct that",
    Stage.MATCH: "this torrent was not matched, so no row could show a link;"
    " if its medium is wrong, correct that",
}
"""What is said where a stage has no current result: a right value would be kept and never seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody says of a field of a torrent.

    `field` may be the subcategory's own name of it, and `value` a text as it was typed.
    """

    infohash: str
    field: str
    verdict: Judgement
    reporter: str
    value: Any = None


def without_nul(value: Any) -> Any:
    """A value as it is, if no text in it has a NUL: nobody types one, so the value is broken.

    Raises:
        ValueError: it has one.
    """
    for text in value if isinstance(value, list | tuple) else (value,):
        if isinstance(text, str) and "\0" in text:
            raise ValueError("a value has no NUL character; send it without")
    return value


async def correction_of(connection: asyncpg.Connection, claim: Claim) -> Correction:
    """A correction of the result that is current now.

    Raises:
        Unknown: no such torrent is stored.
        Refused: the field or the value does not fit.
    """
    infohash = claim.infohash.strip().lower()
    if not _INFOHASH.match(infohash):
        raise Refused("an infohash has 40 hex digits")
    try:
        subcategory = await class_of(connection, infohash)
        field = canonical_field(claim.field, subcategory)
        stage = stage_of(field)
        place = place_of(field, subcategory)
        result = await result_at(connection, infohash, stage, field, place)
        if result is None:
            raise Unknown(f"no torrent {infohash} is stored")
        said = Correction(
            infohash=infohash,
            stage=stage,
            field=field,
            verdict=claim.verdict,
            value=without_nul(claim.value),
            result_id=result.result_id,
            input_hash=result.input_hash,
            revision=result.revision,
            method=result.method,
            model=result.model,
            rule=result.rule,
            said=_said(result.said),
            subcategory=result.subcategory,
            reporter=claim.reporter,
            observed_at=datetime.now(UTC),
        )
        if said.verdict is Judgement.VALUE and result.result_id is None:
            raise Refused(_NOTHING_TO_SHOW[stage])
        return said
    except ValidationError as error:
        raise Refused(first_problem(error)) from error
    except Refused:
        raise
    except ValueError as error:
        raise Refused(str(error)) from error


async def withdrawal_of(connection: asyncpg.Connection, identity: str, reporter: str) -> Correction:
    """What takes an earlier correction back.

    Raises:
        Unknown: there is no correction of this id.
        Refused: it was taken back already, or takes one back itself.
    """
    earlier = await correction_by_id(connection, identity)
    if earlier is None:
        raise Unknown(f"there is no correction {identity[:64]!r}")
    if earlier.revoked_by is not None:
        raise Refused(f"{earlier.revoked_by} took this correction back already")
    if earlier.verdict == Judgement.WITHDRAWN:
        raise Refused("this takes a correction back; say again what is right instead")
    return Correction(
        infohash=earlier.infohash,
        stage=earlier.stage,
        field=earlier.field,
        verdict=Judgement.WITHDRAWN,
        reporter=reporter,
        observed_at=datetime.now(UTC),
        revokes=earlier.id,
    )


def _said(value: Any) -> Any:
    """What a result said, where a correction can hold it; lists of objects and of too many not."""
    if isinstance(value, list):
        texts = [text for text in value if isinstance(text, str) and text]
        return tuple(texts[:500]) or None
    return value if isinstance(value, str | int | bool) and value != "" else None
