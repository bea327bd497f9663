"""The subcategory where the medium is known: by files, a rule, what was learnt, a number.

What chose it is told as well: `structure.…`, the model, or `numbering.…`; None where the rule did
that decided the medium.
"""

import re

from models.classify import structure
from models.classify.draft import Draft
from models.classify.ensemble import Answer
from models.classify.plain_names import runs_for_years
from models.extract.rules.file_numbers import FileNumbers, agreed_numbers
from models.extract.rules.numbering import Numbering, numbering
from models.extract.rules.series import refined
from models.text.encoder_input import is_of_a_site
from schemas import Medium, Subcategory
from schemas.media import FALLBACK, SUBCATEGORIES

Choice = tuple[Subcategory, str | None]
"""A subcategory and what chose it."""

_OTHER_SHAPE = 0.5
"""Probability from which the learnt stage's audiobook or broadcast stands against an album that the
files suggest.
"""

_OTHER_THAN_SONGS = 0.9
"""The same where the files are as many and as large as the songs of an album."""

_LIVE = re.compile(r"\b(?:live[ ._](?:at|in|from|on)|in[ ._]concert|unplugged)\b", re.IGNORECASE)
"""Words by which counted videos are the songs of a concert."""

_SURE = 0.9
"""Probability of a film or a season from which a number in the name is part of the title."""

_NUMBERED = frozenset({Subcategory.MOVIE, Subcategory.SEASON, Subcategory.SERIES})
_SPOKEN = frozenset({Subcategory.AUDIOBOOK, Subcategory.AUDIO_OTHER})
_CLIPS = frozenset({Subcategory.VIDEO_OTHER, Subcategory.MUSIC_VIDEO})
_BY_DAY = (Subcategory.EPISODE, Subcategory.VIDEO_OTHER, Subcategory.MUSIC_VIDEO)


def subcategory_of(
    draft: Draft, medium: Medium, answer: Answer | None, *, is_adult: bool
) -> Choice:
    """The subcategory of a draft.

    Args:
        draft: what the cheap stages say.
        medium: the medium that was decided.
        answer: what the learnt stage says, if it was asked.
        is_adult: whether the work is flagged as adult.
    """
    choice = _named(draft, medium, answer)
    if medium is not Medium.VIDEO:
        return choice
    place, listed = numbering(draft.name), agreed_numbers(draft.files)
    if place is not None and not (draft.shape and draft.shape.firm):
        choice = _of_a_day(draft, choice, answer, place)
    if place is None and _is_film_in_parts(draft, choice):
        choice = Subcategory.MOVIE, "structure.video.parts"
    if choice[0] is Subcategory.MOVIE and not draft.items and runs_for_years(draft.name):
        choice = Subcategory.SERIES, "name.years"
    if is_adult and choice[0] is Subcategory.EPISODE and is_of_a_site(draft.name):
        choice = Subcategory.VIDEO_OTHER, None
    return _numbered(choice, place, listed)


def _named(draft: Draft, medium: Medium, answer: Answer | None) -> Choice:
    """The subcategory and what chose it: files, then a rule, then what was learnt."""
    if draft.shape is not None:
        return _by_shape(draft, draft.shape, medium, answer)
    possible = structure.possible(medium, draft.items)
    if draft.hint is not None and (possible is None or draft.hint in possible):
        return draft.hint, None
    if answer is None:
        return FALLBACK[medium], None
    # In the order of the schema, so that a tie is settled the same way everywhere.
    choices = [sub for sub in SUBCATEGORIES[medium] if possible is None or sub in possible]
    likeliest = max(choices, key=lambda sub: answer.subcategories[sub])
    return likeliest, f"{answer.by}.subcategory"


def _by_shape(
    draft: Draft, shape: structure.Shape, medium: Medium, answer: Answer | None
) -> Choice:
    """What the files suggest, unless a rule or the learnt stage knows what files cannot show."""
    if shape.firm:
        return shape.subcategory, shape.rule
    if shape.rule == structure.NUMBERS and _LIVE.search(draft.name):
        return Subcategory.MUSIC_VIDEO, "structure.video.concert"
    unshown = _SPOKEN if medium is Medium.AUDIO else _CLIPS
    least = _OTHER_THAN_SONGS if shape.rule == structure.SONGS else _OTHER_SHAPE
    if draft.hint is not None and draft.hint in unshown:
        return draft.hint, draft.rule
    if answer is not None and medium is answer.medium:
        guess = answer.subcategory(medium)
        if guess in unshown and answer.subcategories[guess] >= least:
            return guess, f"{answer.by}.subcategory"
    return shape.subcategory, shape.rule


def _is_film_in_parts(draft: Draft, choice: Choice) -> bool:
    """Whether the files are parts of a film where only what was learnt takes them for a series."""
    is_series = choice[0] in (Subcategory.EPISODE, Subcategory.SEASON)
    return is_series and draft.hint is None and structure.are_parts_of_a_film(draft.items)


def _of_a_day(draft: Draft, choice: Choice, answer: Answer | None, place: Numbering) -> Choice:
    """What a day in the name makes of a film, a season or a series."""
    is_day = place.date is not None and place.season is None and place.episode is None
    if not is_day or choice[0] not in _NUMBERED or _is_surely_learnt(draft, choice[0], answer):
        return choice
    if not _is_day_of_broadcast(draft.name, place, choice[0]):
        return choice
    subcategory = _dated(answer)
    possible = structure.possible(Medium.VIDEO, draft.items)
    if subcategory is choice[0] or (possible is not None and subcategory not in possible):
        return choice
    return subcategory, f"numbering.{place.rule}"


def _numbered(choice: Choice, place: Numbering | None, listed: FileNumbers | None) -> Choice:
    """The class that the numbers of the name and of the files speak for.

    Extraction asks the same, so that class and record agree.
    """
    by_name = refined(choice[0], place)
    subcategory = refined(choice[0], place, listed)
    if subcategory is choice[0]:
        return choice
    if place is not None and subcategory is by_name:
        return subcategory, f"numbering.{place.rule}"
    return subcategory, "numbering.files"


def _is_day_of_broadcast(name: str, place: Numbering, subcategory: Subcategory) -> bool:
    """Whether a day says that a video is one broadcast.

    A day before the title is that of the upload, and two days are those of the first and the last.
    """
    if place.start == 0 or subcategory is Subcategory.SERIES:
        return False
    later = numbering(name[place.end :])
    return later is None or later.date is None


def _is_surely_learnt(draft: Draft, subcategory: Subcategory, answer: Answer | None) -> bool:
    """Whether what was learnt stands against a number. What a rule says of the name does not."""
    if draft.hint is not None or answer is None:
        return False
    return subcategory is Subcategory.SERIES or answer.subcategories[subcategory] >= _SURE


def _dated(answer: Answer | None) -> Subcategory:
    """What a video with a day of broadcast is: no film is named by its day."""
    if answer is None:
        return Subcategory.EPISODE
    return max(_BY_DAY, key=lambda sub: answer.subcategories[sub])
