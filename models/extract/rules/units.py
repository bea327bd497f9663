"""Seasons and episodes that words number: `3 сезон: 1-8 серии из 8`, `Se.3 afl.3`, `5. Bölüm`.

`unit_tokens.py` parts a name into chains, `unit_pairs.py` says which number belongs to which word,
and this says what that means.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.extract.rules.number_patterns import EPISODE, SEASON, Numbering
from models.extract.rules.unit_pairs import Pair, shared
from models.extract.rules.unit_tokens import Chain, Number, Unit, chains, is_of
from models.extract.rules.unit_words import Kind

RULE = "words"
"""What a number is called that a word gives its meaning."""

_MOST_LINKS = 16
"""Links of one chain that are read."""

_TOUCHING = 2
"""Characters between the numbers of `3of8`."""


@dataclass(slots=True)
class _Draft:
    """What is read of a chain so far, and which of its links say so."""

    season: int | None = None
    last_season: int | None = None
    episode: int | None = None
    last_episode: int | None = None
    part: int | None = None
    total: int | None = None
    decides: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)


def counted_by_words(name: str) -> list[Numbering]:
    """What the words of a name number: a reading of each chain that says something, in order."""
    readings = (_read(chain[:_MOST_LINKS]) for chain in chains(name))
    return [reading for reading in readings if reading is not None]


def _read(chain: Chain) -> Numbering | None:
    """What a chain says. Returns None if it says nothing."""
    draft = _Draft()
    total_at = _total_at(chain)
    given = shared(chain, total_at)
    _read_seasons(draft, given)
    _read_episodes(draft, given)
    _read_part(draft, given)
    _read_wordless(draft, chain, given, total_at)
    if total_at is not None and draft.episode is not None:
        _read_total(draft, chain, total_at)
    elif draft.episode is not None and (at := _total_behind(draft, chain)) is not None:
        _use_total(draft, chain, at)
    return _numbering(draft, chain)


def _total_at(chain: Chain) -> int | None:
    """The place of the number behind a word for "of". Returns None if there is none."""
    for index, link in enumerate(chain[:-1]):
        number = chain[index + 1]
        if is_of(link) and isinstance(number, Number) and not number.is_year:
            return index + 1
    return None


def _of_kind(given: Sequence[Pair], kind: Kind) -> list[Pair]:
    return [pair for pair in given if pair.unit.word.kind is kind]


def _use(draft: _Draft, pairs: Sequence[Pair]) -> None:
    draft.used.update(place for pair in pairs for place in (pair.unit_at, pair.number_at))


def _read_seasons(draft: _Draft, given: Sequence[Pair]) -> None:
    has_episode = bool(_of_kind(given, Kind.EPISODE))
    pairs = [
        pair
        for pair in _of_kind(given, Kind.SEASON)
        if not pair.is_count and (has_episode or not pair.unit.word.beside)
    ]
    if not pairs:
        return
    first, last = _range([pair.number for pair in pairs])
    draft.season = first
    draft.last_season = last
    if any(not pair.is_behind for pair in pairs):
        draft.decides.add(SEASON)
    _use(draft, pairs)


def _range(numbers: Sequence[Number]) -> tuple[int, int | None]:
    """The first number, and the last if it is another."""
    last = max(number.last or number.first for number in numbers)
    first = numbers[0].first
    return first, last if last > first else None


def _read_episodes(draft: _Draft, given: Sequence[Pair]) -> None:
    said = _of_kind(given, Kind.EPISODE)
    pairs = [pair for pair in said if not pair.is_count]
    if not pairs:
        if said:
            draft.total = said[0].number.first
            _use(draft, said[:1])
        return
    first, last = _range([pair.number for pair in pairs])
    draft.episode = first
    draft.last_episode = last
    is_sure = any(
        not pair.unit.word.of_films or not pair.is_behind or pair.number.padded for pair in pairs
    )
    if is_sure or draft.season is not None or draft.last_episode is not None:
        draft.decides.add(EPISODE)
    _use(draft, pairs)


def _read_part(draft: _Draft, given: Sequence[Pair]) -> None:
    """A part of a season: a part alone may be one of a film.

    Of a British series it is an episode: `Series 1 Part 4`.
    """
    pairs = _of_kind(given, Kind.PART)
    if not pairs or draft.season is None:
        return
    seasons = _of_kind(given, Kind.SEASON)
    is_series = any(pair.unit.word.behind and not pair.unit.short for pair in seasons)
    if is_series and draft.episode is None:
        draft.episode = pairs[0].number.first
        draft.decides.add(EPISODE)
    else:
        draft.part = pairs[0].number.first
    _use(draft, pairs[:1])


def _read_wordless(
    draft: _Draft, chain: Chain, given: Sequence[Pair], total_at: int | None
) -> None:
    """Numbers without a word: those before "of", and a range behind a season."""
    if draft.episode is not None:
        return
    at = _before_of(chain, given, total_at)
    if at is None and draft.season is not None:
        at = _range_behind(chain, draft.used)
    if at is None:
        return
    number = chain[at]
    assert isinstance(number, Number)
    draft.episode = number.first
    draft.last_episode = number.last
    draft.used.add(at)
    draft.used.update(pair.unit_at for pair in given if pair.number_at == at and pair.is_behind)
    touches = total_at is not None and chain[total_at].start - number.end <= _TOUCHING
    if draft.season is not None or number.last is not None or touches:
        draft.decides.add(EPISODE)


def _before_of(chain: Chain, given: Sequence[Pair], total_at: int | None) -> int | None:
    """The place of the number that "of" counts. Returns None if it has a meaning of its own."""
    if total_at is None or total_at < 2:
        return None
    joint = chain[total_at - 1]
    at = total_at - 2
    counted = [pair for pair in given if pair.is_count and pair.unit_at == at]
    if counted and counted[0].unit.word.kind is Kind.EPISODE:
        return counted[0].number_at
    number = chain[at]
    taken = {pair.number_at for pair in given if pair.unit.word.kind in (Kind.SEASON, Kind.EPISODE)}
    if not isinstance(number, Number) or at in taken or number.is_year:
        return None
    assert isinstance(joint, Unit)
    has_word = joint.word.alone or number.last is not None or bool(given)
    return at if has_word else None


def _range_behind(chain: Chain, used: set[int]) -> int | None:
    """The place of a range right behind what is read. Returns None if there is none."""
    at = max(used) + 1
    number = chain[at] if at < len(chain) else None
    if isinstance(number, Number) and number.last is not None and not number.is_year:
        return at
    return None


def _total_behind(draft: _Draft, chain: Chain) -> int | None:
    """The place of a number in brackets that counts the episodes: `серии 1-12 (12)`."""
    at = max(draft.used) + 1
    number = chain[at] if at < len(chain) else None
    if not isinstance(number, Number) or not number.bracketed or number.last is not None:
        return None
    is_enough = draft.last_episode is not None and number.first >= draft.last_episode
    return at if is_enough and not number.is_year else None


def _use_total(draft: _Draft, chain: Chain, at: int) -> None:
    number = chain[at]
    assert isinstance(number, Number)
    draft.total = number.first
    draft.used.add(at)


def _read_total(draft: _Draft, chain: Chain, total_at: int) -> None:
    """How many episodes there are; `10 из 25` are the first ten."""
    joint, total = chain[total_at - 1], chain[total_at]
    assert isinstance(joint, Unit)
    assert isinstance(total, Number)
    if not total.open:
        if total.first < (draft.last_episode or draft.episode or 0):
            return
        draft.total = total.first
    draft.used.update((total_at - 1, total_at))
    is_of_one = any(
        isinstance(link, Unit) and link.word.kind is Kind.EPISODE and not link.word.plural
        for link in chain
    )
    is_lone = draft.last_episode is None and (draft.episode or 0) > 1
    if joint.word.whole and is_lone and not is_of_one:
        draft.last_episode = draft.episode
        draft.episode = 1
        draft.decides.add(EPISODE)


def _numbering(draft: _Draft, chain: Chain) -> Numbering | None:
    """The reading as a numbering. Returns None if only `S02` says something: patterns read that."""
    words = [chain[at] for at in draft.used if isinstance(chain[at], Unit)]
    if all(isinstance(word, Unit) and word.short for word in words):
        return None
    if draft.season is None and draft.episode is None and draft.total is None:
        return None
    links = [chain[at] for at in draft.used]
    return Numbering(
        RULE,
        min(link.start for link in links),
        max(link.end for link in links),
        season=draft.season,
        last_season=draft.last_season,
        episode=draft.episode,
        last_episode=draft.last_episode,
        part=draft.part,
        total=draft.total,
        decides=frozenset(draft.decides),
    )
