"""Fields that were read rightly are kept, wrong ones are refused, whatever the catalogue holds."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.match.dump import Dump
from models.match.entities import Kind, ReleaseGroup
from models.match.index import Index
from models.match.normalise import compact, fold
from models.training.pairs.variants import album_variants, artist_variants
from models.training.validate import command
from models.training.validate.checking import fields_of, validate
from models.training.validate.entry import Catalogue, Fields, Work
from models.training.validate.of_index import IndexCatalogue
from models.training.validate.of_table import TableCatalogue, TableUnreadable
from models.training.validate.scoring import Reason, Settings, check
from streams.musicbrainz.catalogue import Sources, import_index
from tests.support import ROOT

Row = dict[str, Any]

SAMPLE = ROOT / "streams" / "lab" / "sample" / "musicbrainz"


def groups() -> list[ReleaseGroup]:
    dump = Dump(SAMPLE / "release-group.tar.xz", Kind.RELEASE_GROUP)
    return [entity for entity in dump.entities() if isinstance(entity, ReleaseGroup)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    sources = Sources(
        Dump(SAMPLE / "artist.tar.xz", Kind.ARTIST),
        Dump(SAMPLE / "release-group.tar.xz", Kind.RELEASE_GROUP),
    )
    import_index(folder, sources)
    return folder


def right_rows() -> list[Row]:
    """Rows as they should be read of names, in spellings that names have."""
    dice = random.Random(5)
    rows = []
    for group in groups():
        artist, title = group.credit_text, group.title
        artists = [artist, *(b for how, b in artist_variants(artist) if how != "romanised")]
        titles = [title, *(b for how, b in album_variants(title, 2006) if how != "romanised")]
        year = dice.choice([None, group.first_year, (group.first_year or 2000) + 7])
        spelled = {"artist": dice.choice(artists), "title": dice.choice(titles), "year": year}
        name = f"{spelled['artist']} - {spelled['title']} ({year}) [FLAC]"
        rows.append({"name": name, "sub": "album", **spelled})
    return rows


def wrong_rows() -> list[Row]:
    """The same rows with the errors that are made when names are read."""
    dice = random.Random(6)
    known = {(compact(group.credit_text), compact(group.title)) for group in groups()}
    listed = groups()
    rows = []
    for group in listed:
        other = dice.choice(listed)
        artist, title = group.credit_text, group.title
        errors = [
            (title, artist),
            (artist, other.title),
            (other.credit_text, title),
            (artist, f"{artist} {title}"),
            (artist, f"{title} Vol. 9"),
            (artist, title.split()[0] if " " in title else f"{title} and the rest of it"),
            (f"Posted by somebody at {artist}", title),
            (artist, "FLAC 16bit 44kHz"),
        ]
        for wrong_artist, wrong_title in errors:
            if (compact(wrong_artist), compact(wrong_title)) not in known:
                fields = {"artist": wrong_artist, "title": wrong_title, "year": group.first_year}
                rows.append({"sub": "album", **fields})
    return rows


def share_accepted(rows: list[Row], catalogue: Catalogue) -> float:
    answers = [checked.is_accepted for _, checked in validate(rows, catalogue, Settings())]
    return sum(answers) / len(answers)


def test_right_fields_are_kept_and_wrong_ones_refused(index: Path) -> None:
    catalogue = IndexCatalogue(Index.open(index))
    recall = share_accepted(right_rows(), catalogue)
    assert recall >= 0.97
    assert share_accepted(wrong_rows(), catalogue) <= 0.01


def test_a_table_of_the_same_albums_answers_alike(tmp_path: Path) -> None:
    lines = ["title,artist,year,kind"]
    lines += [f'"{g.title}","{g.credit_text}",{g.first_year or ""},album' for g in groups()]
    path = tmp_path / "albums.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    catalogue = TableCatalogue.read(path)
    assert share_accepted(right_rows(), catalogue) >= 0.97
    assert share_accepted(wrong_rows(), catalogue) <= 0.01


WORK = Work(("Low Tide",), ("Paper Lighthouse",), 2006, "k")


@pytest.mark.parametrize(
    ("fields", "reason", "score"),
    [
        (Fields("Low Tide", "Paper Lighthouse", 2006), Reason.ACCEPTED, 1.1),
        (Fields("Low Tide", "Paper Lighthouse", 2019), Reason.ACCEPTED, 1.0),
        (Fields("low.tide [Deluxe Edition]", "The Paper Lighthouse"), Reason.ACCEPTED, 1.0),
        (Fields("Low Tide", "Lighthouse, Paper"), Reason.ACCEPTED, 1.0),
        (Fields("Low Tide"), Reason.ACCEPTED, 1.0),
        (Fields("Low Tide", "Zyx"), Reason.ARTIST, 0.6),
        (Fields("Low Tide (Live)", "Paper Lighthouse", 2006), Reason.TITLE, 0.8),
        (Fields("Quiet River", "Paper Lighthouse"), Reason.TITLE, None),
        (Fields("Low Tidle", "Papr Lighthous"), Reason.ACCEPTED, None),
        (Fields(None, "Paper Lighthouse"), Reason.ACCEPTED, 1.0),
        (Fields(), Reason.NOTHING, 0.0),
    ],
)
def test_the_score_is_that_of_title_artist_and_year(
    fields: Fields, reason: Reason, score: float | None
) -> None:
    checked = check(fields, [WORK], Settings())
    assert checked.reason is reason
    assert score is None or checked.score == pytest.approx(score)


def test_films_of_one_title_are_told_apart_by_their_years() -> None:
    films = [Work(("Night Ferry",), (), 1956), Work(("Night Ferry",), (), 1999)]
    assert check(Fields("Night Ferry", None, 2000), films, Settings()).work == films[1]
    assert check(Fields("Night Ferry", None, 1980), films, Settings()).reason is Reason.YEAR
    assert check(Fields("Night Ferry"), films, Settings()).is_accepted


def test_one_word_needs_an_artist_or_a_year() -> None:
    films = [Work(("The Ferry",), (), 1956)]
    assert check(Fields("The Ferry"), films, Settings()).reason is Reason.WORD
    assert check(Fields("The Ferry", None, 1956), films, Settings()).is_accepted
    assert check(Fields("The Ferry"), films, Settings(lone_word=0)).is_accepted
    assert check(Fields("Tides", "Ana"), [Work(("Tides",), ("Ana",))], Settings()).is_accepted


def test_what_does_not_stand_in_the_name_is_refused() -> None:
    row = {"sub": "album", "title": "Low Tide", "artist": "Paper Lighthouse"}
    names = ["Low.Tide.2006", "X Paper_Lighthouse-Low.Tide"]
    rows = [row | {"name": name} for name in names]
    answers = [checked for _, checked in validate(rows, TableCatalogue([WORK]), Settings())]
    assert [checked.reason for checked in answers] == [Reason.UNSAID, Reason.ACCEPTED]


def test_every_number_is_a_setting() -> None:
    fields = Fields("Low Tides", "Paper Lighthouse", 2006)
    assert check(fields, [WORK], Settings()).is_accepted
    assert not check(fields, [WORK], Settings(accept=1.08)).is_accepted
    assert not check(fields, [WORK], Settings(year_bonus=0, accept=0.99)).is_accepted
    assert not check(fields, [WORK], Settings(least_artist=1)).is_accepted
    assert not check(fields, [WORK], Settings(least_title=0.95)).is_accepted
    loose = Settings(least_title=0, least_artist=0.5)
    assert check(Fields("Low Tide", "By Paper Lighthouses & Co"), [WORK], loose).is_accepted
    assert not check(
        Fields("Low Tide", "By Paper Lighthouses & Co"), [WORK], Settings()
    ).is_accepted


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_a_score_is_never_beyond_its_bounds(a: str, b: str, c: str, d: str) -> None:
    checked = check(Fields(a, b, 2000), [Work((c,), (d,), 2000)], Settings())
    assert 0 <= checked.score <= 1.1


def table(tmp_path: Path, content: bytes | str) -> TableCatalogue:
    path = tmp_path / "titles.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return TableCatalogue.read(path)


def has(catalogue: Catalogue, title: str, **fields: Any) -> bool:
    found_fields = fields_of({"title": title, **fields})
    return check(found_fields, catalogue.candidates(found_fields), Settings()).is_accepted


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_of_every_shape_are_read(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = [["\ufeffPrimaryTitle", "startYear", "titleType"], ["Night Harbour", "1961", "movie"]]
    catalogue = table(tmp_path, end.join(delimiter.join(line) for line in lines))
    assert has(catalogue, "Night.Harbour", sub="movie", year=1961)
    assert not has(catalogue, "Night Harbour", sub="movie", year=1999)
    assert not has(catalogue, "Night Harbour", sub="album"), "it is a film"


def test_a_slip_of_a_letter_is_no_other_title(tmp_path: Path) -> None:
    catalogue = table(tmp_path, "title\nLantern Street\nLanternstreets\nQuiet River 2\n")
    assert has(catalogue, "Lantren Street") or has(catalogue, "Lantrn Street")
    assert not has(catalogue, "Quiet River 3")
    assert not has(catalogue, "Quiet River")


def test_hostile_tables_cost_their_bad_records_alone(tmp_path: Path) -> None:
    content = (
        b"title,year\n"
        b"=cmd|' /C calc'!A0,2001\n"
        b"\x1b[2JLow \x00Tide\xff,2006\n"
        b",1999\n"
        b"short\n"
        b'"quoted, ""title""\nof two lines",19x99\n'
        b"Harbour Lights,999999999999999999999\n" + b"x" * (3 << 20) + b",2001\n"
        b'Silver River,2001\n"never closed,' + b"y" * (3 << 20) + b"\nCopper Bridge,2003\n"
    )
    catalogue = table(tmp_path, content)
    assert has(catalogue, "=cmd|' /C calc'!A0", year=2001)
    assert has(catalogue, "Harbour Lights", year=1871)
    assert has(catalogue, "Silver River", year=2001)
    assert has(catalogue, 'quoted, "title" of two lines')
    assert catalogue.bad["no title"] == 1
    assert catalogue.bad["damaged"] >= 2
    assert not any("\x1b" in title for work in catalogue._works for title in work.titles)


@given(st.binary(max_size=300))
def test_whatever_a_table_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"title,artist,year,kind\n" + content)
    try:
        catalogue = TableCatalogue.read(path)
    except TableUnreadable:
        return
    for work in catalogue._works:
        assert fold(work.titles[0])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no column of titles"),
        ("a,b\n1,2\n", "must name columns: title"),
        ("title,year\n", "holds no title"),
        (b"\x1f\x8bbroken", "cannot be read"),
    ],
)
def test_what_is_no_table_is_told_in_a_line(
    tmp_path: Path, content: bytes | str, said: str
) -> None:
    with pytest.raises(TableUnreadable, match=said):
        table(tmp_path, content)


def written(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_the_command_divides_the_rows_and_counts_every_slice(
    tmp_path: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = groups()[5]
    right = {"sub": "album", "artist": group.credit_text, "title": group.title, "unsure": True}
    rows = [
        {"name": f"{group.credit_text} - {group.title}", **right},
        {"name": "Тихая вода", "sub": "album", "artist": "Тихая", "title": "вода"},
        {"name": f"No music: {group.title}", "sub": "movie", "title": group.title},
        {"name": "Odd", "sub": "soup", "artist": ["a"], "title": 7, "year": True},
    ]
    data = tmp_path / "data" / "fields" / "p2p_labelled.jsonl.gz"
    data.parent.mkdir(parents=True)
    with gzip.open(data, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    out = tmp_path / "out"
    arguments = [str(tmp_path / "data"), "--catalogue", str(index), "--out", str(out)]
    assert command.run(arguments) == 0
    (accepted,) = written(out / "fields/p2p_labelled.jsonl.gz")
    assert accepted["validated"]["work"]["key"] == group.mbid
    assert {**accepted, "validated": None} == {**rows[0], "validated": None}
    rejected = written(out / "rejected.jsonl.gz")
    assert [row["name"] for row in rejected] == [row["name"] for row in rows[1:]]
    assert [row["validated"]["reason"] for row in rejected[1:]] == [
        "not in the catalogue",
        "nothing to check",
    ]
    slices = json.loads((out / "report.json").read_text())["slices"]
    assert (slices["all"]["rows"], slices["all"]["accepted"]) == (4, 1)
    assert slices["script: cyrillic"]["rows"] == 1
    assert slices["medium: audio"]["rows"] == 2
    before = (out / "rejected.jsonl.gz").read_bytes()
    assert command.run(arguments) == 0
    assert (out / "rejected.jsonl.gz").read_bytes() == before


@pytest.mark.parametrize(
    ("rows", "catalogue", "said"),
    [
        ("missing.jsonl", "fine.csv", "cannot be read"),
        ("soup.jsonl", "fine.csv", "line 2 is no JSON"),
        ("list.jsonl", "fine.csv", "line 1 is no JSON object"),
        ("empty.jsonl", "fine.csv", "holds no rows"),
        ("fine.jsonl", "missing.csv", "cannot be read"),
        ("fine.jsonl", ".", "no MusicBrainz index"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    rows: str,
    catalogue: str,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fine.csv").write_text("title\nLow Tide\n")
    Path("fine.jsonl").write_text('{"title": "Low Tide"}\n')
    Path("soup.jsonl").write_text("{}\nsoup\n")
    Path("list.jsonl").write_text("[1]\n")
    Path("empty.jsonl").touch()
    assert command.run([rows, "--catalogue", catalogue, "--out", "out"]) == 1
    assert said in capsys.readouterr().err
    assert not Path("out").exists()
