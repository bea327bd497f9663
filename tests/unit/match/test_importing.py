"""Importing dumps: every form of them, hostile lines, stops, updates, merged MBIDs."""

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from models.match.dump import Dump
from models.match.entities import Artist, Kind, Release, ReleaseGroup
from models.match.errors import DumpUnreadable, IndexBusy
from models.match.index import ArtistRecord, GroupRecord, Index
from models.match.redirects import read_redirects
from models.match.staging import Staging
from streams.lab.sample.musicbrainz import make
from streams.musicbrainz.__main__ import main
from streams.musicbrainz.catalogue import Sources, import_index

SAMPLE = Path(make.__file__).parent
LIGHTHOUSE = next(artist for artist in make.catalogue() if artist["key"] == "paper-lighthouse")
LOW_TIDE = make.group_mbid(LIGHTHOUSE, LIGHTHOUSE["albums"][0])


def sample(**more: Any) -> Sources:
    return Sources(
        Dump(SAMPLE / "artist.tar.xz", Kind.ARTIST),
        Dump(SAMPLE / "release-group.tar.xz", Kind.RELEASE_GROUP),
        **more,
    )


def lines(path: Path, kind: Kind, *rows: object) -> Dump:
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows),
        encoding="utf-8",
    )
    return Dump(path, kind)


@pytest.mark.parametrize("form", ["plain", "gz", "xz", "folder"])
def test_a_dump_is_read_in_every_form(tmp_path: Path, form: str) -> None:
    text = "\n".join(make.artist_lines()).encode()
    path = tmp_path / "artist"
    if form == "folder":
        (tmp_path / "mbdump").mkdir()
        (tmp_path / "mbdump" / "artist").write_bytes(text)
        (tmp_path / "TIMESTAMP").write_text(make.DATED)
        path = tmp_path
    else:
        path.write_bytes({"plain": bytes, "gz": gzip.compress, "xz": lzma.compress}[form](text))
    dump = Dump(path, Kind.ARTIST)
    assert [entity.mbid for entity in dump.entities()] == [
        make.artist_mbid(artist) for artist in make.catalogue()
    ]
    assert (dump.date is not None) is (form == "folder")


def test_releases_hold_track_names_of_their_group() -> None:
    releases = {
        release.group_mbid: release
        for release in Dump(SAMPLE / "release.tar.xz", Kind.RELEASE).entities()
        if isinstance(release, Release)
    }
    assert releases[LOW_TIDE].tracks == tuple(LIGHTHOUSE["albums"][0]["tracks"])


MBID = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (Kind.ARTIST, {"id": MBID}),
        (Kind.ARTIST, {"id": MBID, "name": "  "}),
        (Kind.ARTIST, {"id": MBID.replace("1", "+", 1), "name": "x"}),
        (Kind.ARTIST, {"id": f"{MBID[:-1]}_", "name": "x"}),
        (Kind.ARTIST, {"id": MBID, "name": ["x"]}),
        (Kind.ARTIST, {"id": MBID, "name": "x", "aliases": 3}),
        (Kind.RELEASE_GROUP, {"id": MBID, "title": "x", "artist-credit": [{"name": "y"}]}),
        (Kind.RELEASE_GROUP, {"id": MBID, "title": None}),
        (Kind.RELEASE, {"id": MBID, "media": []}),
        (Kind.RELEASE, {"id": MBID, "release-group": {"id": MBID}, "media": [3]}),
        (Kind.ARTIST, "[]"),
        (Kind.ARTIST, '"text"'),
        (Kind.ARTIST, "{"),
    ],
)
def test_a_hostile_line_is_told_and_passed_over(tmp_path: Path, kind: Kind, row: object) -> None:
    good = {
        Kind.ARTIST: {"id": MBID, "name": "Good"},
        Kind.RELEASE_GROUP: {"id": MBID, "title": "Good"},
        Kind.RELEASE: {"id": MBID, "release-group": {"id": MBID}, "media": None},
    }[kind]
    dump = lines(tmp_path / str(kind), kind, row, good)
    assert [entity.mbid for entity in dump.entities()] == [MBID]
    assert (dump.bad, dump.bad_lines[0].number) == (1, 1)


@pytest.mark.parametrize("date", ["²019", "0999-01-01", "9999", 7, None, "????"])
def test_a_year_that_is_none_is_no_year(tmp_path: Path, date: object) -> None:
    dump = lines(
        tmp_path / "release-group",
        Kind.RELEASE_GROUP,
        {"id": MBID, "title": "x", "first-release-date": date},
    )
    (group,) = dump.entities()
    assert isinstance(group, ReleaseGroup)
    assert group.first_year is None


def test_a_dump_cut_short_leaves_the_current_index(tmp_path: Path) -> None:
    import_index(tmp_path / "index", sample())
    before = Index.open(tmp_path / "index").meta
    cut = tmp_path / "artist.tar.xz"
    cut.write_bytes((SAMPLE / "artist.tar.xz").read_bytes()[:2000])
    with pytest.raises(DumpUnreadable, match="cut short"):
        import_index(tmp_path / "index", Sources(Dump(cut, Kind.ARTIST), sample().groups))
    assert Index.open(tmp_path / "index").meta == before


def test_an_update_replaces_and_adds(tmp_path: Path) -> None:
    staging = Staging(tmp_path / "staging")
    with pytest.raises(DumpUnreadable, match="no whole dump"):
        staging.stage(
            lines(tmp_path / "early", Kind.ARTIST, {"id": MBID, "name": "x"}), is_update=True
        )
    other = MBID.replace("1", "9")
    base = lines(
        tmp_path / "base", Kind.ARTIST, {"id": MBID, "name": "Old"}, {"id": other, "name": "Same"}
    )
    staging.stage(base)
    new = {"id": MBID.replace("1", "7"), "name": "New"}
    staging.stage(
        lines(tmp_path / "update", Kind.ARTIST, {"id": MBID, "name": "Changed"}, new),
        is_update=True,
    )
    assert [artist.name for artist in staging.artists()] == ["Changed", "Same", "New"]
    staging.stage(lines(tmp_path / "base2", Kind.ARTIST, {"id": other, "name": "Alone"}))
    assert [artist.name for artist in staging.artists()] == ["Alone"], "a whole dump stands alone"


def test_every_field_survives_staging(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    for dump in (*sample().dumps, Dump(SAMPLE / "release.tar.xz", Kind.RELEASE)):
        staging.stage(dump)
    assert list(staging.artists()) == list(sample().artists.entities())
    assert list(staging.release_groups()) == list(sample().groups.entities())
    assert list(staging.releases()) == list(
        Dump(SAMPLE / "release.tar.xz", Kind.RELEASE).entities()
    )


def test_merged_mbids_are_followed_and_bad_ones_harmless(tmp_path: Path) -> None:
    import_index(tmp_path, sample(redirects=SAMPLE / "mbdump.tar.bz2"))
    index = Index.open(tmp_path)
    artist, group = index.artist_of(make.MERGED), index.group_of(make.MERGED_GROUP.upper())
    assert artist is not None
    assert group is not None
    assert index.artist(artist).name == "Paper Lighthouse"
    assert index.group(group).title == "Low Tide"
    assert index.artist_of(make.MERGED_GROUP) is None
    assert index.meta.redirects == 2


def test_redirects_of_a_folder_and_what_is_missing(tmp_path: Path) -> None:
    for name, text in make.export_tables().items():
        (tmp_path / name).write_text(text)
    assert {redirect.old for redirect in read_redirects(tmp_path)} == {
        make.MERGED,
        make.MERGED_GROUP,
    }
    (tmp_path / "artist").unlink()
    with pytest.raises(DumpUnreadable, match="mbdump/artist"):
        list(read_redirects(tmp_path))
    with pytest.raises(DumpUnreadable, match=r"mbdump\.tar\.bz2"):
        list(read_redirects(SAMPLE / "artist.tar.xz" / "no"))


def test_a_credit_of_a_merged_artist_is_the_artist_that_is_left(tmp_path: Path) -> None:
    credit = [
        {"name": "Paper Lighthouse", "artist": {"id": make.MERGED, "name": "Paper Lighthouse"}}
    ]
    group = {"id": MBID, "title": "Late Ferry", "artist-credit": credit}
    groups = lines(tmp_path / "release-group", Kind.RELEASE_GROUP, group)
    import_index(
        tmp_path / "index", Sources(sample().artists, groups, redirects=SAMPLE / "mbdump.tar.bz2")
    )
    index = Index.open(tmp_path / "index")
    (late_ferry,) = index.groups_titled_by_anyone("Late Ferry")
    assert [index.artist(number).mbid for number in index.group(late_ferry).artist_ids] == [
        make.artist_mbid(LIGHTHOUSE)
    ]
    assert index.meta.stubs == 0


def test_sort_names_aliases_credits_and_years_are_kept(tmp_path: Path) -> None:
    import_index(tmp_path, sample())
    records = list(Index.open(tmp_path).records())
    artists = {record.mbid: record for record in records if isinstance(record, ArtistRecord)}
    for given in sample().artists.entities():
        assert isinstance(given, Artist)
        kept = artists[given.mbid]
        assert (kept.name, kept.sort_name, kept.disambiguation) == (
            given.name,
            given.sort_name,
            given.disambiguation,
        )
        assert set(given.aliases) <= {kept.name, *kept.aliases}
    groups = {record.mbid: record for record in records if isinstance(record, GroupRecord)}
    for group in sample().groups.entities():
        assert isinstance(group, ReleaseGroup)
        kept_group = groups[group.mbid]
        assert (kept_group.credit, kept_group.year, kept_group.primary_type) == (
            group.credit_text,
            group.first_year,
            group.primary_type,
        )


def test_two_imports_do_not_write_one_index(tmp_path: Path) -> None:
    from models.match.build import alone

    with alone(tmp_path), pytest.raises(IndexBusy, match="another import"):
        import_index(tmp_path, sample())


def test_the_command_says_what_it_did_and_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dumps = [str(SAMPLE / f"{kind}.tar.xz") for kind in ("artist", "release-group")]
    more = [
        "--releases",
        str(SAMPLE / "release.tar.xz"),
        "--redirects",
        str(SAMPLE / "mbdump.tar.bz2"),
    ]
    where = ["--index", str(tmp_path), "--index-only"]
    assert main(["import", *dumps, *more, *where]) == 0
    told = capsys.readouterr().err
    assert "imported" in told
    assert "2 merged MBIDs" in told
    assert main(["import", *dumps, *where]) == 0
    assert "already current" in capsys.readouterr().err, (
        "releases and redirects stay until others are given"
    )
    assert main(["import", "nothing", *dumps[1:], *where]) == 1
    assert "no such file" in capsys.readouterr().err
