"""A catalogue of any size in the format of the MusicBrainz JSON dumps: `python -m
streams.lab.catalogue OUT`.

The full MusicBrainz is not always at hand. This one holds the real entities of `--data` (artists
and release groups with their real MBIDs; names, albums and CDDB track lists with invented ones) and
is filled up to the asked size with GENERATED distractors:

* artists named by one to three words drawn from the words of real artist names by their frequency;
  one in twelve has the very name of another artist, one in forty differs from a real one by a
  letter;
* release groups titled by words of real titles, one in six by a whole real title, credited to
  artists drawn by Zipf's law, one in twenty jointly; real artists get live albums, sequels and
  compilations named after their real albums.

Seeded: the same data, sizes and seed give the same bytes. Also written: `cases/*.jsonl` for
    training and evaluation (`artist`,
`title`, ... and the MBIDs that are right, null where none is).
"""

import argparse
import gzip
import json
import random
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, TextIO

import orjson
from rapidfuzz import fuzz

from models.match.evidence import names_alike
from models.match.normalise import compact, distinguishing, fold, split_edition

DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
DATED = "2026-11-21"
VARIOUS = "89ad4ac3-39f7-470e-963a-56509c546377"
_UNKNOWN = {"", "null", "unknown", "[unknown]", "none"}
_TYPES = ("Album", "EP", "Single")
_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "benchmark.mimmo-streams.invalid")

Row = dict[str, Any]


class Words:
    """Draws names in the likeness of real ones."""

    def __init__(self, names: Iterable[str], rng: random.Random) -> None:
        counts = Counter(word for name in names for word in name.split() if len(word) < 20)
        self._words = list(counts)
        self._totals = list(accumulate(counts.values()))
        self._rng = rng

    def name(self, lengths: Sequence[int]) -> str:
        return " ".join(
            self._rng.choices(self._words, cum_weights=self._totals, k=self._rng.choice(lengths))
        )


class World:
    """Artists and release groups as they are collected, and the lines that they become."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng = rng
        self.artists: list[tuple[str, str]] = []
        self.by_name: dict[str, str] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.groups = 0
        self.sampled: list[Row] = []
        """Every 300th distractor as a case."""
        self._aside = random.Random(17)
        self._seen: set[str] = set()
        (folder / "mbdump").mkdir(parents=True, exist_ok=True)
        (folder / "TIMESTAMP").write_text(f"{DATED} 00:00:00.000000+00\n")
        self.files = {
            kind: (folder / "mbdump" / kind).open("wb")
            for kind in ("artist", "release-group", "release")
        }

    def mbid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def artist(self, name: str, mbid: str | None = None, row: Row | None = None) -> str:
        mbid, row = mbid or self.mbid(), row or {}
        if mbid in self._seen:
            return mbid
        self._seen.add(mbid)
        self.artists.append((mbid, name))
        self.by_name.setdefault(compact(name), mbid)
        self._write(
            "artist",
            {
                "id": mbid,
                "name": name,
                "sort-name": row.get("sort_name") or _sort_name(name),
                "type": row.get("type"),
                "country": row.get("country"),
                "disambiguation": "",
                "aliases": [{"name": each} for each in row.get("aliases", [])],
            },
        )
        return mbid

    def named(self, name: str) -> str:
        """The artist of a name, made if there is none."""
        return self.by_name.get(compact(name)) or self.artist(name)

    def group(
        self,
        title: str,
        credited: Sequence[tuple[str, str]],
        *,
        mbid: str | None = None,
        year: int | None = None,
        kind: str = "Album",
        secondary: Sequence[str] = (),
        aliases: Sequence[str] = (),
        joins: str = " & ",
    ) -> str:
        mbid = mbid or self.mbid()
        self.groups += 1
        for artist, _ in credited:
            for form in (title, split_edition(title)[0]):
                self.titles.setdefault((artist, compact(form)), mbid)
        self._write(
            "release-group", _group(mbid, title, credited, year, kind, secondary, aliases, joins)
        )
        return mbid

    def distractor(
        self,
        title: str,
        credited: Sequence[tuple[str, str]],
        year: int,
        kind: str,
        secondary: Sequence[str],
    ) -> None:
        mbid = self.mbid()
        self.groups += 1
        self._write(
            "release-group", _group(mbid, title, credited, year, kind, secondary, (), " & ")
        )
        if self.groups % 300 == 0 and len(self.sampled) < 1500:
            names = " & ".join(name for _, name in credited)
            told = _as_told(year, self._aside)
            truth = {"artist_mbid": credited[0][0], "release_group_mbid": mbid}
            self.sampled.append(
                {"artist": names, "title": title, "year": told, **truth, "kind": "generated"}
            )

    def release(self, group: str, tracks: Sequence[str]) -> None:
        media = [
            {
                "position": 1,
                "tracks": [{"position": at, "title": track} for at, track in enumerate(tracks, 1)],
            }
        ]
        self._write("release", {"id": self.mbid(), "release-group": {"id": group}, "media": media})

    def close(self) -> None:
        for stream in self.files.values():
            stream.close()

    def _write(self, kind: str, row: Row) -> None:
        self.files[kind].write(orjson.dumps(row) + b"\n")


def _group(
    mbid: str,
    title: str,
    credited: Sequence[tuple[str, str]],
    year: int | None,
    kind: str,
    secondary: Sequence[str],
    aliases: Sequence[str],
    joins: str,
) -> Row:
    last = len(credited) - 1
    return {
        "id": mbid,
        "title": title,
        "first-release-date": f"{year}-01-01" if year else "",
        "primary-type": kind,
        "secondary-types": list(secondary),
        "aliases": [{"name": each} for each in aliases],
        "disambiguation": "",
        "artist-credit": [
            {
                "name": name,
                "joinphrase": "" if at == last else joins,
                "artist": {"id": artist, "name": name},
            }
            for at, (artist, name) in enumerate(credited)
        ],
    }


def _sort_name(name: str) -> str:
    first, _, rest = name.partition(" ")
    return f"{rest}, {first}" if rest else name


def rows(path: Path) -> Iterator[Row]:
    """The rows of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def real_entities(world: World, data: Path) -> list[tuple[Row, str]]:
    """The entities whose MBIDs are real; returns (row, release-group MBID) of the groups."""
    catalogue, linking = data / "catalogue", data / "linking"
    world.artist("Various Artists", VARIOUS, {"type": "Other", "aliases": ["VA", "Various"]})
    for row in rows(catalogue / "artists.jsonl.gz"):
        world.artist(row["name"], row["mbid"], row)
    for name in rows(linking / "homonyms.jsonl.gz"):
        for row in name["artists"]:
            world.artist(row["name"], row["mbid"], row)
    known: dict[str, Row] = {}
    for row in rows(catalogue / "release_groups.jsonl.gz"):
        known[row["mbid"]] = row
    for row in rows(linking / "albums_dev.jsonl.gz"):
        if "mbid" in row:
            known[row["mbid"]] = {**row, **known.get(row["mbid"], {})}
    for row in rows(linking / "queries_dev.jsonl.gz"):
        given = {
            "title": row["mb_title"],
            "artist": row["mb_artist"],
            "artist_mbid": row.get("artist_mbid"),
        }
        known[row["mbid"]] = {**given, **known.get(row["mbid"], {})}
    groups = []
    for mbid, row in known.items():
        if not row.get("artist"):
            continue
        artist = (
            world.artist(row["artist"], row["artist_mbid"])
            if row.get("artist_mbid")
            else world.named(row["artist"])
        )
        credited = [(artist, row["artist"])]
        if row.get("artist2_mbid"):
            credited.append((world.artist(row["artist2"], row["artist2_mbid"]), row["artist2"]))
        world.group(
            row["title"],
            credited,
            mbid=mbid,
            year=row.get("year"),
            kind=row.get("type") or "Album",
            aliases=row.get("aliases", ()),
        )
        groups.append(({**row, "artist_mbid": artist}, mbid))
    return groups


def real_albums(world: World, real: list[tuple[Row, str]], data: Path) -> None:
    """Albums known by name only: their MBIDs are invented. What may be another spelling of an album
    above is left out.
    """
    makers: dict[str, list[str]] = defaultdict(list)
    known: dict[str, list[str]] = defaultdict(list)
    for row, _ in real:
        makers[compact(split_edition(row["title"])[0])].append(fold(row["artist"]))
        known[compact(row["artist"])].append(fold(row["title"]))
    for row in rows(data / "catalogue" / "albums.jsonl.gz"):
        title = compact(split_edition(row["title"])[0])
        if any(names_alike(fold(row["artist"]), maker) >= 0.7 for maker in makers[title]):
            continue
        if any(_may_be(fold(row["title"]), other) for other in known[compact(row["artist"])]):
            continue
        artist = world.named(row["artist"])
        if (artist, title) not in world.titles:
            world.group(row["title"], [(artist, row["artist"])], year=row.get("year"))


def _may_be(title: str, other: str) -> bool:
    """Whether two folded titles of one artist may be spellings of one album."""
    if distinguishing(title) - _years(title) != distinguishing(other) - _years(other):
        return False
    words = min(len(title.split()), len(other.split()))
    return fuzz.ratio(title, other) >= 85 or (
        words >= 3 and fuzz.token_set_ratio(title, other) == 100
    )


def _years(title: str) -> set[str]:
    return {word for word in title.split() if len(word) == 4 and word.isdigit()}


def cddb(world: World, data: Path) -> list[Row]:
    """CDDB albums with their track lists; of spellings of one album the last is in the catalogue,
    the others are cases.
    """
    albums = {
        f"{row['artist']} - {row['title']}": row
        for row in rows(data / "catalogue" / "cddb_albums.jsonl.gz")
        if row.get("title")
    }
    root = {name: name for name in albums}

    def top(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    for pair in rows(data / "linking" / "cddb_pairs.jsonl.gz"):
        if pair["match"] and pair["a"] in root and pair["b"] in root:
            root[top(pair["a"])] = top(pair["b"])
    cases = []
    rng = random.Random(13)
    for name in sorted(albums, key=lambda each: top(each) != each):  # representatives first
        row, kept = albums[name], albums[top(name)]
        artist = world.named(kept["artist"])
        key = (artist, compact(split_edition(kept["title"])[0]))
        if top(name) == name:
            group = world.titles.get(key) or world.group(
                kept["title"], [(artist, kept["artist"])], year=kept.get("year")
            )
            world.release(group, [kept["tracks"]])
            if rng.random() < 0.1:
                slipped = {
                    "artist": typo(row["artist"], rng),
                    "title": typo(typo(row["title"], rng), rng),
                }
                tracks = [" ".join(word for word in row["tracks"].split() if rng.random() < 0.9)]
                cases.append(
                    {
                        **slipped,
                        "tracks": tracks,
                        "artist_mbid": artist,
                        "release_group_mbid": group,
                        "kind": "cddb_slips",
                    }
                )
        else:
            case = {
                "artist": row["artist"],
                "title": row["title"],
                "year": row.get("year"),
                "tracks": [row["tracks"]],
            }
            cases.append(
                {
                    **case,
                    "artist_mbid": artist,
                    "release_group_mbid": world.titles[key],
                    "kind": "cddb",
                }
            )
    return cases


def musicbrainz20k(world: World, data: Path) -> list[Row]:
    """Clusters of records of one track, corrupted on purpose: one spelling is in the catalogue,
    another is a case.
    """
    clusters: dict[str, list[Row]] = defaultdict(list)
    for row in rows(data / "linking" / "musicbrainz20k.jsonl.gz"):
        if {
            row.get("artist", "null").strip().lower(),
            row.get("album", "null").strip().lower(),
        } & _UNKNOWN:
            continue
        clusters[row["CID"]].append(row)
    cases = []
    for records in clusters.values():
        if len(records) < 2:
            continue
        kept, asked = records[0], records[1]
        artist, title = (
            world.named(kept["artist"]),
            split_edition(kept["album"].removesuffix("(unknown)"))[0],
        )
        group = world.titles.get((artist, compact(title))) or world.group(
            title, [(artist, kept["artist"])]
        )
        cases.append(
            {
                "artist": asked["artist"],
                "title": asked["album"],
                "artist_mbid": artist,
                "release_group_mbid": group,
                "kind": "mb20k",
            }
        )
    return cases


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


def distractors(
    world: World, real: list[tuple[Row, str]], data: Path, artists: int, groups: int
) -> None:
    """Fills the catalogue up to the sizes asked for."""
    rng = world.rng
    names = [row["name"] for row in rows(data / "catalogue" / "artist_names.jsonl.gz")]
    true_names = [name for _, name in world.artists]
    for name in names:
        if len(world.artists) < artists:
            world.named(name)
    words = Words(names, rng)
    lengths = [min(max(len(name.split()), 1), 3) for name in names]
    while len(world.artists) < artists:
        kind = rng.random()
        if kind < 1 / 12:
            world.artist(rng.choice(world.artists)[1])
        elif kind < 1 / 12 + 1 / 40:
            world.artist(typo(rng.choice(true_names), rng))
        else:
            world.artist(words.name(lengths))
    titles = [row["title"] for row, _ in real] + [
        row["title"] for row in rows(data / "catalogue" / "albums.jsonl.gz")
    ]
    title_words, title_lengths = (
        Words(titles, rng),
        [min(max(len(title.split()), 1), 6) for title in titles],
    )
    for row, _ in real:
        credited, year = [(row["artist_mbid"], row["artist"])], row.get("year") or 2000
        if rng.random() < 0.3:
            form, kind = rng.choice(
                (
                    ("{} (Live)", "Live"),
                    ("{} II", None),
                    ("The Best of {}", "Compilation"),
                    ("{} Remixes", "Remix"),
                )
            )
            world.distractor(
                form.format(row["title"]), credited, year + 2, "Album", [kind] if kind else []
            )
        if rng.random() < 0.3:
            world.distractor(row["title"], credited, year, "Single", [])
        for _ in range(rng.randrange(6)):
            world.distractor(
                title_words.name(title_lengths), credited, year + rng.randrange(-9, 10), "Album", []
            )
    order = rng.sample(world.artists, len(world.artists))
    zipf = list(accumulate(1 / (rank + 20) for rank in range(len(order))))
    while world.groups < groups:
        for first, second in zip(
            *(rng.choices(order, cum_weights=zipf, k=10_000) for _ in range(2)), strict=True
        ):
            if world.groups >= groups:
                break
            title = rng.choice(titles) if rng.random() < 1 / 6 else title_words.name(title_lengths)
            credited = [first, second] if rng.random() < 1 / 20 and first != second else [first]
            secondary = (
                [rng.choice(("Live", "Compilation", "Remix"))] if rng.random() < 0.15 else []
            )
            kind = rng.choices(_TYPES, (0.6, 0.12, 0.28))[0]
            world.distractor(title, credited, rng.randrange(1955, 2026), kind, secondary)


def _as_told(year: int | None, rng: random.Random) -> int | None:
    """A first year as torrents tell it: half do not, a tenth is one off, a tenth is a reissue's."""
    kind = rng.random()
    if year is None or kind < 0.5:
        return None
    return (
        year
        if kind < 0.8
        else year + rng.choice((-1, 1))
        if kind < 0.9
        else year + rng.randrange(2, 30)
    )


def made_cases(world: World, real: list[tuple[Row, str]], data: Path) -> dict[str, list[Row]]:
    """Cases that no collection has: slips, titles that the artist never made, artists that are not
    there.
    """
    rng = random.Random(11)
    titles = [row["title"] for row in rows(data / "catalogue" / "albums.jsonl.gz")]
    words = Words((name for _, name in world.artists[:100_000]), rng)
    cases: dict[str, list[Row]] = {"slips": [], "missing": [], "absent": []}
    for row, mbid in rng.sample(real, min(1500, len(real))):
        artist, title = row["artist"], row["title"]
        which = rng.randrange(3)
        asked = {
            "artist": typo(artist, rng) if which != 1 else artist,
            "title": typo(title, rng) if which else title,
        }
        year = _as_told(row.get("year"), rng)
        truth = {"artist_mbid": row["artist_mbid"], "release_group_mbid": mbid}
        cases["slips"].append({**asked, "year": year, **truth, "kind": "slips"})
        other = rng.choice(titles)
        if (row["artist_mbid"], compact(split_edition(other)[0])) not in world.titles:
            truth = {"artist_mbid": row["artist_mbid"], "release_group_mbid": None}
            cases["missing"].append({"artist": artist, "title": other, **truth, "kind": "missing"})
        stranger = words.name((2, 3))
        if fold(stranger) and compact(stranger) not in world.by_name:
            asked = {"artist": stranger, "title": rng.choice((other, title)), "year": year}
            cases["absent"].append(
                {**asked, "artist_mbid": None, "release_group_mbid": None, "kind": "absent"}
            )
    return cases


def make(
    out: Path, data: Path, artists: int, groups: int, *, seed: int = 7, log: TextIO = sys.stderr
) -> None:
    """Write the catalogue and its cases."""
    world = World(out, random.Random(seed))
    real = real_entities(world, data)
    real_albums(world, real, data)
    cases = {"cddb": cddb(world, data), "mb20k": musicbrainz20k(world, data)}
    log.write(f"real: {len(world.artists):,} artists, {world.groups:,} release groups\n")
    cases |= made_cases(world, real, data)
    distractors(world, real, data, artists, groups)
    world.close()
    cases["generated"] = world.sampled
    log.write(
        f"with distractors: {len(world.artists):,} artists, {world.groups:,} release groups\n"
    )
    (out / "cases").mkdir(exist_ok=True)
    for name, found in cases.items():
        with (out / "cases" / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in found)
        log.write(f"cases/{name}.jsonl: {len(found):,}\n")


def main() -> int:
    reading = argparse.ArgumentParser(
        prog="python -m streams.lab.catalogue",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    reading.add_argument("out", type=Path, metavar="OUT", help="folder to write")
    reading.add_argument(
        "--artists", type=int, default=500_000, metavar="N", help="default: %(default)s"
    )
    reading.add_argument(
        "--groups", type=int, default=750_000, metavar="M", help="default: %(default)s"
    )
    reading.add_argument(
        "--data",
        type=Path,
        default=DEFAULT_DATA,
        metavar="DIR",
        help="the real names (default: %(default)s)",
    )
    reading.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    chosen = reading.parse_args()
    make(chosen.out, chosen.data, chosen.artists, chosen.groups, seed=chosen.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
