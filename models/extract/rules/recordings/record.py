"""What the name of a recording says, each thing with the place where it says so."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from models.extract.evidence.claims import TAGGER, Claim
from models.extract.evidence.details import Described, Detail
from models.extract.evidence.guard import alike, find
from models.extract.names.description import description
from models.extract.names.words import EDGES, is_words, readable
from models.extract.rules import audio
from models.extract.rules.recordings import classical, compilation, live, scene_names
from models.extract.rules.recordings.audiobook import book, without_last, without_piece
from models.extract.rules.recordings.issues import reissue_year
from models.extract.rules.recordings.parts import DASH, with_bracket_of_word
from models.extract.rules.recordings.versions import around_bracket, with_versions
from models.extract.rules.years import Dated
from schemas import Subcategory

SURE = frozenset({audio.FILM_FIRST, audio.DISCOGRAPHY_OF})
"""The rules that read creator and title by a word of the name; the tagger says nothing there."""

CREATORS = SURE | {classical.COMPOSER_WORK, compilation.VARIOUS_TITLE}
"""The rules that know a creator from a table; the tagger need not see him."""

YEAR_TITLE = "year-title"
"""The rule by which a year before another one in brackets is a title."""

FEATURING = "featuring"
"""The rule that reads guests."""

_FEATURING = re.compile(
    r"(?<![^\W_])(?:(?:feat|ft)\.\s?|(?-i:feat|ft|featuring|Featuring|FEAT|FT)[\s_]+(?!of\b))"
    r"(?P<guests>[^\W_][^()\[\]{}]{0,120}?)(?=\s*[()\[\]{}]|\s+[-–—]\s|\s+(?:19|20)\d\d|\s+\d{2,3}\s?k|\.\w{2,4}$|$"
    r"|(?<=[a-z]{2})-(?=(?-i:[A-Z][a-z])))",
    re.IGNORECASE,
)
_GUEST = re.compile(r"(?:(?!\s*[,&/+]|\s+(?:and|und|y|x|vs\.?)\s).)+", re.IGNORECASE)

_OPENING = re.compile(r"[(\[]")
_WEEK = re.compile(r"[ ._](?:19|20)\d\d[ ._]week[ ._]\d{1,2}(?!\d)", re.IGNORECASE)
_TAIL = re.compile(r"(?<=\w)\s(?:-\s)?deluxe(?:\s(?:edition|version|album))?$", re.IGNORECASE)
_DAY_AT_END = re.compile(r"[\s(,-]+[0-3]?\d$")
_DATE_AT_END = re.compile(r"[\s,]+[0-3]?\d([-./])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d$")
_YEAR_AS_TITLE = re.compile(
    r"(?P<title>(?:19|20)\d\d)\s{0,3}[\[(](?:19|20)\d\d(?!\s?[-–~/]|\d)[^()\[\]]{0,40}[)\]]"
)
"""`1987 (1991, Deluxe Edition)`: a work may be named by a year."""

_MONTH_AND_YEAR = re.compile(r"([-./])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)")
_TRACK_NUMBER = re.compile(r"0\d{1,2}")
"""`03`, which no artist is called."""

Said = tuple[str, str | int, str]
"""Role, value and rule."""


def read(name: str, subcategory: Subcategory, dated: Dated | None) -> Described:
    """All that the name of a recording says.

    Args:
        name: the torrent's.
        subcategory: of audio, or a music video.
        dated: the year of the work.
    """
    if subcategory is Subcategory.AUDIOBOOK:
        return _book(name, dated)
    concert = live.concert(name)
    performance = classical.performance(name)
    details = [*_of_issue(name, dated), *_guests(name)]
    said: list[Said] = []
    if concert is not None:
        details += concert.details
    if concert is not None and subcategory is not Subcategory.MUSIC_VIDEO:
        said = _said(live.ARTIST_DAY, concert.creator, concert.title)
    if performance is not None:
        details += performance.details
        said = said or _said(classical.COMPOSER_WORK, performance.creator, performance.title)
    is_sure = is_tape = concert is not None and concert.is_tape
    if not said and not is_tape and (split := audio.split(name, subcategory)) is not None:
        said = _said(split.rule, split.creator, split.title)
        is_sure = split.rule == scene_names.RULE and scene_names.is_sure(name)
    if not said and (named := _YEAR_AS_TITLE.match(name)) is not None:
        said = _said(YEAR_TITLE, None, named["title"])
    said += _year(dated, concert)
    source = concert.source if concert is not None else None
    return Described(tuple(said), tuple(details), source=source, is_sure=is_sure)


def corrected(
    claims: Mapping[str, Claim], name: str, described: Described | None
) -> dict[str, Claim]:
    """Claims as they are published: various artists written out, no narrator as author.

    Args:
        claims: field -> what is believed.
        name: the torrent's.
        described: what the rules read.
    """
    details = described.details if described is not None else ()
    narrators = {str(detail.value) for detail in details if detail.field == "narrator"}
    corrected = dict(claims)
    artist = corrected.get("artist")
    if artist is not None and _is_no_artist(str(artist.value)):
        del corrected["artist"]
    for field in ("artist", "artists"):
        if field in corrected:
            corrected[field] = compilation.written_out(corrected[field], name)
    author = corrected.get("author")
    if author is not None and author.source == TAGGER and _is_only(author, narrators, name):
        del corrected["author"]
    title = corrected.get("title")
    if title is not None and "author" in corrected:
        corrected["title"] = title._replace(value=_title_of_book(title, narrators, described))
    is_track = "track_name" in corrected and " " in name  # the scene names guests beside the title
    for field in ("album_name", "collection_name", "track_name"):
        if _OPENING.search(name) and field in corrected:
            corrected[field] = _whole(corrected[field], name, is_track=is_track)
    for field in ("album_name", "collection_name"):
        if field in corrected:
            corrected[field] = _without_tail(_with_week(corrected[field], name))
    for field in ("album_name", "collection_name", "track_name"):
        if field in corrected:
            corrected[field] = without_day(corrected[field], name)
    return corrected


def _title_of_book(title: Claim, narrators: Iterable[str], described: Described | None) -> str:
    """The title of a book read aloud, without its narrator and the number of a file."""
    value = without_piece(str(title.value))
    for narrator in narrators:
        value = without_last(value, narrator)
        if described is not None and alike(value, narrator):
            value = next((str(text) for role, text, _ in described.said if role == "title"), value)
    return value


def _place_of_title(title: str, name: str) -> tuple[int, int] | None:
    """Where a title stands: behind a dash, if the artist before it is called the same."""
    span = find(title, name)
    if span is None or (dash := DASH.match(name, span[1])) is None:
        return span
    again = find(title, name[dash.end() :])
    return (again[0] + dash.end(), again[1] + dash.end()) if again is not None else span


def _with_week(title: Claim, name: str) -> Claim:
    """A title with the week that charts are of: `New Songs 2019 Week 16`."""
    span = find(str(title.value), name)
    week = _WEEK.match(name, span[1]) if span is not None else None
    if span is None or week is None:
        return title
    return title._replace(value=readable(name[span[0] : week.end()]))


def _without_tail(title: Claim) -> Claim:
    """A title without the word behind it that says how the work was issued: `Low Tide Deluxe`."""
    tail = _TAIL.search(str(title.value))
    return title._replace(value=str(title.value)[: tail.start()]) if tail is not None else title


def without_day(title: Claim, name: str) -> Claim:
    """A title without the day at its end, or the number that begins one: `Hall 12-04-2014`."""
    date = _DATE_AT_END.search(str(title.value))
    if date is not None and date.start():
        return title._replace(value=str(title.value)[: date.start()])
    if _DAY_AT_END.search(str(title.value)) is None:
        return title
    span = find(str(title.value), name)
    day = _DAY_AT_END.search(str(title.value))
    if span is None or day is None or not _MONTH_AND_YEAR.match(name, span[1]):
        return title
    start = span[0]
    end = start + day.start()
    return title._replace(value=name[start:end], span=(start, end)) if end > start else title


def _is_no_artist(text: str) -> bool:
    """Whether a text is the number of a track, or a film with its soundtrack."""
    return _TRACK_NUMBER.fullmatch(text) is not None or audio.is_soundtrack_of_film(text)


def _whole(title: Claim, name: str, *, is_track: bool) -> Claim:
    """A title with the words before a bracket, and with the brackets that belong to it."""
    span = _place_of_title(str(title.value), name)
    if span is None:
        return title
    start, end = around_bracket(name, *span, is_track=is_track) or span
    end = with_bracket_of_word(name, end)
    end = with_versions(name, end, is_track=is_track)
    if (start, end) == span:
        return title
    return title._replace(value=readable(name[start:end]))


def _is_only(author: Claim, narrators: Collection[str], name: str) -> bool:
    """Whether an author is the narrator; a writer who reads his own book stands there twice."""
    return str(author.value) in narrators and name.count(str(author.value)) == 1


def _book(name: str, dated: Dated | None) -> Described:
    """A book that is read aloud."""
    read_aloud = book(name)
    said = _said(read_aloud.rule, read_aloud.author, read_aloud.title) if read_aloud.rule else []
    return Described((*said, *_year(dated, None)), read_aloud.details)


def _said(rule: str, creator: str | None, title: str | None) -> list[Said]:
    said: list[Said] = []
    if creator:
        said.append(("creator", creator, rule))
    if title:
        said.append(("title", title, rule))
    return said


def _year(dated: Dated | None, concert: live.Concert | None) -> list[Said]:
    """The year that the name gives for the work, else that of the concert."""
    if dated is not None:
        return [("year", dated.year, dated.rule)]
    day = concert.day if concert is not None else None
    return [("year", day.year, live.ARTIST_DAY)] if day is not None else []


def _of_issue(name: str, dated: Dated | None) -> Iterator[Detail]:
    """The year of a reissue."""
    issue = reissue_year(name, dated)
    if issue is not None:
        yield Detail("reissue_year", issue.year, issue.rule, issue.start, issue.end)


def _guests(name: str) -> Iterator[Detail]:
    """Who is credited behind `feat.`, one by one."""
    lower = name.lower()
    if "feat" not in lower and "ft" not in lower:
        return
    credit = _FEATURING.search(name)
    if credit is None:
        return
    first, last = credit.span("guests")
    described = description(name)
    guests = (
        name[first:last] if described is None else name[first : max(first, min(last, described))]
    )
    for guest in _GUEST.finditer(guests):
        text = guest[0].strip(EDGES)
        if is_words(text):
            start = first + guests.index(text, guest.start())
            yield Detail("featured", (text,), FEATURING, start, start + len(text))
