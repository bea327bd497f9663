"""What the console of the browser tests shows: works in the public domain, and hostile names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from schemas import (
    MEDIUM_OF,
    Candidate,
    Classification,
    Evidence,
    Extraction,
    Link,
    LinkStatus,
    Match,
    Result,
    Subcategory,
    Swarm,
    Technical,
    Torrent,
    Verdict,
    metadata_for,
)
from tests.support import SEEN, classified, extracted, linked, torrent

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=alert(1)>\" onclick='alert(2)"
TURNING = "\u202e" + "\u05d0\u05d1\u05d2 " * 63 + "\u05d0\u05d1"
"""255 characters that are read from the right, behind one that turns what follows."""
ADULT = "After Dark in Quiet Harbour (1999)"
"""An invented name that the classifier of the test calls adult."""

ARTIST = "7d5bd1a0-1c3c-4f5e-9d2c-0123456789ab"
GROUP = "3c5bd1a0-1c3c-4f5e-9d2c-0123456789ab"
OTHER_GROUP = "4c5bd1a0-1c3c-4f5e-9d2c-0123456789ab"


@dataclass(frozen=True)
class Work:
    """A torrent to show: its name, its class, and its fields."""

    name: str
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    technical: dict[str, Any] = field(default_factory=dict)
    nsfw: bool = False
    seeders: int = 5
    days: int = 0
    confidence: float = 0.93


WORKS = (
    Work(
        "Paper Lighthouse - Low Tide (2006) [FLAC]",
        "album",
        {"album_name": "Low Tide", "artist": "Paper Lighthouse", "year": 2006},
        {"audio_codec": "FLAC", "containers": ("flac",)},
        seeders=41,
    ),
    Work(
        "Paper Lighthouse - Low Tide (2006) [MP3 320]",
        "album",
        {"album_name": "Low Tide", "artist": "Paper Lighthouse", "year": 2006},
        {"audio_codec": "MP3", "bitrate": 320, "containers": ("mp3",)},
        seeders=12,
        days=2,
    ),
    Work(
        "Metropolis.1927.1080p.BluRay.x264",
        "movie",
        {"title": "Metropolis", "year": 1927},
        {"codec": "x264", "resolution": "1080p", "source": "BluRay"},
        seeders=230,
    ),
    Work(
        "Nosferatu.1922.720p.WEB-DL.x264.German",
        "movie",
        {"title": "Nosferatu", "year": 1922},
        {"codec": "x264", "resolution": "720p", "source": "WEB-DL", "languages": ("de",)},
        seeders=77,
        days=40,
    ),
    Work(
        "Mary Shelley - Frankenstein (1818) epub",
        "ebook",
        {"title": "Frankenstein", "author": "Mary Shelley", "year": 1818, "formats": ("epub",)},
        seeders=9,
        days=400,
    ),
    Work(
        "Quiet Harbour Orchestra - Four Winds Symphony",
        "track",
        {"track_name": "Four Winds Symphony", "artist": "Quiet Harbour Orchestra"},
        confidence=0.51,
        seeders=0,
    ),
    Work("Harbour Simulator v1.2.3-beta Linux", "game", {"title": "Harbour Simulator"}),
    Work("Big.Buck.Bunny.2008.2160p", "movie", {"title": "Big Buck Bunny", "year": 2008}),
    Work(SCRIPT, "video_other", {"title": SCRIPT}),
    Work(TURNING, "other"),
    Work(ADULT, "movie", {"title": "After Dark", "year": 1999}, nsfw=True, seeders=500),
)


def seen(work: Work) -> Torrent:
    """The torrent of a work, with files."""
    files = [
        (f"Disc 1/0{number} <b>Part & \u202e{number}.flac", 20_000_000 + number)
        for number in range(1, 6)
    ]
    at = SEEN - timedelta(days=work.days)
    swarm = Swarm(seeders=work.seeders, leechers=3, completed=100, seen_at=at)
    return torrent(work.name, files=files, swarm=swarm, observed_at=at)


def results() -> Iterator[Result]:
    """What the stages say of all works, in the order in which they say it."""
    for work in WORKS:
        of = seen(work)
        subcategory = Subcategory(work.kind)
        yield _class(of, work, subcategory)
        if MEDIUM_OF[subcategory] == "other":
            continue
        fields = _fields(of, work, subcategory)
        yield fields
        if work.kind == "album":
            yield _link(fields)


def _class(of: Torrent, work: Work, subcategory: Subcategory) -> Classification:
    verdict = Verdict(
        medium=MEDIUM_OF[subcategory],
        subcategory=subcategory,
        nsfw=work.nsfw,
        confidence=work.confidence,
        source="bert",
        why=(f"it says {work.kind}",),
    )
    return classified(of, verdict, revision=1, model="classify@1.0.0")


def _fields(of: Torrent, work: Work, subcategory: Subcategory) -> Extraction:
    return extracted(
        of,
        model="extract@1.0.0",
        technical=Technical(**work.technical),
        metadata=metadata_for(subcategory, work.fields),
        evidence=dict(_evidence(of, work)),
        llm="not_needed",
    )


def _evidence(of: Torrent, work: Work) -> Iterator[tuple[str, Evidence]]:
    for name, value in work.fields.items():
        start = of.name.find(str(value))
        if start >= 0:
            span = (start, start + len(str(value)))
            yield name, Evidence(source=f"rules:{name}", confidence=0.9, span=span)


def _link(fields: Extraction) -> Link:
    chosen, other = (
        Candidate(
            artist_mbid=ARTIST,
            artist="Paper Lighthouse",
            release_group_mbid=mbid,
            title=title,
            year=2006,
            score=score,
        )
        for mbid, title, score in ((GROUP, "Low Tide", 0.97), (OTHER_GROUP, "Low Tide EP", 0.61))
    )
    match = Match(
        status=LinkStatus.EXACT,
        artist_mbid=ARTIST,
        artist="Paper Lighthouse",
        release_group_mbid=GROUP,
        title="Low Tide",
        score=0.97,
        margin=0.36,
        candidates=(chosen, other),
        why=("artist and title are the same",),
    )
    return linked(fields, match, model="match@1.0.0")
