"""A question as conditions of SQL."""

from dataclasses import dataclass

from infra.postgres.search.categories import asks_for_adult, in_categories, subcategories_of
from infra.postgres.search.parameters import Parameters
from infra.postgres.search.query import Query
from infra.postgres.search.words import NAME, Words, folded, words
from schemas.media import MEDIUM_OF, Subcategory

LINKED = "('exact', 'high', 'medium')"
_LARGEST_INTEGER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Conditions:
    """What every row fulfils.

    Conditions name the tables as `rows.FROM` does: c, t, e and l.
    """

    words: str | None
    """The tsquery of the name's words."""
    driver: str | None
    """A condition of one table that an index answers: its rows hold all that is asked for."""
    driver_table: str
    others: tuple[str, ...]

    @property
    def of_words(self) -> str | None:
        """The condition on the words of the name."""
        return f"{NAME} @@ {self.words}" if self.words else None

    @property
    def all(self) -> tuple[str, ...]:
        """Every condition."""
        return (*((self.of_words,) if self.of_words else ()), *self.others)


def conditions(query: Query, parameters: Parameters) -> Conditions:
    """The conditions of a question; its values are added to the parameters."""
    tsquery = _tsquery(query, parameters)
    identity = _identity(query, parameters, has_words=tsquery is not None)
    kinds = _class(query, parameters)
    said = [
        *kinds,
        *_content(query, parameters),
        *_episodes(query, parameters),
        *identity,
        *_between("c.confidence", query.confidence, "real", parameters),
        *_between("t.size", query.sizes, "bigint", parameters),
        *_between("c.observed_at", query.seen, "timestamptz", parameters),
    ]
    if not (query.adult or asks_for_adult(query.categories)):
        said.append("NOT c.nsfw")
    driver, table = None, ""
    if tsquery is not None:
        driver, table = f"{NAME} @@ {tsquery}", "torrents t"
    elif identity:
        driver, table = identity[0], "links l" if "l." in identity[0] else "torrents t"
    elif kinds:
        driver, table = " AND ".join(kinds), "classifications c"
    return Conditions(tsquery, driver, table, tuple(said))


def _tsquery(query: Query, parameters: Parameters) -> str | None:
    parts = []
    typed: Words = words(query.text, prefix=query.prefix)
    if typed.text:
        parts.append(f"websearch_to_tsquery('simple', {parameters.add(typed.text)}::text)")
    if typed.open_end:
        last = parameters.add(f"{typed.open_end}:*")
        parts.append(f"to_tsquery('simple', {last}::text)")
    parts += [f"plainto_tsquery('simple', {parameters.add(text)}::text)" for text in _fields(query)]
    if not parts:
        # Marks without a word in them are asked for, and no name has them.
        return "plainto_tsquery('simple', '')" if query.text.strip() else None
    return f"({' && '.join(parts)})"


def _fields(query: Query) -> list[str]:
    fields = (query.artist, query.album, query.track, query.author, query.title)
    return [text for field in fields if field is not None and (text := folded(field))]


def needed_words(query: Query) -> str:
    """Words that stand in every name that is found; empty where there are alternatives."""
    typed = words(query.text, prefix=query.prefix)
    return " ".join((*typed.needed, typed.open_end, *_fields(query))).strip()


def exact_titles(query: Query) -> list[str]:
    """Titles and creators, in small letters, that are exactly what was typed."""
    text = folded(query.text).lower()
    if not text or '"' in text:
        return []
    bare = text.removeprefix("the ")
    return sorted({text, bare, f"the {bare}"})


def _class(query: Query, parameters: Parameters) -> list[str]:
    said = []
    if query.medium is not None:
        said.append(f"c.medium = {parameters.add(query.medium)}::text")
    if query.own_class is not None:
        said.append(f"c.own_class = {parameters.add(query.own_class)}::text")
    kinds = set(query.subcategories)
    if query.categories:
        below = subcategories_of(query.categories)
        kinds = kinds & below if kinds else set(below)
    if query.subcategories or query.categories:
        known = sorted(kind for kind in kinds if kind in MEDIUM_OF)
        media = sorted({str(MEDIUM_OF[Subcategory(kind)]) for kind in known})
        said.append(f"c.medium = ANY ({parameters.add(media)}::text[])")
        said.append(f"c.subcategory = ANY ({parameters.add(known)}::text[])")
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
    if query.categories:
        said.append(in_categories(query.categories, parameters))
    return said


def _episodes(query: Query, parameters: Parameters) -> list[str]:
    said = []
    if query.season == 0:
        said.append("((e.metadata->>'season_number')::integer = 0 OR e.metadata ? 'special')")
    elif query.season is not None:
        season = parameters.add(_bounded(query.season))
        said.append(
            f"CASE WHEN c.subcategory = 'series' THEN {season}::integer BETWEEN"
            " (e.metadata->>'first_season')::integer AND (e.metadata->>'last_season')::integer"
            f" ELSE (e.metadata->>'season_number')::integer = {season}::integer END"
        )
    if query.episode is not None:
        first = "(e.metadata->>'episode_number')::integer"
        last = f"coalesce((e.metadata->>'last_episode_number')::integer, {first})"
        episode = f"{parameters.add(_bounded(query.episode))}::integer"
        said.append(f"{episode} BETWEEN {first} AND {last}")
    if query.air_date is not None:
        said.append(f"e.metadata->>'air_date' = {parameters.add(query.air_date.isoformat())}::text")
    return said


def _identity(query: Query, parameters: Parameters, *, has_words: bool) -> list[str]:
    said = []
    if query.artist_mbid is not None:
        said.append(f"l.artist_mbid = {parameters.add(query.artist_mbid)}::uuid")
    if query.release_group_mbid is not None:
        said.append(f"l.release_group_mbid = {parameters.add(query.release_group_mbid)}::uuid")
    if query.imdb is not None:
        spellings = f"{parameters.add(imdb_spellings(query.imdb))}::text[]"
        same = f"t.hints->>'imdb' = ANY ({spellings})"
        # Few sources know the id. With words beside it, it only has to be no other one.
        said.append(f"coalesce({same}, true)" if has_words else same)
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
