"""The contracts: what fits, what does not, and that what was published stays readable."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import (
    MAX_FILES,
    MAX_NAME,
    MAX_PATH,
    Classification,
    DeadLetter,
    DecidedBy,
    Extraction,
    Fault,
    Flag,
    Medium,
    Subcategory,
    Torrent,
    Verdict,
    metadata_for,
    torznab,
    uniform,
)
from schemas.export import EXPORTED, documents
from schemas.media import MEDIUM_OF
from schemas.metadata import _ADAPTER
from schemas.topics import MAX_VALUE_BYTES, TOPICS
from tests.fakes import FakeRecord
from tests.support import ROOT, torrent

GOLDEN = ROOT / "schemas" / "examples"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_message_published_by_an_earlier_version_is_still_read_alike(path: Path) -> None:
    topic, _, _ = path.name.partition("__")
    contract = TOPICS[topic].contract
    message = json.loads(path.read_text(encoding="utf-8"))
    read = contract.model_validate(message["value"])
    assert json.loads(read.to_json()) == message["value"]
    assert read.event_id == message["ce_id"]  # type: ignore[attr-defined]


def test_every_topic_of_json_events_has_a_golden_message() -> None:
    named = {path.name.partition("__")[0] for path in GOLDEN.glob("*.json")}
    assert named == {name for name, topic in TOPICS.items() if topic.contract is not DeadLetter}


def test_the_committed_export_is_what_the_code_says() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in EXPORTED.iterdir()}
    assert committed == documents(), "run `python -m schemas export` and commit the result"


def test_the_asyncapi_document_resolves_its_own_references() -> None:
    document = json.loads(documents()["asyncapi.json"])
    assert set(document["channels"]) == set(TOPICS)

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [deeper for value in node.values() for deeper in references(value)]
        items = node if isinstance(node, list) else []
        return [deeper for value in items for deeper in references(value)]

    for reference in references(document):
        target = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_files_that_add_up_to_more_than_a_column_holds_are_refused() -> None:
    with pytest.raises(ValidationError, match="less than or equal to 9223372036854775807"):
        torrent("Quiet Harbour", infohash="ab" * 20, files=[("a", 2**62), ("b", 2**62)])


@given(
    st.text(),
    st.lists(st.tuples(st.text(), st.none() | st.integers(0, 2**60)), max_size=5) | st.none(),
)
def test_whatever_a_name_holds_it_is_stored_or_refused_but_never_breaks(
    name: str, files: list[tuple[str, int | None]]
) -> None:
    try:
        repaired = torrent(name, infohash="ab" * 20, files=files)
    except ValidationError:
        assert not name.strip() or not made_of_something(name)
        return
    assert 0 < len(repaired.name) <= MAX_NAME
    assert "\x00" not in repaired.name
    repaired.to_json().decode("utf-8")
    assert Torrent.model_validate_json(repaired.to_json()) == repaired


def made_of_something(name: str) -> bool:
    from schemas import clean_text

    return bool(clean_text(name))


def test_a_torrent_of_100_000_files_keeps_2_000_and_the_truth_about_the_rest() -> None:
    kept = torrent(files=[(f"disc/{number:06}.bin", number) for number in range(100_000)])
    assert kept.files is not None
    assert len(kept.files) == MAX_FILES
    assert kept.num_files == 100_000
    assert kept.size == sum(range(100_000))
    assert kept.files[0].path == "disc/098000.bin", "the largest are kept, in their own order"
    assert Flag.FILES_TRUNCATED in kept.flags


def test_a_path_that_is_too_long_keeps_its_end_because_that_names_the_file() -> None:
    kept = torrent(files=[("d/" * 400 + "song.flac", 1)])
    assert kept.files is not None
    assert len(kept.files[0].path) <= MAX_PATH
    assert kept.files[0].path.endswith("song.flac")


def test_the_worst_torrent_fits_a_kafka_message() -> None:
    worst = torrent("\U0001f3b5" * MAX_NAME, files=[("\U0001f3b5" * MAX_PATH, 2**50)] * MAX_FILES)
    assert len(worst.to_json()) < MAX_VALUE_BYTES


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_utc_cannot_hold_is_refused_as_anything_else_that_does_not_fit(
    moment: str,
) -> None:
    with pytest.raises(ValidationError, match="years 1 to 9999"):
        torrent(observed_at=moment)


def test_compaction_leaves_alone_what_nobody_may_have_read_yet() -> None:
    day = 24 * 60 * 60 * 1000
    compacted = {name: topic.config for name, topic in TOPICS.items() if topic.compact}
    lags = {name: int(config["min.compaction.lag.ms"]) // day for name, config in compacted.items()}
    assert lags == {
        "torrents.classified.v1": 7,
        "torrents.embedded.v1": 7,
        "torrents.extraction-requests.v1": 7,
        "torrents.llm-requests.v1": 60,
        "torrents.extracted.v1": 7,
        "torrents.linked.v1": 7,
        "mimmo.capabilities.v1": 0,
    }
    assert not any(
        "min.compaction.lag.ms" in topic.config for topic in TOPICS.values() if not topic.compact
    )


def test_what_a_dump_does_not_know_is_none_and_what_is_empty_is_empty() -> None:
    poor = torrent()
    assert (poor.size, poor.files, poor.num_files) == (None, None, None)
    empty = torrent(files=[])
    assert (empty.files, empty.num_files) == ((), 0)
    assert poor.input_hash != empty.input_hash


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"infohash": "xyz"}, id="infohash is not hex"),
        pytest.param({"infohash": "ab" * 19}, id="infohash is short"),
        pytest.param({"name": " \x00 "}, id="nothing is left of the name"),
        pytest.param({"size": -1}, id="negative size"),
        pytest.param({"size": 2**63}, id="size beyond bigint"),
        pytest.param({"files": [("a", -1)]}, id="negative file size"),
    ],
)
def test_what_cannot_be_repaired_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        torrent(**fields)  # type: ignore[arg-type]


def test_swarm_figures_and_dates_are_no_part_of_what_a_classifier_reads() -> None:
    later = torrent(observed_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert later.input_hash == torrent().input_hash
    assert later.event_id != torrent().event_id


def test_a_naive_time_is_utc() -> None:
    assert torrent(observed_at=datetime(2026, 1, 2, 3, 4, 5)) == torrent()


def test_a_subcategory_belongs_to_its_medium() -> None:
    with pytest.raises(ValidationError, match="no subcategory"):
        Verdict(
            medium=Medium.AUDIO, subcategory=Subcategory.MOVIE, confidence=1, source=DecidedBy.BERT
        )


def test_every_subcategory_has_a_medium_and_a_torznab_id() -> None:
    assert set(MEDIUM_OF) == set(Subcategory)
    assert torznab(Subcategory.AUDIOBOOK) == 3030
    assert torznab(Subcategory.AUDIOBOOK, nsfw=True) == 6000
    assert all(1000 <= torznab(subcategory) < 9000 for subcategory in Subcategory)


def test_metadata_of_every_audio_and_video_subcategory_has_a_uniform_view() -> None:
    extracted = [sub for sub in Subcategory if MEDIUM_OF[sub] in (Medium.AUDIO, Medium.VIDEO)]
    for subcategory in extracted:
        fields = dict.fromkeys(
            ("title", "track_name", "album_name", "collection_name", "series_title"), "X"
        )
        assert uniform(metadata_for(subcategory, {**fields, "year": 1999})).title == "X"
    assert _ADAPTER is not None


def test_results_of_one_key_share_an_id_and_a_confidence_is_rounded() -> None:
    album = torrent()
    result = Classification(
        infohash=album.infohash,
        revision=1,
        input_hash=album.input_hash,
        method="rules",
        model="classify@1.0.0",
        observed_at=album.observed_at,
        torrent=album,
        verdict=Verdict(medium="audio", subcategory="album", confidence=0.97654, source="bert"),
    )
    assert result.verdict.confidence == 0.977
    again = result.model_copy(update={"observed_at": datetime(2027, 1, 1, tzinfo=UTC)})
    assert again.result_id == result.result_id
    assert result.model_copy(update={"revision": 2}).result_id != result.result_id
    with pytest.raises(ValidationError, match="frozen"):
        result.revision = 2  # type: ignore[misc]


def test_a_dead_letter_travels_in_headers_and_keeps_its_bytes() -> None:
    record = FakeRecord(7, b"\xfe\x00 not json", b"\xff", partition=3)
    letter = DeadLetter.of(record, Fault("classify", "not_json", "bad\x00 {thing}"))
    back = DeadLetter.from_record(letter.headers(), letter.key, letter.value)
    assert back == letter
    assert back.value == b"\xfe\x00 not json"


def test_an_extraction_names_its_subcategory() -> None:
    album = torrent()
    result = Extraction(
        infohash=album.infohash,
        revision=1,
        input_hash=album.input_hash,
        method="rules",
        model="extract@1.0.0",
        observed_at=album.observed_at,
        metadata=metadata_for(Subcategory.ALBUM, {"artist": "Aurora Vale", "title": "ignored"}),
    )
    assert result.subcategory is Subcategory.ALBUM
    assert json.loads(result.to_json())["metadata"] == {
        "subcategory": "album",
        "artist": "Aurora Vale",
        "tracks": [],
    }
