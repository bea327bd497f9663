"""What is played of each groove, and what is truly said of it: tempo, key, chords, instruments."""

import hashlib
import random
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from tests.benchmarks.music_text import words
from tests.benchmarks.music_text.grooves import Groove

SECONDS = 8.96
"""Of a clip: three pieces of 187 frames, as musicnn hears them."""

_TEMPI = {"slow": (60, 84), "moderate": (90, 118), "fast": (126, 176)}
"""Beats a minute; between them nobody would be sure."""

_CHORDS = {
    "major": (
        ("C", "Am", "Dm", "G7"),
        ("C", "F", "G7", "C"),
        ("C", "G", "Am", "F"),
        ("CM7", "A7", "Dm7", "G7"),
    ),
    "minor": (
        ("Am", "Dm", "E7", "Am"),
        ("Am", "G", "F", "E7"),
        ("Am", "F", "Dm", "E7"),
        ("Am7", "Dm7", "Bm7b5", "E7"),
    ),
}
_VOICES = (
    "Accordion",
    "Banjo",
    "BrassSection",
    "ChoirAahs",
    "ChurchOrgan",
    "Clarinet",
    "EPiano",
    "Flute",
    "Harmonica",
    "HarpsiChord",
    "Marimba",
    "MusicBox",
    "NylonGuitar",
    "OrchestralHarp",
    "Organ1",
    "Piano1",
    "SteelGuitar",
    "Strings",
    "Vibraphone",
)
_SWAPPED = ("CHORD", "ARPEGGIO", "PLECTRUM")
"""Kinds of tracks whose instrument is changed."""


class Take(BaseModel):
    """One clip: what is played, and what is said of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    style: str
    groove: str
    turn: int
    """0: with its own instruments; above: another tempo, key, chords and instruments."""
    tempo: int
    transpose: int
    chords: tuple[str, ...]
    beats: int
    voices: dict[str, str]
    """Track -> instrument that it has instead of its own."""
    seed: int
    texts: tuple[str, ...]
    facts: dict[str, str]
    """Genre, tempo, metre and mode in a word each."""


def takes(grooves: Sequence[Groove], turn: int) -> Iterator[Take]:
    """A take of each groove, in an order that has nothing to do with their names.

    Args:
        grooves: of the catalogue.
        turn: which one of the variations.
    """
    names = {f"{groove.style}:{groove.name}": groove for groove in grooves}
    for name in sorted(names, key=lambda name: _number(f"{turn} {name}")):
        yield _take(names[name], turn, _number(f"take {turn} {name}"))


def _take(groove: Groove, turn: int, seed: int) -> Take:
    rng = random.Random(seed)
    pace, (low, high) = rng.choice(list(_TEMPI.items()))
    mode, chords = rng.choice(list(_CHORDS.items()))
    voices = _voices(groove, rng) if turn else {}
    own = (voice for track, vs in groove.voices.items() for voice in vs if track not in voices)
    style = words.style_words(groove)
    facts = {"tempo": pace, "mode": mode, "metre": groove.metre}
    named = words.genre(style)
    told = words.instruments([*voices.values(), *own])
    return Take(
        id=f"{groove.style}/{groove.name}-{turn}".replace("/", "."),
        style=groove.style,
        groove=groove.name,
        turn=turn,
        tempo=rng.randint(low, high),
        transpose=rng.randint(-5, 6),
        chords=rng.choice(chords),
        beats=groove.beats,
        voices=voices,
        seed=seed % 10_000,
        texts=_texts(groove.description, style, told, facts),
        facts=facts | ({"genre": named} if named else {}),
    )


def _voices(groove: Groove, rng: random.Random) -> dict[str, str]:
    """Another instrument for one track, where the description does not name its own."""
    said = groove.description.lower()
    free = [
        track
        for track, voices in groove.voices.items()
        if track.startswith(_SWAPPED)
        and not any(word in said for voice in voices for word in words.instruments([voice])[:1])
        and not any(voice.lower().rstrip("123") in said for voice in voices)
    ]
    return {rng.choice(free): rng.choice(_VOICES)} if free else {}


def _texts(
    description: str, style: str, instruments: Sequence[str], facts: dict[str, str]
) -> tuple[str, ...]:
    """The same facts in three ways."""
    band = ", ".join(instruments) or "drums"
    pace, mode, metre = facts["tempo"], facts["mode"], facts["metre"]
    said = description.rstrip(".")
    return (
        f"{said}. A {pace} {style} in {metre} time and a {mode} key, with {band}.",
        f"{style}, {pace} tempo, {mode}, {metre}: {band}. {said}.",
        f"{band} play {style} at a {pace} pace ({metre}, {mode}). {said}.",
    )


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
