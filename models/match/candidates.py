"""Which entities a query may mean.

Equal names come first, then parts of a joint credit, then names and titles that are alike.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from models.match.answer import Answer, Compared
from models.match.asked import Asked
from models.match.features import Features, kind_features, track_features, year_features
from models.match.index import GROUPS_COMPARED, HITS, Index
from models.match.likeness import ARTIST_FLOOR, TITLE_FLOOR, artist_likeness, titles_alike
from models.match.normalise import artist_parts, is_various

VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377"
"""MusicBrainz's special-purpose artist
(https://musicbrainz.org/doc/Style/Unknown_and_untitled/Special_purpose_artist).
"""

SHARING = 50
"""Release groups taken from shared words. Recall at this many was measured (the model card)."""

COMMON = 100
"""A title of more release groups than this names none of them.

Of those, only what shares a word of the artist, or is by an artist spelled nearly so, is compared.
"""

TRACKED_FLOOR = 0.3
"""Names and titles may be this unlike when the tracks are `SHARED`: those say more than a name."""
SHARED = 0.5
"""Share of the tracks in common from which on they prove the release group."""

_HOW = {
    Compared.ALIAS: "artist_alias",
    Compared.CREDIT: "artist_credit",
    Compared.PART: "artist_part",
}
"""Feature of an artist that compared in this way; an equal name needs none."""


class _Lead(NamedTuple):
    """An artist that may be meant, how its name compared, and the features that say so."""

    artist: int
    compared: Compared
    features: Mapping[str, float]

    @classmethod
    def of(cls, artist: int, compared: Compared) -> "_Lead":
        """An artist of an equal name, or of a part of the credit."""
        return cls(artist, compared, {_HOW[compared]: 1.0} if compared in _HOW else {})

    @classmethod
    def alike(cls, artist: int, likeness: float, **features: float) -> "_Lead":
        """An artist whose name is only alike."""
        features["artist_like"] = 1.0
        features["artist_unlike"] = 1.0 - likeness
        return cls(artist, Compared.LIKE, features)


class Search:
    """Looks one query up in an index. An artist is looked at in the first tier that has it."""

    def __init__(self, index: Index, asked: Asked) -> None:
        self._index = index
        self._asked = asked
        self._seen: set[int] = set()
        self._sharing: dict[str, dict[int, list[int]]] = {}
        """Name of an artist -> artist -> release groups that share words with name and title.

        Artists of one name ask once.
        """

    def tiers(self) -> Iterator[list[Answer]]:
        """Answers, the surest way of finding them first.

        Each tier is looked up when it is asked for, so a caller that is content saves the rest.
        """
        asked = self._asked
        if is_various(asked.name):
            yield self._by_various()
            return
        for name in dict.fromkeys((asked.name, asked.main)):
            yield self._by_name(name)
        if asked.title and asked.is_joint:
            yield self._by_parts()
        yield self._by_likeness() if asked.title else self._artists_alike()

    def _by_various(self) -> list[Answer]:
        various = self._index.artist_of(VARIOUS_ARTISTS)
        if various is None:
            return []
        return list(self._of_artist(_Lead.of(various, Compared.VARIOUS), self._titled(various)))

    def _by_name(self, name: str) -> list[Answer]:
        """Artists with this name, alias or credit."""
        leads: dict[int, Compared] = {}
        for artists, compared in (
            (self._index.artists_named(name), Compared.NAME),
            (self._index.artists_aliased(name), Compared.ALIAS),
            (self._index.artists_credited(name), Compared.CREDIT),
        ):
            for artist in artists:
                if artist not in self._seen:
                    leads.setdefault(artist, compared)
        self._seen.update(leads)
        titled = {artist: self._titled(artist) for artist in leads}
        # Where one artist of the name has the very title, what the others have that is like it
        # would change nothing.
        is_settled = any(titled.values())
        return [
            answer
            for artist, compared in leads.items()
            for answer in self._of_artist(
                _Lead.of(artist, compared), titled[artist], equal_only=is_settled
            )
        ]

    def _by_parts(self) -> list[Answer]:
        """Artists of a joint credit: "A & B" may stand under A alone.

        A part by itself proves nothing, so it counts only with a title.
        """
        parts = (*self._asked.parts, *artist_parts(self._asked.guest or ""))
        artists = dict.fromkeys(
            artist
            for part in parts
            for artist in self._index.artists_named(part)
            if artist not in self._seen
        )
        self._seen.update(artists)
        return [
            answer
            for artist in artists
            for answer in self._of_artist(_Lead.of(artist, Compared.PART), self._titled(artist))
        ]

    def _artists_alike(self) -> list[Answer]:
        """Artists of another spelling, where no title is asked for."""
        return [
            Answer(
                artist,
                Compared.LIKE,
                Features(**_Lead.alike(artist, likeness, title_none=1.0).features),
                why=(Compared.LIKE.value,),
            )
            for artist, likeness in self._likeliest(self._near())
        ]

    def _by_likeness(self) -> list[Answer]:
        """Artists of another spelling, each only with release groups whose title fits."""
        groups, popularity = self._groups_alike()
        likeness: dict[int, float] = {}
        answers = []
        for group in groups:
            for artist in self._index.group(group).artist_ids:
                if artist in self._seen:
                    continue
                if artist not in likeness:
                    likeness[artist] = artist_likeness(self._asked.main, self._index.artist(artist))
                if likeness[artist] < TRACKED_FLOOR:
                    continue
                common = math.log10(popularity.get(group, 1))
                answer = self._with_group(
                    _Lead.alike(artist, likeness[artist], common=common), group
                )
                if answer is not None:
                    answers.append(answer)
        return answers

    def _groups_alike(self) -> tuple[list[int], dict[int, int]]:
        """Release groups that may be meant whoever made them, and how many have their very title.

        Found by an equal title, by words that are shared, by an artist of nearly the same name, and
        by tracks.
        """
        asked = self._asked
        groups: list[int] = []
        popularity: dict[int, int] = {}
        for form in asked.titles:
            titled = self._index.groups_titled_by_anyone(form)
            popularity.update(dict.fromkeys(titled, len(titled)))
            groups += titled if len(titled) <= COMMON else []
        for form in asked.titles:
            groups += self._index.groups_sharing(asked.name, form, SHARING)
        for artist, _ in self._likeliest(self._near()):
            groups += self._index.groups_of(artist) or self._groups_sharing(artist)
        groups += self._index.groups_with_tracks(asked.tracks)
        return list(dict.fromkeys(groups)), popularity

    def _near(self) -> list[int]:
        """Artists one letter off that no tier before has had."""
        near = self._index.artists_near(self._asked.main)
        return [artist for artist in near if artist not in self._seen]

    def _likeliest(self, artists: Iterable[int]) -> list[tuple[int, float]]:
        """The artists whose names are most like the one that is asked for, with their likeness."""
        likeness = {
            artist: artist_likeness(self._asked.main, self._index.artist(artist))
            for artist in artists
        }
        ordered = sorted(likeness.items(), key=lambda item: (-item[1], item[0]))
        return [item for item in ordered[:SHARING] if item[1] >= ARTIST_FLOOR]

    def _titled(self, artist: int) -> list[int]:
        """Release groups of the artist with the very title."""
        return [
            group
            for form in self._asked.titles
            for group in self._index.groups_titled(form, artist)
        ]

    def _of_artist(
        self, lead: _Lead, equal: list[int], *, equal_only: bool = False
    ) -> Iterator[Answer]:
        """The artist with each of its release groups that may be meant, and alone.

        Args:
            lead: the artist.
            equal: its release groups of the very title.
            equal_only: do not compare other release groups, unless it has one of the very title.
        """
        name = lead.compared.value
        if self._asked.title is None:
            if lead.compared is not Compared.VARIOUS:
                features = Features(**lead.features, title_none=1.0)
                yield Answer(lead.artist, lead.compared, features, why=(name,))
            return
        for group in self._groups_to_compare(lead.artist, equal, equal_only=equal_only):
            answer = self._with_group(lead, group)
            if answer is not None:
                yield answer
        if lead.compared not in (Compared.VARIOUS, Compared.PART):
            features = Features(**lead.features, title_missing=1.0)
            yield Answer(lead.artist, lead.compared, features, why=(name, self._missing()))

    def _missing(self) -> str:
        if self._asked.query.singles_only:
            return "no single of that title"
        return "title not among its release groups"

    def _groups_to_compare(
        self, artist: int, equal: list[int], *, equal_only: bool
    ) -> Iterable[int]:
        tracked = self._index.groups_with_tracks(self._asked.tracks)
        groups = [*equal, *(group for group in tracked if self._is_by(group, artist))]
        if equal or not equal_only:
            groups += self._index.groups_of(artist) or (
                [] if equal else self._groups_sharing(artist)
            )
        return dict.fromkeys(groups)

    def _groups_sharing(self, artist: int) -> list[int]:
        """Release groups that share words with the query, of an artist who has too many of them."""
        groups: list[int] = []
        for name in dict.fromkeys((self._asked.name, self._index.artist(artist).name)):
            if name not in self._sharing:
                self._sharing[name] = self._by_maker(name)
            groups += self._sharing[name].get(artist, ())
        return list(dict.fromkeys(groups))[:GROUPS_COMPARED]

    def _by_maker(self, name: str) -> dict[int, list[int]]:
        """Release groups that share words with an artist's name and the title, by their artists."""
        by_maker: dict[int, list[int]] = {}
        for form in self._asked.titles:
            for group in self._index.groups_sharing(name, form, HITS):
                for maker in self._index.group(group).artist_ids:
                    by_maker.setdefault(maker, []).append(group)
        return by_maker

    def _is_by(self, group: int, artist: int) -> bool:
        return artist in self._index.group(group).artist_ids

    def _with_group(self, lead: _Lead, number: int) -> Answer | None:
        """The artist with one of its release groups; None if it cannot be the one that is meant."""
        asked = self._asked
        group = self._index.group(number)
        if asked.query.singles_only and group.primary_type != "Single":
            return None
        title = titles_alike(asked, group)
        if title.likeness < TRACKED_FLOOR:
            return None
        tracks = track_features(asked, self._index, group)
        is_artist_doubtful = lead.features.get("artist_unlike", 0.0) > 1 - ARTIST_FLOOR
        is_proved = tracks.features.get("tracks_shared", 0.0) >= SHARED
        if (title.likeness < TITLE_FLOOR or is_artist_doubtful) and not is_proved:
            return None
        year = year_features(asked, group)
        features = Features(
            **lead.features,
            **title.features,
            **_both_alike(lead, title.features),
            **year.features,
            **tracks.features,
            **kind_features(asked.query, group).features,
        )
        words = (lead.compared.value, title.why, year.why, tracks.why)
        why = tuple(word for word in words if word)
        return Answer(lead.artist, lead.compared, features, group, why)


def _both_alike(lead: _Lead, title: Mapping[str, float]) -> dict[str, float]:
    is_title_alike = "title_like" in title or "title_contained" in title
    return {"both_like": 1.0} if lead.compared is Compared.LIKE and is_title_alike else {}
