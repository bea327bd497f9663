"""What fits in a correction, and that nothing else gets in, whatever it is."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Correction, Place, Stage, Subcategory
from schemas.corrected_fields import (
    METADATA_FIELDS,
    TECHNICAL_FIELDS,
    canonical_field,
    canonical_value,
    fields_of,
    place_of,
    stage_of,
)
from schemas.correction import as_text, first_problem

MBID = "7d5bd1a0-1c3c-4f5e-9d2c-0123456789ab"
SAID = {
    "infohash": "ab" * 20,
    "stage": "classify",
    "field": "medium",
    "verdict": "value",
    "value": "audio/album",
    "reporter": "ada",
    "observed_at": datetime(2026, 1, 2, tzinfo=UTC),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(["medium", "adult", "link", "year", "title", "artists", "proper", "codec"])


@pytest.mark.parametrize(
    ("field", "value", "subcategory", "kept"),
    [
        ("medium", " Audio/Album ", None, "audio/album"),
        ("medium", "audio", None, "audio/audio_other"),
        ("medium", "other", None, "other/other"),
        ("adult", "yes", None, True),
        ("adult", False, None, False),
        ("year", "2006", None, 2006),
        ("title", " Low\x1b Tide ", None, "Low  Tide"),
        ("season_number", "02", "episode", 2),
        ("performers", "Ada; Ben\nEve", "album", ("Ada", "Ben", "Eve")),
        ("languages", ["de", "en"], None, ("de", "en")),
        ("proper", "no", None, False),
        ("bitrate", 320, None, 320),
        ("isbn", "9780141439471", "ebook", "9780141439471"),
        ("link", f"https://musicbrainz.org/artist/{MBID.upper()}/", None, f"artist/{MBID}"),
        ("link", f"release-group:{MBID}", None, f"release-group/{MBID}"),
        ("link", "NONE", None, "none"),
    ],
)
def test_a_value_has_one_form(field: str, value: Any, subcategory: str | None, kept: Any) -> None:
    known = Subcategory(subcategory) if subcategory else None
    assert canonical_value(field, value, known) == kept


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("medium", "audio/movie", "no subcategory of audio"),
        ("medium", "sound", "no medium 'sound'"),
        ("adult", "perhaps", "true or false"),
        ("year", "20", "1000 is the least"),
        ("year", True, "1000"),
        ("season_number", True, "does not fit"),
        ("proper", "perhaps", "true or false"),
        ("performers", " ; ", "performers"),
        ("link", MBID, "release-group/MBID"),
        ("tracks", "x", "no field 'tracks'"),
        ("isbn", "12", "isbn"),
    ],
)
def test_what_does_not_fit_says_what_would(field: str, value: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        canonical_value(field, value)


def test_a_field_has_one_name_whatever_the_subcategory_calls_it() -> None:
    assert canonical_field("album_name", Subcategory.ALBUM) == "title"
    assert canonical_field("album_name") == "title"
    assert canonical_field("author", Subcategory.EBOOK) == "creator"
    assert canonical_field("title", Subcategory.ALBUM) == "title"
    assert canonical_field("album", Subcategory.TRACK) == "album"
    assert canonical_field("Season-Number") == "season_number"
    assert canonical_field("nsfw") == "adult"


def test_the_same_name_stands_where_the_class_has_it() -> None:
    assert place_of("edition", Subcategory.GAME) is Place.METADATA
    assert place_of("edition", Subcategory.MOVIE) is Place.TECHNICAL
    assert place_of("creator", Subcategory.MOVIE) is Place.UNIFORM
    assert place_of("link") is Place.LINK


@pytest.mark.parametrize("subcategory", [*Subcategory, None])
def test_whatever_a_page_offers_can_be_corrected(subcategory: Subcategory | None) -> None:
    fields = fields_of(subcategory)
    assert len(set(fields)) == len(fields)
    for field in fields:
        assert stage_of(field) in Stage
        assert canonical_field(field, subcategory) == field


def test_every_field_of_the_contracts_but_lists_of_objects_is_offered_somewhere() -> None:
    offered = {field for subcategory in Subcategory for field in fields_of(subcategory)}
    named = {canonical_field(name) for name in METADATA_FIELDS | TECHNICAL_FIELDS}
    own = {"album_name", "collection_name", "series_title", "track_name", "artists", "artist"}
    assert named - own <= offered


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "wrong"},
        {"value": None},
        {"stage": "extract"},
        {"field": "tracks"},
        {"verdict": "withdrawn", "value": None},
        {"revokes": "ab" * 16},
        {"reporter": " "},
        {"infohash": "ab"},
        {"value": {"a": 1}},
        {"subcategory": ["album"]},
    ],
)
def test_parts_that_do_not_go_together_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Correction.model_validate({**SAID, **change})
    assert "\n" not in first_problem(refused.value)


def test_a_correction_says_the_same_after_kafka() -> None:
    said = Correction.model_validate(SAID)
    again = Correction.model_validate_json(said.to_json())
    assert (again, again.event_id) == (said, said.event_id)
    later = said.model_copy(update={"reporter": "ben"})
    assert later.event_id != said.event_id


@given(FIELDS, JSON, st.sampled_from([None, *Subcategory]))
def test_any_value_is_kept_in_a_form_that_stays_or_is_refused(
    field: str, value: Any, subcategory: Subcategory | None
) -> None:
    try:
        kept = canonical_value(field, value, subcategory)
    except ValueError as error:
        assert len(str(error)) < 400
        return
    assert canonical_value(field, kept, subcategory) == kept
    assert canonical_value(field, as_text(kept), subcategory) == kept or isinstance(kept, tuple)


@given(st.dictionaries(st.sampled_from([*SAID, "said", "revokes", "subcategory"]), JSON))
def test_any_object_is_a_correction_or_invalid(change: dict[str, Any]) -> None:
    try:
        said = Correction.model_validate({**SAID, **change})
    except ValidationError as error:
        assert "\n" not in first_problem(error)
        return
    assert Correction.model_validate_json(said.to_json()).event_id == said.event_id
