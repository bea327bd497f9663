"""Seasons and episodes that words number: `3 сезон: 1-8 серии из 8`, `Se.3 afl.3`, `5. Bölüm`.

A number belongs to the nearest word on either side. Where both sides are possible, the words of a
chain share its numbers so that as many as possible have one: in `2 сезон 24 серия` each number
stands before its word, in `24 Season 1 Episode 5` behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from models.extract.rules.number_patterns import EPISODE, SEASON, Numbering
from models.extract.rules.unit_tokens import Chain, Number, Unit, chains
from models.extract.rules.unit_words import Kind

RULE = "words"
"""What a number is called that a word gives its meaning."""

_MOST_UNITS = 4
_MOST_LINKS = 16
"""Words and links of one chain that are read."""

_TOUCHING = 2
"""Characters between the numbers of `3of8`."""

_MOST_SEASONS = 99
_MOST_EPISODES = 2_000


@dataclass(frozen=True, slots=True)
class _Given:
    """A word and the number that belongs to it, with their places in the chain."""

    unit: Unit
    number: Number
    unit_at: int
    number_at: int

    @property
    def is_behind(self) -> bool:
        """Whether the number stands behind its word."""
        return self.number_at > self.unit_at

    @property
    def gap(self) -> int:
        """Characters between the two."""
        if self.is_behind:
            return self.number.start - self.unit.end
        return self.unit.start - self.number.end

    @property
    def is_count(self) -> bool:
        """Whether the number says how many there are: `16 серий`, `3 seasons`."""
        is_lone = self.number.last is None and not self.number.ordinal
        return self.unit.word.plural and is_lone and not self.is_behind


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
    given = _shared(chain, total_at)
    _read_seasons(draft, given)
    _read_episodes(draft, given)
    _read_part(draft, given)
    _read_wordless(draft, chain, given, total_at)
    if total_at is not None and draft.episode is not None:
        _read_total(draft, chain, total_at)
    return _numbering(draft, chain)


def _total_at(chain: Chain) -> int | None:
    """The place of the number behind a word for "of". Returns None if there is none."""
    for index, link in enumerate(chain[:-1]):
        number = chain[index + 1]
        if _is_of(link) and isinstance(number, Number) and not number.is_year:
            return index + 1
    return None


def _is_of(link: Number | Unit) -> bool:
    return isinstance(link, Unit) and link.word.kind is Kind.OF


def _shared(chain: Chain, total_at: int | None) -> list[_Given]:
    """The words of a chain with the numbers that belong to them."""
    units = [
        index for index, link in enumerate(chain) if isinstance(link, Unit) and not _is_of(link)
    ][:_MOST_UNITS]
    choices = [[None, *_possible(chain, unit, total_at)] for unit in units]
    best: list[_Given] = []
    for choice in product(*choices):
        given = [pair for pair in choice if pair is not None]
        numbers = {pair.number_at for pair in given}
        if len(numbers) == len(given) and _worth(given) > _worth(best):
            best = given
    return best


def _worth(given: Sequence[_Given]) -> tuple[int, int, int, int]:
    """What sorts the better sharing last: more pairs, nearer ones, numbers behind their words."""
    return (
        len(given),
        sum(pair.number.ordinal and not pair.is_behind for pair in given),
        -sum(pair.gap for pair in given),
        sum(pair.is_behind for pair in given),
    )


def _possible(chain: Chain, unit_at: int, total_at: int | None) -> list[_Given]:
    """The numbers on either side that may belong to a word."""
    unit = chain[unit_at]
    assert isinstance(unit, Unit)
    pairs = []
    for number_at in (unit_at - 1, unit_at + 1):
        number = chain[number_at] if 0 <= number_at < len(chain) else None
        if isinstance(number, Number) and number_at != total_at:
            pair = _Given(unit, number, unit_at, number_at)
            if _may_belong(pair):
                pairs.append(pair)
    return pairs


def _may_belong(pair: _Given) -> bool:
    number, word = pair.number, pair.unit.word
    if number.in_words:
        return _may_be_in_words(pair)
    if number.is_year:
        return False  # behind "season" it is the year of a work with this word in its title
    if (number.last or number.first) > _most(word.kind):
        return False
    if pair.is_behind:
        return _may_be_behind(pair)
    if number.behind_dash or (word.behind and not number.ordinal):
        return False
    return word.kind is Kind.SEASON or word.before or word.plural or number.ordinal


def _may_be_in_words(pair: _Given) -> bool:
    """Whether a number in words belongs to a word: `Second Season`, `Season Two`."""
    is_numbered = pair.unit.word.kind in (Kind.SEASON, Kind.EPISODE) and not pair.unit.short
    return is_numbered and pair.gap <= 1 and pair.is_behind is not pair.number.ordinal


def _may_be_behind(pair: _Given) -> bool:
    """Whether a number behind a word belongs to it.

    In `The Final Season - 12` it is an episode, in `EP (320)` something else; a word that needs its
    number behind it needs it close.
    """
    number, word = pair.number, pair.unit.word
    if number.behind_dash and word.kind is Kind.SEASON:
        return False
    if word.behind and (number.first == 0 or number.ordinal) and not pair.unit.short:
        return False
    is_apart = pair.gap > 1 and number.last is None
    return not (is_apart and (number.bracketed or word.behind))


def _most(kind: Kind) -> int:
    return _MOST_EPISODES if kind is Kind.EPISODE else _MOST_SEASONS


def _of_kind(given: Sequence[_Given], kind: Kind) -> list[_Given]:
    return [pair for pair in given if pair.unit.word.kind is kind]


def _use(draft: _Draft, pairs: Sequence[_Given]) -> None:
    draft.used.update(place for pair in pairs for place in (pair.unit_at, pair.number_at))


def _read_seasons(draft: _Draft, given: Sequence[_Given]) -> None:
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


def _read_episodes(draft: _Draft, given: Sequence[_Given]) -> None:
    said = _of_kind(given, Kind.EPISODE)
    pairs = [pair for pair in said if not pair.is_count]
    if not pairs:
        if said and draft.season is not None:
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


def _read_part(draft: _Draft, given: Sequence[_Given]) -> None:
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
    draft: _Draft, chain: Chain, given: Sequence[_Given], total_at: int | None
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
    touches = total_at is not None and chain[total_at].start - number.end <= _TOUCHING
    if draft.season is not None or number.last is not None or touches:
        draft.decides.add(EPISODE)


def _before_of(chain: Chain, given: Sequence[_Given], total_at: int | None) -> int | None:
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
    if draft.season is None and draft.episode is None:
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
