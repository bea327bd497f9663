"""Names of `mma` in words: instruments, styles, and the genre that a style's name says."""

import re
from collections.abc import Iterable, Iterator

from tests.benchmarks.music_text.grooves import Groove

_DRUMS = re.compile(
    r"Kick|Snare|Tom\d|HiHat|Cymbal|SideKick|RideBell|Sticks|Slap$|HighQ|Scratch|Click|Metronome"
)
_PERCUSSION = {
    "Tambourine": "tambourine",
    "CowBell": "cowbell",
    "Bongo": "bongos",
    "Conga": "congas",
    "Timbale": "timbales",
    "Agogo": "agogo bells",
    "Cabasa": "cabasa",
    "Maracas": "maracas",
    "Guiro": "guiro",
    "Claves": "claves",
    "WoodBlock": "wood block",
    "Cuica": "cuica",
    "Triangle": "triangle",
    "Shaker": "shaker",
    "JingleBell": "jingle bells",
    "Castanets": "castanets",
    "Surdo": "surdo",
    "HandClap": "hand claps",
    "Whistle": "whistle",
    "VibraSlap": "vibraslap",
}
_RENAMED = {
    "EPiano": "electric piano",
    "HarpsiChord": "harpsichord",
    "Honky-TonkPiano": "honky-tonk piano",
    "RhodesPiano": "electric piano",
    "ContraBass": "double bass",
    "ChoirAahs": "choir",
    "VoiceOohs": "choir",
    "OverDriveGuitar": "overdriven guitar",
    "PizzicatoString": "pizzicato strings",
    "OrchestralHarp": "harp",
    "CleanGuitar": "electric guitar",
}

_PIECES = re.compile(
    r"charleston|descending|spiritual|bluegrass|electric|broadway|viennese|merengue|"
    r"arpeggio|serenade|digital|country|western|vienese|shuffle|calypso|beguine|lullaby|"
    r"ambient|mellow|modern|middle|french|german|ballad|boogie|boggie|woogie|woggie|rhumba|"
    r"bolero|techno|trance|reggae|motown|guitar|string|desert|bubble|fusion|bouncy|zydeco|"
    r"happy|oldie|light|folky|cuban|gypsy|latin|blues|swing|waltz|march|bossa|samba|tango|"
    r"mambo|salsa|dixie|polka|quick|house|dance|disco|metal|twist|piano|night|basic|bebop|"
    r"combo|world|party|heavy|basie|strut|quest|fast|slow|easy|soft|hill|afro|jazz|rock|"
    r"folk|funk|soul|nova|trot|step|hymn|trip|punk|band|show|tune|nite|time|beat|trio|rave|"
    r"jive|team|old|big|pop|fox|two|hip|hop|ska|rag|cha|"
    r"\d0s|\d+|[a-z]+"
)
"""Words of styles, the longest first, and what lies between them."""
_SAID = {
    "boggie": "boogie",
    "woggie": "woogie",
    "vienese": "viennese",
    "rb": "rhythm and blues",
    "r": "rhythm",
    "rnb": "rhythm and blues",
    "cntry": "country",
    "bald": "ballad",
    "mtl": "metal",
    "hrk": "hard rock",
    "thr": "thrash",
    "dnb": "drum and bass",
    "fus": "fusion",
    "bw": "brass band",
    "bv": "",
    "bvfunk": "funk",
    "kfunk": "funk",
    "dsoul": "disco soul",
    "lfusion": "latin fusion",
    "bwmarch": "brass band march",
    "kbossa": "bossa nova",
    "k": "",
    "p": "",
    "w": "",
    "l": "latin",
    "d": "disco",
}

GENRES = {
    "waltz": r"waltz",
    "bossa nova": r"bossa",
    "samba": r"samba",
    "tango": r"tango",
    "march": r"march",
    "polka": r"polka",
    "blues": r"blues",
    "swing": r"swing|big ?band",
    "jazz": r"jazz|bebop|dixie|rag ?time",
    "country": r"country|western|bluegrass",
    "funk": r"funk",
    "reggae": r"reggae|ska\b",
    "hip hop": r"hip ?-?hop",
    "electronic dance music": r"techno|trance|house|rave|drum and bass",
    "metal": r"metal|thrash",
    "ballad": r"ballad",
    "folk": r"folk",
    "rock": r"rock|punk",
    "pop": r"pop",
    "salsa": r"salsa|mambo|merengue|rhumba|cha",
}
"""Genre -> what the words of a style have; the first one counts."""

_MOST = 7
"""Instruments that a caption names."""


def instruments(voices: Iterable[str]) -> list[str]:
    """Instruments in words, each once, those with a pitch first."""
    pitched, beaten = [], []
    for voice in voices:
        drum = next((word for part, word in _PERCUSSION.items() if part in voice), None)
        if drum and not voice.startswith(("Agogo", "Whistle", "WoodBlock")):
            beaten.append(drum)
        elif _DRUMS.search(voice):
            beaten.append("drums")
        elif voice != "None":
            pitched += filter(None, [_RENAMED.get(voice) or _split(voice)])
    return list(dict.fromkeys(pitched + sorted(beaten, key=lambda word: word != "drums")))[:_MOST]


def style_words(groove: Groove) -> str:
    """The name of a style file in words: `fastjazzwaltz` -> `fast jazz waltz`."""
    stem = groove.style.rpartition("/")[2].lower().replace("r+b", "rb")
    return " ".join(filter(None, _words(stem)))


def genre(style: str) -> str | None:
    """The genre that the words of a style say; None where they say none."""
    return next((name for name, part in GENRES.items() if re.search(part, style)), None)


def _words(stem: str) -> Iterator[str]:
    # Numbers of files are no music, but for those that name beats and decades.
    trimmed = re.sub(r"(?<=[a-z])\d$", "", stem)
    for piece in _PIECES.findall(trimmed):
        yield _SAID.get(piece, piece)


def _split(voice: str) -> str:
    """`SynthStrings1` -> `synth strings`."""
    pieces = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", voice)
    return " ".join(pieces).lower()
