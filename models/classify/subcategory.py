"""The subcategory where the medium is known: by files, a rule, what was learnt, a number.

What chose it is told as well: `structure.…`, the model, or `numbering.…`; None where the rule did
that decided the medium.
"""

from models.classify import structure
from models.classify.draft import Draft
from models.classify.ensemble import Answer
from models.extract.rules.numbering import numbering
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

_SURE_FILM = 0.9
"""Probability of a film from which a number in the name is part of the title."""

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
    if medium is not Medium.VIDEO or (draft.shape and draft.shape.firm):
        return choice
    subcategory, by = _numbered(draft, choice, answer)
    if is_adult and subcategory is Subcategory.EPISODE and is_of_a_site(draft.name):
        return Subcategory.VIDEO_OTHER, None
    return subcategory, by


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
    unshown = _SPOKEN if medium is Medium.AUDIO else _CLIPS
    if draft.hint is not None and draft.hint in unshown:
        return draft.hint, draft.rule
    if answer is not None and medium is answer.medium:
        guess = answer.subcategory(medium)
        if guess in unshown and answer.subcategories[guess] >= _OTHER_SHAPE:
            return guess, f"{answer.by}.subcategory"
    return shape.subcategory, shape.rule


def _numbered(draft: Draft, choice: Choice, answer: Answer | None) -> Choice:
    """An episode or a season in place of a film whose name has their number.

    The number is asked for as extraction asks for it, so that class and fields agree.
    """
    if choice[0] is not Subcategory.MOVIE or _is_surely_film(draft, answer):
        return choice
    place = numbering(draft.name)
    if place is None:
        return choice
    subcategory = refined(choice[0], place)
    # A day before the title is mostly that of the upload.
    if subcategory is Subcategory.MOVIE and place.date is not None and place.start > 0:
        subcategory = _dated(answer)
    possible = structure.possible(Medium.VIDEO, draft.items)
    if subcategory is choice[0] or (possible is not None and subcategory not in possible):
        return choice
    return subcategory, f"numbering.{place.rule}"


def _is_surely_film(draft: Draft, answer: Answer | None) -> bool:
    """Whether what was learnt says so. A rule that found a year and a source knows less."""
    is_learnt = draft.hint is None and answer is not None
    return is_learnt and answer.subcategories[Subcategory.MOVIE] >= _SURE_FILM


def _dated(answer: Answer | None) -> Subcategory:
    """What a video with a day of broadcast is: no film is named by its day."""
    if answer is None:
        return Subcategory.EPISODE
    return max(_BY_DAY, key=lambda sub: answer.subcategories[sub])
