"""What rules and tagger claim about a name, and what is settled between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.extract.described import described, may_be_author
from models.extract.evidence.claims import Claim, rule_claim, settle
from models.extract.evidence.details import Described
from models.extract.evidence.trust import Trust
from models.extract.rules import audio, episode_titles, years
from models.extract.rules.numbering import Numbering
from models.extract.rules.series import numbered_fields
from models.extract.rules.titles import video_title
from models.extract.rules.years import Dated
from models.extract.tagger.decode import Tagged
from models.extract.tagger.values import tag_claims
from schemas import MEDIUM_OF, Medium, Subcategory, title_and_creator_fields

Tags = Mapping[str, Tagged]
"""Role -> where the tagger sees it in the name."""

_BESIDE_AUTHOR = "beside-author"
_YEAR_SPAN = "year-span"


Said = tuple[str, str | int, str]
"""Role, value and rule."""


@dataclass(frozen=True)
class NameReading:
    """A name with its class, its numbering and the year of the work."""

    name: str
    subcategory: Subcategory
    place: Numbering | None
    dated: Dated | None

    @property
    def medium(self) -> Medium:
        """The medium of the class."""
        return MEDIUM_OF[self.subcategory]

    @property
    def is_music(self) -> bool:
        """Whether the name is that of a recording: artist and title."""
        return self.medium is Medium.AUDIO or self.subcategory is Subcategory.MUSIC_VIDEO

    @cached_property
    def described(self) -> Described | None:
        """What the rules of software or of books read. None for other media."""
        return described(self.name, self.subcategory)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """All that rules say, read once."""
        return tuple(said_by_rules(self))


def settled_claims(reading: NameReading, tags: Tags | None, trust: Trust) -> dict[str, Claim]:
    """Field -> the claim that is believed, of all that rules and tagger say.

    Args:
        reading: the name.
        tags: where the tagger sees each role; None if it was not asked.
        trust: how far each is believed.
    """
    rule_claims = {
        role: rule_claim(value, rule, _confidence(rule, role, trust))
        for role, value, rule in reading.said
    }
    seen = _without_false_creator(tags or {}, rule_claims)
    if reading.medium is Medium.BOOK and "creator" in seen:
        author = seen["creator"]
        if not may_be_author(reading.name, author.start, author.end):
            seen = {role: tag for role, tag in seen.items() if role != "creator"}
    tagged_claims = tag_claims(reading.name, seen, reading.dated)
    if (title := _beside_author(reading, tagged_claims)) is not None:
        confidence = _confidence(_BESIDE_AUTHOR, "title", trust)
        rule_claims["title"] = rule_claim(title, _BESIDE_AUTHOR, confidence)
    if tags is not None and "creator" not in seen and reading.medium is not Medium.BOOK:
        # Of artists that a rule sees and the tagger does not, one in ten is right. Rules of books
        # have proof: a given name or initials.
        rule_claims.pop("creator", None)
    claims: dict[str, Claim] = {}
    for role, field in _fields(reading.subcategory).items():
        settled = settle(role, rule_claims.get(role), tagged_claims.get(role), trust)
        if field is not None and settled is not None:
            claims[field] = settled
    claims |= _numbers(reading, trust)
    if covered := _covered_years(reading, trust):
        claims |= covered
        claims.pop("year", None)
    return claims


def _fields(subcategory: Subcategory) -> dict[str, str | None]:
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
    if reading.is_music:
        if (split := audio.split(reading.name, reading.subcategory)) is not None:
            if split.creator:
                yield "creator", split.creator, split.rule
            if split.title:
                yield "title", split.title, split.rule
    elif reading.medium is Medium.VIDEO and (cut := video_title(reading.name, reading.place)):
        yield "title", cut.text, cut.rule
    if reading.dated is not None:
        yield "year", reading.dated.year, reading.dated.rule
    place = reading.place
    is_aired = place is not None and (place.episode is not None or place.date is not None)
    if place and is_aired and (title := episode_titles.episode_title(reading.name, place)):
        yield "episode_title", title.text, episode_titles.RULE


def _without_false_creator(tags: Tags, ruled: Mapping[str, Claim]) -> Tags:
    """The tags without a creator where a soundtrack has none: what stands before it is the film."""
    is_soundtrack = "title" in ruled and ruled["title"].rule == audio.SOUNDTRACK
    if not is_soundtrack or "creator" in ruled:
        return tags
    return {role: tag for role, tag in tags.items() if role != "creator"}


def _beside_author(reading: NameReading, tagged: Mapping[str, Claim]) -> str | None:
    """The title of a book whose author only the tagger sees. Returns None if there is none."""
    if reading.medium is not Medium.BOOK or "title" in tagged or "creator" not in tagged:
        return None
    return audio.other_part(reading.name, str(tagged["creator"].value))


def _numbers(reading: NameReading, trust: Trust) -> dict[str, Claim]:
    """What the numbering fills."""
    place = reading.place
    if place is None:
        return {}
    source, span = f"rules:{place.rule}", (place.start, place.end)
    return {
        field: Claim(value, source, trust.numbered, place.rule, span)
        for field, value in numbered_fields(reading.subcategory, place).items()
    }


def _covered_years(reading: NameReading, trust: Trust) -> dict[str, Claim]:
    """The years that a collection covers."""
    if reading.subcategory is not Subcategory.COLLECTION:
        return {}
    covered = years.span(reading.name)
    if covered is None:
        return {}
    source, span = f"rules:{_YEAR_SPAN}", (covered.start, covered.end)
    return {
        "first_year": Claim(covered.first, source, trust.numbered, _YEAR_SPAN, span),
        "last_year": Claim(covered.last, source, trust.numbered, _YEAR_SPAN, span),
    }
