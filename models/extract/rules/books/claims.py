"""What rules and tagger claim of a book, where one takes its author for its title."""

from collections.abc import Mapping

from models.extract.evidence.claims import Claim
from models.extract.evidence.guard import alike
from models.extract.rules.audio import other_part

_DASH = " - "
_MOST_WORDS = 4
"""Of an author's name."""


def takes_author_for_title(ruled: Mapping[str, Claim], tagged: Mapping[str, Claim]) -> bool:
    """Whether a rule's title is the author that the tagger sees beside another title."""
    if "title" not in ruled or "creator" in ruled or not {"title", "creator"} <= tagged.keys():
        return False
    title = ruled["title"].value
    return alike(title, tagged["creator"].value) and not alike(title, tagged["title"].value)


def told_apart(claims: dict[str, Claim], name: str) -> dict[str, Claim]:
    """The claims of a book whose title is another text than its author."""
    author, title = claims.get("author"), claims.get("title")
    if author is None or title is None:
        return claims
    if not alike(author.value, title.value):
        return claims | {"title": title._replace(value=without_author(title, author))}
    other = other_part(name, str(author.value))
    told = {field: claim for field, claim in claims.items() if field != "title"}
    if other is not None and not alike(other, author.value):
        told["title"] = title._replace(value=other)
    return told


def without_author(title: Claim, author: Claim) -> str:
    """A title without its author before its first dash or behind its last: `Author - Title`."""
    text = str(title.value)
    if len(str(author.value).split()) > _MOST_WORDS:
        return text  # a sentence is the first part of a title
    first, dash, behind = text.partition(_DASH)
    if dash and alike(first, author.value):
        return behind
    before, dash, last = text.rpartition(_DASH)
    # A single word there is as likely the town of a travel guide.
    is_whole = " " in str(author.value)
    return before if dash and is_whole and alike(last, author.value) else text


def beside_author(name: str, tagged: Mapping[str, Claim]) -> str | None:
    """The title of a book whose author only the tagger sees. Returns None if there is none."""
    if "title" in tagged or "creator" not in tagged:
        return None
    return other_part(name, str(tagged["creator"].value))


def is_doubtful_author(
    ruled: Mapping[str, Claim], tagged: Mapping[str, Claim], least: float
) -> bool:
    """Whether the tagger alone sees an author of one word, and less surely than `least`.

    It is mostly a word of the title. Scripts without capitals write a whole name as one word.
    """
    if "creator" in ruled or "creator" not in tagged:
        return False
    author = str(tagged["creator"].value)
    is_name_of_two = " " in author or author.upper() == author.lower()
    return not is_name_of_two and tagged["creator"].confidence < least
