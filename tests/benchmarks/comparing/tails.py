"""What stands behind album titles, sorted by whether the album is still the same one.

Read off what follows the titles of albums in catalogues and torrents, and sorted by hand before the
rules were written: MusicBrainz files a remaster under the release group of the album, a concert or
a disc of remixes under another one. Y is a year, N a number.
"""

import random
import re

from tests.benchmarks.comparing.pairs import half

EDITIONS = (
    """Deluxe Edition|Deluxe|Deluxe Version|Super Deluxe|Super Deluxe Edition|Limited Edition
Special Edition|Collector's Edition|Collectors Edition|Expanded Edition|Expanded|Legacy Edition
Remastered|Y Remaster|Y Remastered|Remastered Y|Y Digital Remaster|Digitally Remastered|Remaster
Remastered Version|Y Remastered Version|Y Remastered Edition|Original Recording Remastered
Nth Anniversary Edition|Nth Anniversary|Nth Anniversary Deluxe Edition|Anniversary Edition
Bonus Track Version|Bonus Tracks|With Bonus Tracks|Bonus Edition|Bonus Version|Bonus Disc
Explicit|Explicit Version|Clean|Clean Version|Edited|Standard Edition|Ultimate Edition
Japan Edition|Japanese Edition|UK Version|US Version|UK Edition|European Edition|Reissue|Re-issue Y
Reissue Y|Re-issue|Deluxe Reissue|Itunes Deluxe Version|Digital Version|Special Package
Disc 1|Disc 2|CD 2|CD1|Disc N|Disk N|2CD|3 CD|CDN|Disc One|EP|Single|CD Single|LP|Vinyl|Mono|Stereo
Mono Version|Y|FLAC|MP3|320 kbps|24-96|WEB|Extended Edition|Extended Version|Definitive Edition
Tour Edition|International Version|Digipak|Box Set|4CD Box Set|Gold Edition|Platinum Edition
Anniversary Mix|Y Mix|Complete Edition|Enhanced|Hi-Res|Limited|Promo|Bonus|Y Stereo Mix
OST|Original Soundtrack|Original Motion Picture Soundtrack|Soundtrack|Music From The Motion Picture
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

OTHERS = (
    """Live|Live In London|Live At The Apollo|Ao Vivo|En Vivo|Unplugged|MTV Unplugged|Acoustic
Acoustic Version|Remixes|The Remixes|Remix|Remixed|Instrumental|Instrumentals|Karaoke Version|Demos
Demo|The Demos|Early Demos|Greatest Hits|Best Of|The Best Of|Volume 2|Vol. 2|Vol. 3|Volume 3|Part 2
Pt. 2|Part II|II|III|2|Taylor's Version|A Tribute|Tribute|Covers|B-Sides|Rarities|Outtakes|Sessions
The Sessions|Live Y|Live In Tokyo|In Concert|Dub|Radio Edit|Piano Version|Orchestral Version
Original Broadway Cast|Symphonic|Revisited|Reimagined|Anthology|The Singles|Club Mix|Karaoke
Live From Chicago|BBC Sessions|Reloaded|Chapter 2|Chapter Two|Vol. II|Volume Two|Lullaby Versions
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ORDINAL = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)\b", re.IGNORECASE)
_DISC = re.compile(r"\b(disc|disk|cd) ?\d{1,2}\b", re.IGNORECASE)


def _pattern(tail: str) -> str:
    return _ORDINAL.sub("nth", _YEAR.sub("y", tail.strip().lower().replace("_", " ")))


_IS_EDITION = {_pattern(tail): True for tail in EDITIONS} | {
    _pattern(tail): False for tail in OTHERS
}


def is_edition(tail: str) -> bool | None:
    """Whether a tail leaves the album the same; None if it was not sorted."""
    if _DISC.fullmatch(tail.strip().replace("_", " ")):
        return True
    return _IS_EDITION.get(_pattern(tail))


def drawn(tails: list[str], name: str, rng: random.Random) -> str:
    """A tail for a name, of those of its half: what is held out has tails that were not seen."""
    usable = [tail for tail in tails if half(tail) == half(name)]
    tail = rng.choice(usable)
    tail = re.sub(r"\bY\b", str(rng.randrange(1975, 2024)), tail)
    tail = re.sub(r"\bNth\b", f"{rng.choice([10, 20, 25, 30, 40, 50])}th", tail)
    return re.sub(r"(?<=Disc |Disk )N\b|(?<=CD)N\b", str(rng.randrange(1, 9)), tail)


def attached(name: str, tail: str, rng: random.Random) -> str:
    """A title with a tail as people write it."""
    return rng.choice(["{} ({})", "{} ({})", "{} [{}]", "{} - {}", "{} {}"]).format(name, tail)
