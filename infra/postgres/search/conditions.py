"""A question as conditions of SQL."""

from dataclasses import dataclass

from infra.postgres.search.categories import asks_for_adult, in_categories
from infra.postgres.search.parameters import Parameters
from infra.postgres.search.query import Query
from infra.postgres.search.words import NAME, Words, folded, words

LINKED = "('exact', 'high', 'medium')"
_LARGEST_INTEGER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Conditions:
    """What every row fulfils: the words of its name, and all else."""

    words: str | None
    """A tsquery."""
    others: tuple[str, ...]

    @property
    def all(self) -> str:
        """One condition, for a WHERE."""
        said = ((f"{NAME} @@ {self.words}",) if self.words else ()) + self.others
        return " AND ".join(said) or "true"


def conditions(query: Query, parameters: Parameters) -> Conditions:
    """The conditions of a question; its values are added to the parameters."""
    said = [
        *_class(query, parameters),
        *_content(query, parameters),
        *_episodes(query, parameters),
        *_identity(query, parameters),
        *_between("t.size", query.sizes, "bigint", parameters),
        *_between("c.observed_at", query.seen, "timestamptz", parameters),
    ]
    if not (query.adult or asks_for_adult(query.categories)):
        said.append("NOT c.nsfw")
    return Conditions(_tsquery(query, parameters), tuple(said))


def _tsquery(query: Query, parameters: Parameters) -> str | None:
    parts = []
    typed: Words = words(query.text, prefix=query.prefix)
    if typed.text:
        parts.append(f"websearch_to_tsquery('simple', {parameters.add(typed.text)}::text)")
    if typed.open_end:
        parts.append(f"to_tsquery('simple', {parameters.add(f'{typed.open_end}:*')}::text)")
    fields = (query.artist, query.album, query.track, query.author, query.title)
    parts += [
        f"plainto_tsquery('simple', {parameters.add(text)}::text)"
        for field in fields
        if field is not None and (text := folded(field))
    ]
    if not parts:
        # Marks without a word in them are asked for, and no name has them.
        return "plainto_tsquery('simple', '')" if query.text.strip() else None
    return f"({' && '.join(parts)})"


def _class(query: Query, parameters: Parameters) -> list[str]:
    said = []
    if query.medium is not None:
        said.append(f"c.medium = {parameters.add(query.medium)}::text")
    if query.subcategories:
        said.append(f"c.subcategory = ANY ({parameters.add(list(query.subcategories))}::text[])")
    if query.categories:
        said.append(in_categories(query.categories, parameters))
    said += _between("c.confidence", query.confidence, "real", parameters)
    return said


def _content(query: Query, parameters: Parameters) -> list[str]:
    said = _between("e.year", query.years, "integer", parameters)
    if query.resolution is not None:
        said.append(f"e.technical->>'resolution' = {parameters.add(query.resolution)}::text")
    if query.codec is not None:
        codec = f"{parameters.add(query.codec)}::text"
        said.append(f"{codec} IN (e.technical->>'codec', e.technical->>'audio_codec')")
    if query.language is not None:
        said.append(f"e.technical->'languages' ? {parameters.add(query.language)}::text")
    if query.linked is not None:
        said.append(f"coalesce(l.status IN {LINKED}, false) = {str(query.linked).lower()}")
    return said


def _episodes(query: Query, parameters: Parameters) -> list[str]:
    said = []
    if query.season is not None:
        season = parameters.add(_bounded(query.season))
        said.append(
            f"CASE WHEN c.subcategory = 'series' THEN {season}::integer BETWEEN"
            " (e.metadata->>'first_season')::integer AND (e.metadata->>'last_season')::integer"
            f" ELSE (e.metadata->>'season_number')::integer = {season}::integer END"
        )
    if query.episode is not None:
        first = "(e.metadata->>'episode_number')::integer"
        last = f"coalesce((e.metadata->>'last_episode_number')::integer, {first})"
        said.append(
            f"{parameters.add(_bounded(query.episode))}::integer BETWEEN {first} AND {last}"
        )
    if query.air_date is not None:
        said.append(f"e.metadata->>'air_date' = {parameters.add(query.air_date.isoformat())}::text")
    return said


def _identity(query: Query, parameters: Parameters) -> list[str]:
    said = []
    if query.imdb is not None:
        said.append(
            f"t.hints->>'imdb' = ANY ({parameters.add(imdb_spellings(query.imdb))}::text[])"
        )
    if query.artist_mbid is not None:
        said.append(f"l.artist_mbid = {parameters.add(query.artist_mbid)}::uuid")
    if query.release_group_mbid is not None:
        said.append(f"l.release_group_mbid = {parameters.add(query.release_group_mbid)}::uuid")
    return said


def imdb_spellings(text: str) -> list[str]:
    """How sources may write an IMDb id: as it is given, and padded to seven digits."""
    digits = text.strip().lower().removeprefix("tt")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        return []
    return sorted({f"tt{digits}", f"tt{digits.lstrip('0'):0>7}"})


def _between(
    column: str,
    ends: tuple[object | None, object | None] | None,
    kind: str,
    parameters: Parameters,
) -> list[str]:
    if ends is None:
        return []
    return [
        f"{column} {operator} {parameters.add(_bounded(end, kind))}::{kind}"
        for operator, end in zip((">=", "<="), ends, strict=True)
        if end is not None
    ]


def _bounded(value: object, kind: str = "integer") -> object:
    """A number that Postgres can hold; what is beyond is the largest of all."""
    if kind not in ("integer", "bigint") or not isinstance(value, int):
        return value
    largest = _LARGEST_INTEGER if kind == "integer" else 2**63 - 1
    return max(-largest, min(largest, value))
