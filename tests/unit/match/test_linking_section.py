"""Linking as a section of the whole report."""

import json
from pathlib import Path

import pytest

from models.evaluation.whole.intervals import figure
from models.evaluation.whole.measuring import LeftOut, Measuring
from models.evaluation.whole.others import links
from streams.lab.sample.musicbrainz import make

BY_KEY = {artist["key"]: artist for artist in make.catalogue()}
LIGHTHOUSE = BY_KEY["paper-lighthouse"]
LOW_TIDE = make.group_mbid(LIGHTHOUSE, LIGHTHOUSE["albums"][0])
ISLANDS = make.group_mbid(LIGHTHOUSE, LIGHTHOUSE["albums"][1])
ALBUMS = [
    {"artist": "Paper Lighthouse", "title": "Low Tide", "mbid": LOW_TIDE},
    {"artist": "Paper Lighthouse", "title": "Low Tide", "mbid": ISLANDS},
]
QUERIES = [{"query_artist": "Nobody of That Name", "query_album": "Zzz", "mbid": LOW_TIDE}]


def measuring(data: Path, index: Path | None) -> Measuring:
    return Measuring(data, Measuring.load_brains(1), most=1, file_sets=1, index=index)


def test_linking_is_measured_with_an_index_and_left_out_without(
    sample_index: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "linking"
    folder.mkdir()
    for name, rows in (("albums_dev", ALBUMS), ("queries_dev", QUERIES)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text)
    section = links(measuring(tmp_path, sample_index))
    asserted = figure(section.answers, section.main)
    assert (asserted.above, asserted.below) == (1, 2)
    known = figure(section.answers, "release group, of those known")
    assert (known.above, known.below) == (1, 3)
    assert [[mistake.kind for mistake in answer.mistakes] for answer in section.answers] == [
        [],
        ["another artist or release group"],
        ["a known release group missed"],
    ]
    with pytest.raises(LeftOut, match="--index DIR"):
        links(measuring(tmp_path, None))
