"""Cases that no collection has: slips, titles that were never made, artists that are not there."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from models.match.normalise import compact, fold, split_edition
from streams.lab.catalogue.data import Data
from streams.lab.catalogue.world import Row, World, as_told

MADE = 1500
"""Real release groups that cases are made of, at most."""
_LONGEST_WORD = 20


class Words:
    """Draws names in the likeness of real ones."""

    def __init__(self, names: Iterable[str], rng: random.Random) -> None:
        counts = Counter(
            word for name in names for word in name.split() if len(word) < _LONGEST_WORD
        )
        self._words = list(counts)
        self._totals = list(accumulate(counts.values()))
        self._rng = rng

    def name(self, lengths: Sequence[int]) -> str:
        """A name of as many words as one of the lengths says."""
        count = self._rng.choice(lengths)
        return " ".join(self._rng.choices(self._words, cum_weights=self._totals, k=count))


def typo(text: str, rng: random.Random) -> str:
    """The text with one letter left out, doubled, swapped or replaced, as hands slip."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + rng.choice("aeinorst") + text[at + 1 :],
        )
    )


def made_cases(world: World, real: list[tuple[Row, str]], data: Data) -> dict[str, list[Row]]:
    """The cases by kind."""
    rng = random.Random(11)
    titles = [row["title"] for row in data.catalogue("albums")]
    words = Words((name for _, name in world.artists[:100_000]), rng)
    cases: dict[str, list[Row]] = {"slips": [], "missing": [], "absent": []}
    for row, mbid in rng.sample(real, min(MADE, len(real))):
        slipped = _slipped(row, mbid, rng)
        cases["slips"].append(slipped)
        other = rng.choice(titles)
        artist_mbid = row["artist_mbid"]
        if (artist_mbid, compact(split_edition(other)[0])) not in world.titles:
            asked = {"artist": row["artist"], "title": other}
            cases["missing"].append({**asked, **_truth(artist_mbid, None, "missing")})
        stranger = words.name((2, 3))
        if fold(stranger) and compact(stranger) not in world.by_name:
            title = rng.choice((other, row["title"]))
            asked = {"artist": stranger, "title": title, "year": slipped["year"]}
            cases["absent"].append({**asked, **_truth(None, None, "absent")})
    return cases


def _slipped(row: Row, mbid: str, rng: random.Random) -> Row:
    """A release group with a slip in the artist, in the title, or in both."""
    which = rng.randrange(3)
    return {
        "artist": typo(row["artist"], rng) if which != 1 else row["artist"],
        "title": typo(row["title"], rng) if which else row["title"],
        "year": as_told(row.get("year"), rng),
        **_truth(row["artist_mbid"], mbid, "slips"),
    }


def _truth(artist: str | None, group: str | None, kind: str) -> Row:
    return {"artist_mbid": artist, "release_group_mbid": group, "kind": kind}
