"""A question as a test of entries: the same that Postgres is asked, answered in memory."""

import re
from collections.abc import Callable

from infra.postgres.search import Query, Sort
from infra.postgres.search.words import words
from streams.terminal.sources.entry import Entry, tokens

Check = Callable[[Entry], bool]

_PART = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
_OR = "or"


def checks_of(query: Query) -> list[Check]:
    """What an entry must pass to be an answer.

    Newznab categories are not looked at: only Torznab asks for them, and never a file.
    """
    checks = [*_text(query), *_class(query), *_content(query), *_episode(query), *_identity(query)]
    if query.sort is Sort.SIZE:
        checks.append(lambda entry: entry.size is not None)
    return checks


def ordered(entries: list[Entry], query: Query) -> list[Entry]:
    """Entries in the order that is asked for."""
    return sorted(entries, key=_key(query), reverse=True)


def _key(query: Query) -> Callable[[Entry], tuple[object, ...]]:
    def seeders(entry: Entry) -> int:
        return -1 if entry.seeders is None else entry.seeders

    if query.sort is Sort.SIZE:
        return lambda entry: (entry.size or 0, entry.identifier)
    if query.sort is Sort.AGE:
        return lambda entry: (entry.observed_at, entry.identifier)
    asked = tokens(query.text)
    if query.sort is Sort.RELEVANCE and asked.strip():
        return lambda entry: (
            asked in (entry.title, entry.creator),
            seeders(entry),
            entry.identifier,
        )
    return lambda entry: (seeders(entry), entry.identifier)


def _text(query: Query) -> list[Check]:
    checks: list[Check] = []
    typed = words(query.text, prefix=query.prefix)
    if typed.text:
        checks.append(_websearch(typed.text))
    if typed.open_end:
        # Only the beginning of the last word is known.
        open_end = tokens(typed.open_end).rstrip()
        checks.append(lambda entry: open_end in entry.words)
    if query.text.strip() and not typed:
        return [lambda entry: False]
    fields = (query.artist, query.album, query.track, query.author, query.title)
    for field in fields:
        if field is not None:
            checks += [_contains(f" {word} ") for word in tokens(field).split()]
    return checks


def _websearch(text: str) -> Check:
    """Words that must all be there, those with a minus that must not, `or` between groups."""
    groups: list[list[tuple[bool, str]]] = [[]]
    for match in _PART.finditer(text):
        if match["word"] is not None and match["word"].lower() == _OR and not match["without"]:
            groups.append([])
            continue
        phrase = tokens(match["phrase"] if match["phrase"] is not None else match["word"])
        if phrase.strip():
            groups[-1].append((not match["without"], phrase))
    asked = [group for group in groups if group]
    return lambda entry: any(
        all((phrase in entry.words) is is_wanted for is_wanted, phrase in group) for group in asked
    )


def _contains(word: str) -> Check:
    return lambda entry: word in entry.words


def _class(query: Query) -> list[Check]:
    checks: list[Check] = []
    if not query.adult:
        checks.append(lambda entry: not entry.nsfw)
    if query.medium is not None:
        checks.append(lambda entry: entry.medium == query.medium)
    if query.subcategories:
        checks.append(lambda entry: entry.subcategory in query.subcategories)
    if query.own_class is not None:
        checks.append(lambda entry: entry.own_class == query.own_class)
    if query.confidence is not None:
        low, high = query.confidence
        checks.append(lambda entry: _between(entry.confidence, low, high))
    return checks


def _content(query: Query) -> list[Check]:
    checks: list[Check] = []
    if query.years is not None:
        first, last = query.years
        checks.append(lambda entry: _between(entry.year, first, last))
    if query.resolution is not None:
        checks.append(lambda entry: entry.resolution == query.resolution)
    if query.codec is not None:
        checks.append(lambda entry: query.codec in entry.codecs)
    if query.language is not None:
        checks.append(lambda entry: query.language in entry.languages)
    if query.linked is not None:
        checks.append(lambda entry: entry.is_linked is query.linked)
    if query.sizes is not None:
        smallest, largest = query.sizes
        checks.append(lambda entry: _between(entry.size, smallest, largest))
    return checks


def _episode(query: Query) -> list[Check]:
    checks: list[Check] = []
    if query.season is not None:
        season = query.season
        checks.append(lambda entry: _has_season(entry, season))
    if query.episode is not None:
        episode = query.episode
        checks.append(
            lambda entry: entry.episodes is not None and _between(episode, *entry.episodes)
        )
    if query.air_date is not None:
        day = query.air_date.isoformat()
        checks.append(lambda entry: entry.air_date == day)
    return checks


def _has_season(entry: Entry, season: int) -> bool:
    if entry.seasons is not None:
        return _between(season, *entry.seasons)
    return entry.season == season


def _identity(query: Query) -> list[Check]:
    checks: list[Check] = []
    if query.imdb is not None:
        digits = query.imdb.strip().lower().removeprefix("tt").lstrip("0")
        checks.append(
            lambda entry: (
                entry.imdb is not None and entry.imdb.removeprefix("tt").lstrip("0") == digits
            )
        )
    if query.artist_mbid is not None:
        artist = str(query.artist_mbid)
        checks.append(lambda entry: entry.is_linked and entry.artist_mbid == artist)
    if query.release_group_mbid is not None:
        group = str(query.release_group_mbid)
        checks.append(lambda entry: entry.is_linked and entry.release_group_mbid == group)
    if query.seen is not None:
        begin, end = query.seen
        checks.append(
            lambda entry: (
                (begin is None or entry.observed_at >= begin)
                and (end is None or entry.observed_at <= end)
            )
        )
    return checks


def _between(value: float | None, low: float | None, high: float | None) -> bool:
    if value is None:
        return low is None and high is None
    return (low is None or value >= low) and (high is None or value <= high)
