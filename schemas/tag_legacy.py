"""Tags that other programs wrote before the namespace was agreed, read without guessing.

Nomarr wrote three kinds, told here as its README shows them:

* `essentia:happy`, `essentia:yamnet_happy`, `essentia:happy_tier`: what made them is not said.
* `nom:happy_essentia21b6dev1389_effnet20220825_happy20220825`: the label comes first, then what
  made it. Its prefix is ours, its order is not, and with a calibration (`..._none_0`) it even has
  six parts. Such a name says all that ours says, so it is moved.
* `nom:mood-strict`, `essentia:mood-loose`: lists of moods that were made of many labels.

The first and the last kind lack what a name must say. They are kept as they are, with the reason; a
person who knows what made them tells it by `Origin`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.base import MAX_TEXT
from schemas.tag_name import BadTagName, TagName, component, tag

LEGACY = "essentia:"
_TIER = "_tier"

_EMBEDDERS = ("effnet", "maest", "musicnn", "openl3", "vggish", "yamnet")
"""Embedders that an `essentia:` tag may name before its label."""

_LABEL_FIRST = re.compile(
    r"nom:(?P<label>[a-z0-9-]+(?:_[a-z0-9-]+)*?)"
    r"_essentia(?P<framework>\d[a-z0-9]*)"
    r"_(?P<embedder>[a-z][a-z0-9-]*?)(?P<embedder_id>\d{8})"
    r"_(?P<head>[a-z][a-z0-9_-]*?)(?P<head_id>\d{8})"
    r"(?P<calibration>_[a-z]+_\d+)?"
    r"(?P<tier>_tier)?"
)
"""The dates are those of the files of Essentia's models."""
_MOODS = re.compile(r"(?:nom|essentia):mood-(?:strict|regular|loose)")


@dataclass(frozen=True, slots=True)
class Origin:
    """What made tags that do not say it themselves. See `TagName` for the parts."""

    framework: str
    embedder: str
    embedder_id: str
    model_id: str


@dataclass(frozen=True, slots=True)
class ReadTag:
    """A tag as it was read: `text` is what was there, always.

    Attributes:
        text: as it came.
        name: what it means; None where nobody can say.
        flag: why `name` is None, or that it was moved from another format; None where it is ours.
        framework_version: of the framework, where only the old format says it.
    """

    text: str
    name: TagName | None = None
    flag: str | None = None
    framework_version: str | None = None


def read(text: str, origins: Mapping[str, Origin] | None = None) -> ReadTag:
    """What the name of a tag means, whichever of the formats it is of.

    >>> str(read("nom:happy_essentia21b6dev1389_effnet20220825_happy20220825").name)
    'nom:essentia_effnet_20220825_happy_20220825_happy'

    Args:
        text: as it stands in a file or a table.
        origins: what made `essentia:*` tags: label -> origin; the empty label stands for all.

    Returns:
        Its name, or why it has none. Nothing is raised, and nothing is thrown away.
    """
    if len(text) > MAX_TEXT:
        return ReadTag(text, flag=f"it is longer than any name, {MAX_TEXT} characters")
    small = text.lower() if text.isascii() else text
    if _MOODS.fullmatch(small):
        return ReadTag(text, flag="a list of moods, made of several models' labels")
    if moved := _LABEL_FIRST.fullmatch(small):
        return _moved(text, moved)
    if small.startswith(LEGACY):
        return _of_origin(text, small.removeprefix(LEGACY), origins or {})
    try:
        return ReadTag(text, TagName.parse(text))
    except BadTagName as error:
        return ReadTag(text, flag=str(error))


def _moved(text: str, match: re.Match[str]) -> ReadTag:
    try:
        name = TagName(
            "essentia",
            match["embedder"],
            match["embedder_id"],
            component(match["head"]),
            match["head_id"],
            tag(match["label"] + (match["tier"] or "")),
        )
    except BadTagName as error:
        return ReadTag(text, flag=str(error))
    calibration = f" (calibration {match['calibration'][1:]})" if match["calibration"] else ""
    flag = f"moved from Nomarr's order, label first{calibration}"
    return ReadTag(text, name, flag, match["framework"])


def _of_origin(text: str, label: str, origins: Mapping[str, Origin]) -> ReadTag:
    head = label.removesuffix(_TIER)
    origin = origins.get(head) or origins.get("")
    embedder, _, rest = head.partition("_")
    if origin is not None and rest and embedder in _EMBEDDERS:
        if embedder not in origin.embedder:
            return ReadTag(
                text, flag=f"it names {embedder}, and was said to be by {origin.embedder}"
            )
        label, head = label.removeprefix(f"{embedder}_"), rest
    if origin is None:
        return ReadTag(text, flag="it does not say what made it; tell its origin to move it")
    try:
        name = TagName(
            origin.framework,
            origin.embedder,
            origin.embedder_id,
            component(head),
            origin.model_id,
            tag(label),
        )
    except BadTagName as error:
        return ReadTag(text, flag=str(error))
    return ReadTag(text, name, "moved from essentia:, by the origin that was told")
