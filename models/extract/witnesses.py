"""What rules and tagger claim about a name, and what is settled between them."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from models.extract.described import described
from models.extract.evidence.claims import Claim, rule_claim, settle
from models.extract.evidence.details import Described
from models.extract.evidence.known_titles import KnownTitles
from models.extract.evidence.pieces import doubted
from models.extract.evidence.trust import Trust
from models.extract.names.description import description
from models.extract.rules import episode_titles, years
from models.extract.rules.file_numbers import FileNumbers
from models.extract.rules.numbering import Numbering
from models.extract.rules.series import listed_fields, numbered_fields
from models.extract.rules.titles import fixed_places, video_title
from models.extract.rules.years import Dated
from models.extract.tagger.decode import Tagged
from models.extract.tagger.values import tag_claims
from schemas import MEDIUM_OF, Medium, Subcategory, title_and_creator_fields

Tags = Mapping[str, Tagged]
"""Role -> where the tagger sees it in the name."""

_BESIDE_AUTHOR = "beside-author"
_YEAR_SPAN = "year-span"
_OF_SEASON = frozenset({"season_number", "part", "first_season", "last_season"})
_OF_YEARS = frozenset({Subcategory.SEASON, Subcategory.SERIES})
_FIRST_YEAR = 1900
"""A season from this number on is the year of its broadcast."""

_FILES = "files"
"""The rule of a number that the files have and the name has not."""


Said = tuple[str, str | int, str]
"""Role, value and rule."""


@dataclass(frozen=True)
class NameReading:
    """A name with its class, its numbering, the year of the work, and what its files agree on."""

    name: str
    subcategory: Subcategory
    place: Numbering | None
    dated: Dated | None
    listed: FileNumbers | None = None

    medium: Medium = dataclasses.field(init=False)
    """The medium of the class."""

    is_music: bool = dataclasses.field(init=False)
    """Whether the name is that of a recording: artist and title."""

    def __post_init__(self) -> None:
        """What is asked often of a name is told once."""
        medium = MEDIUM_OF[self.subcategory]
        is_music = medium is Medium.AUDIO or self.subcategory is Subcategory.MUSIC_VIDEO
        object.__setattr__(self, "medium", medium)
        object.__setattr__(self, "is_music", is_music)

    @property
    def has_video_title(self) -> bool:
        """Whether the title is that of a film, a series or another video."""
        return self.medium is Medium.VIDEO and not self.is_music

    @cached_property
    def description_start(self) -> int | None:
        """Where the description begins, or the year or numbering if it stands before."""
        fixed = fixed_places(self.place, self.dated)
        described = description(self.name, fixed)
        begins = [start for start, _ in fixed]
        if described is not None:
            begins.append(described)
        return min(begins, default=None)

    @cached_property
    def described(self) -> Described | None:
        """What the rules of software, books or recordings read. None for other media."""
        if self.is_music:
            # The rules of recordings are loaded when the first name of one comes.
            from models.extract.rules.recordings.record import read

            return read(self.name, self.subcategory, self.dated)
        return described(self.name, self.subcategory)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """All that rules say, read once."""
        return tuple(said_by_rules(self))


class Spoken(NamedTuple):
    """What each witness says, role by role, before anything is settled.

    `sees_creator` is whether the tagger sees a creator, even one whose words name nobody.
    """

    ruled: dict[str, Claim]
    tagged: dict[str, Claim]
    sees_creator: bool


def spoken(reading: NameReading, tags: Tags, trust: Trust) -> Spoken:
    """What rules and tagger say about a name.

    Args:
        reading: the name.
        tags: where the tagger sees each role.
        trust: how far the rules are believed.
    """
    ruled = {
        role: rule_claim(value, rule, _confidence(rule, role, trust))
        for role, value, rule in reading.said
    }
    seen = _without_false_creator(tags, ruled) if reading.is_music else tags
    if reading.medium is not Medium.BOOK:
        tagged = tag_claims(reading.name, seen, reading.dated)
        return Spoken(ruled, tagged, "creator" in seen)
    # The rules of books are loaded when the first name of one comes.
    from models.extract.rules.books import claims as of_books
    from models.extract.rules.books.tags import believable

    seen = believable(reading.name, seen, ruled)
    tagged = tag_claims(reading.name, seen, reading.dated)
    if of_books.takes_author_for_title(ruled, tagged):
        del ruled["title"]
    is_parted = {"creator", "title"} <= ruled.keys()
    title = None if is_parted else of_books.beside_author(reading.name, tagged)
    if title is not None:
        confidence = _confidence(_BESIDE_AUTHOR, "title", trust)
        ruled["title"] = rule_claim(title, _BESIDE_AUTHOR, confidence)
    if of_books.is_doubtful_author(ruled, tagged, trust.lone_author):
        del tagged["creator"]
    return Spoken(ruled, tagged, "creator" in seen)


def settled_claims(
    reading: NameReading, tags: Tags | None, trust: Trust, titles: KnownTitles | None = None
) -> dict[str, Claim]:
    """Field -> the claim that is believed, of all that rules and tagger say.

    Args:
        reading: the name.
        tags: where the tagger sees each role; None if it was not asked.
        trust: how far each is believed.
        titles: the known titles of films and series, if they are loaded.
    """
    rule_claims, tagged_claims, sees_creator = spoken(reading, tags or {}, trust)
    if tags is not None and not sees_creator and not knows_creator(reading, rule_claims):
        # Of artists that a rule sees and the tagger does not, one in ten is right.
        rule_claims.pop("creator", None)
    if titles is not None and reading.has_video_title:
        rule_claims = titles.voted(rule_claims, tagged_claims)
    tagged_claims = doubted(tagged_claims, rule_claims, reading.name)
    claims: dict[str, Claim] = {}
    for role, field in fields_of(reading.subcategory).items():
        settled = settle(role, rule_claims.get(role), tagged_claims.get(role), trust)
        if field is not None and settled is not None:
            claims[field] = settled
    if reading.is_music:
        from models.extract.rules.recordings.record import corrected

        if titles is not None and reading.subcategory is Subcategory.ALBUM:
            claims = _with_known_artist(claims, reading.name, titles)
        claims = corrected(claims, reading.name, reading.described)
    if reading.medium is Medium.BOOK:
        from models.extract.rules.books.claims import told_apart

        claims = told_apart(claims, reading.name)
    episode_title = claims.get("episode_title")
    if episode_title is not None and not episode_titles.may_be_title(
        str(episode_title.value), reading.name, reading.place
    ):
        del claims["episode_title"]
    claims |= _numbers(reading, trust)
    claims |= _year_of_numbers(reading, trust)
    if _is_title_the_year(reading, claims):
        del claims["year"]
    if covered := _covered_years(reading, trust):
        claims |= covered
        claims.pop("year", None)
    return claims


def _with_known_artist(
    claims: Mapping[str, Claim], name: str, titles: KnownTitles
) -> dict[str, Claim]:
    """Claims about an album, with what the catalogue knows of its artist."""
    from models.extract.rules.recordings import unbroken

    claims = unbroken.without_false_artist(claims, name, titles.names_artist)
    return unbroken.with_year_as_title(claims, name, titles.names_album)


def fields_of(subcategory: Subcategory) -> dict[str, str | None]:
    """Role -> the field of the class that it fills; None if it fills none."""
    title, creator = title_and_creator_fields(subcategory)
    return {
        "title": title,
        "creator": creator,
        "year": "year",
        "album": "album",
        "episode_title": "episode_title",
    }


def _confidence(rule: str, role: str, trust: Trust) -> float:
    precision = trust.in_rule(rule, role).precision
    return trust.unmeasured if precision is None else precision


def said_by_rules(reading: NameReading) -> Iterator[Said]:
    """Role, value and rule of all that rules say."""
    if reading.described is not None:
        yield from reading.described.said
        return
    if reading.medium is Medium.VIDEO:
        is_work = reading.subcategory is not Subcategory.VIDEO_OTHER
        if cut := video_title(reading.name, reading.place, is_work=is_work):
            yield "title", cut.text, cut.rule
    if reading.dated is not None:
        yield "year", reading.dated.year, reading.dated.rule
    place = reading.place
    if place and _is_aired(place) and (title := episode_titles.episode_title(reading.name, place)):
        yield "episode_title", title.text, episode_titles.RULE


def _is_aired(place: Numbering) -> bool:
    """Whether a numbering is that of one broadcast, which may have a title behind it."""
    is_special = place.special is not None and place.season is not None
    return is_special or place.episode is not None or place.date is not None


def knows_creator(reading: NameReading, ruled: Mapping[str, Claim]) -> bool:
    """Whether a rule has proof of the creator.

    Rules of books ask for a given name or initials; of recordings a table knows the composer, or
    it is various artists.
    """
    if reading.medium is Medium.BOOK:
        return True
    if reading.medium is not Medium.AUDIO or "creator" not in ruled:
        return False
    from models.extract.rules.recordings.record import CREATORS

    return ruled["creator"].rule in CREATORS


def _without_false_creator(tags: Tags, ruled: Mapping[str, Claim]) -> Tags:
    """The tags without a creator where a soundtrack has none: what stands before it is the film."""
    from models.extract.rules.audio import SOUNDTRACK
    from models.extract.rules.recordings.record import SURE

    if "creator" in ruled and ruled["creator"].rule in SURE:
        return {role: tag for role, tag in tags.items() if role not in ("creator", "title")}
    is_soundtrack = "title" in ruled and ruled["title"].rule == SOUNDTRACK
    if not is_soundtrack or "creator" in ruled:
        return tags
    return {role: tag for role, tag in tags.items() if role != "creator"}


def _numbers(reading: NameReading, trust: Trust) -> dict[str, Claim]:
    """What the numbering fills: that of the files, and over it that of the name."""
    claims: dict[str, Claim] = {}
    place = reading.place
    if reading.listed is not None and not _contradicts(place, reading.listed):
        confidence = round(trust.numbered * trust.from_a_file, 3)
        for field, (value, path) in listed_fields(reading.subcategory, reading.listed).items():
            claims[field] = Claim(value, f"rules:{_FILES}", confidence, _FILES, path=path)
    if place is None:
        return claims
    source = f"rules:{place.rule}"
    for field, value in numbered_fields(reading.subcategory, place).items():
        span = _span_of(field, place)
        claims[field] = Claim(value, source, trust.numbered, place.rule, span)
    return claims


def _year_of_numbers(reading: NameReading, trust: Trust) -> dict[str, Claim]:
    """The year of a video whose name gives it otherwise: in a day, a season, a span of years.

    Seasons may be counted by years: `S2014E18`. The span is that of a series; its first year is
    when it began. Readers take a day without a century (`E06.211127`) for a day alone, and so is it
    read here.
    """
    if reading.medium is not Medium.VIDEO or reading.dated is not None:
        return {}
    place = reading.place
    if place is not None and place.season is not None and place.season >= _FIRST_YEAR:
        at = place.season_at or (place.start, place.end)
        source = f"rules:{place.rule}"
        return {"year": Claim(place.season, source, trust.numbered, place.rule, at)}
    if place is not None and place.date is not None:
        at = place.date_at or (place.start, place.end)
        if place.date[:4] not in reading.name[at[0] : at[1]]:
            return {}
        source = f"rules:{place.rule}"
        return {"year": Claim(int(place.date[:4]), source, trust.numbered, place.rule, at)}
    covered = years.span(reading.name) if reading.subcategory in _OF_YEARS else None
    if covered is None:
        return {}
    at = (covered.start, covered.end)
    return {"year": Claim(covered.first, f"rules:{_YEAR_SPAN}", trust.numbered, _YEAR_SPAN, at)}


def _is_title_the_year(reading: NameReading, claims: Mapping[str, Claim]) -> bool:
    """Whether the only year of a name is the whole title, and no rule takes it for a year."""
    if "year" not in claims or any(role == "year" for role, _, _ in reading.said):
        return False
    title = claims.get(title_and_creator_fields(reading.subcategory)[0])
    return title is not None and str(title.value) == str(claims["year"].value)


def _span_of(field: str, place: Numbering) -> tuple[int, int]:
    """Where the number stands that fills a field."""
    if field == "air_date":
        own = place.date_at
    else:
        own = place.season_at if field in _OF_SEASON else place.episode_at
    return own or (place.start, place.end)


def _contradicts(place: Numbering | None, listed: FileNumbers) -> bool:
    """Whether the name says the episode itself, or another season than the files."""
    if place is None:
        return False
    if place.episode is not None or place.last_season is not None:
        return True
    return None not in (place.season, listed.season) and place.season != listed.season


def _covered_years(reading: NameReading, trust: Trust) -> dict[str, Claim]:
    """The years that a collection covers."""
    if reading.subcategory is not Subcategory.COLLECTION:
        return {}
    covered = years.covered(reading.name)
    if covered is None:
        return {}
    source, span = f"rules:{_YEAR_SPAN}", (covered.start, covered.end)
    return {
        "first_year": Claim(covered.first, source, trust.numbered, _YEAR_SPAN, span),
        "last_year": Claim(covered.last, source, trust.numbered, _YEAR_SPAN, span),
    }
