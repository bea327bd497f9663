"""Results as tags: what they say, who said it, and that nothing is said twice or made up."""

import re
from datetime import date

import pytest

from models.active import Stage, shipped
from models.registry import load
from models.tags import Builds, tags_of
from schemas import Classification, Extraction, Match, Method, Verdict
from schemas.tags import TorrentTags
from tests.support import classified, extracted, linked, torrent

SEEN = torrent("Aurora Vale - Paper Lanterns (2011) [FLAC]")
MBID = "0b30341b-b59d-4979-8130-b66c0e475321"
ALBUM = {
    "subcategory": "album",
    "album_name": "Paper Lanterns",
    "artist": "Aurora Vale",
    "year": 2011,
}
EVIDENCE = {
    "album_name": {"source": "rules:artist-title", "confidence": 0.882, "span": [14, 28]},
    "artist": {"source": "rules:artist-title+tagger", "confidence": 0.951, "span": [0, 11]},
    "year": {"source": "tagger", "confidence": 0.4, "span": [30, 34]},
}


def verdict(**fields: object) -> Verdict:
    given = {"medium": "audio", "subcategory": "album", "confidence": 0.986, "source": "patterns"}
    return Verdict.model_validate({**given, **fields})


def album(**fields: object) -> Extraction:
    given = {
        "metadata": ALBUM,
        "evidence": EVIDENCE,
        "technical": {"audio_codec": "FLAC", "languages": ["en", "de"], "proper": True},
        "model": "extract@2.1.0",
        "revision": 5,
    }
    return extracted(SEEN, **{**given, **fields})


def names(told: TorrentTags) -> list[str]:
    return [tag.name for tag in told.tags]


def class_of(**fields: object) -> Classification:
    return classified(SEEN, verdict(**fields), revision=9, model="classify@2.0.0")


def test_a_class_is_told_by_what_decided_it() -> None:
    assert names(tags_of(class_of())) == [
        "nom:rules_patterns_2-0-0_medium_r9_audio",
        "nom:rules_patterns_2-0-0_subcategory_r9_album",
        "nom:rules_patterns_2-0-0_nsfw_r9_no",
    ]
    learnt = names(tags_of(class_of(source="bert")))
    assert learnt[0] == "nom:onnx_bert_2-0-0_medium_r9_audio"
    words = names(tags_of(class_of(source="bert", rule="ngrams")))
    assert words[0] == "nom:linear_ngrams_2-0-0_medium_r9_audio"


def test_a_class_that_nobody_decided_says_nothing() -> None:
    undecided = class_of(medium="other", subcategory="other", source="none", confidence=0.1)
    assert tags_of(undecided).tags == ()


def test_a_class_of_ones_own_is_a_tag_with_a_score_of_its_own() -> None:
    told = tags_of(class_of(own_class="sheet_music", own_confidence=0.8))
    (own,) = [tag for tag in told.tags if "own-class" in tag.name]
    assert own.name == "nom:linear_own_2-0-0_own-class_r9_sheet_music"
    assert own.score == 0.8


def test_fields_carry_their_text_and_are_tagged_by_how_sure_they_are() -> None:
    told = {tag.name: tag.value for tag in tags_of(album()).tags}
    assert told["nom:rules_artist-title_2-1-0_album-name_r5_high"] == "Paper Lanterns"
    assert told["nom:rules-onnx_artist-title-tagger_2-1-0_artist_r5_high"] == "Aurora Vale"
    assert told["nom:onnx_tagger_2-1-0_year_r5_medium"] == "2011"


def test_technical_values_are_tags_one_each() -> None:
    told = names(tags_of(album()))
    assert "nom:rules_technical_2-1-0_audio-codec_r5_flac" in told
    assert "nom:rules_technical_2-1-0_languages_r5_en" in told
    assert "nom:rules_technical_2-1-0_languages_r5_de" in told
    assert "nom:rules_technical_2-1-0_proper_r5_yes" in told
    assert not any("repack" in name for name in told), "what is not so is not said"


def test_a_group_in_other_letters_keeps_its_name_as_the_value() -> None:
    told = tags_of(album(technical={"release_group": "группа"}))
    (group,) = [tag for tag in told.tags if "release-group" in tag.name]
    assert group.name.endswith("_named")
    assert group.value == "группа"


def test_the_answer_of_a_language_model_is_of_another_framework() -> None:
    read = {"artist": {"source": "smollm2@1.2", "confidence": 0.6, "span": [0, 11]}}
    told = names(tags_of(album(method=Method.LLM, evidence=read, technical={})))
    assert told == ["nom:gguf_smollm2_2-1-0_artist_r5_medium"]


@pytest.mark.parametrize("status", ["ambiguous", "none"])
def test_a_link_that_is_not_sure_names_no_mbid(status: str) -> None:
    match = Match.model_validate({"status": status, "artist_mbid": MBID, "score": 0.5})
    told = tags_of(linked(album(), match, revision=3, model="match@1.0.0"))
    assert names(told) == [f"nom:rules_musicbrainz-undated_1-0-0_link_r3_{status}"]


def test_a_link_names_the_day_of_its_musicbrainz() -> None:
    match = Match.model_validate({"status": "exact", "artist_mbid": MBID, "score": 0.97})
    link = linked(album(), match, revision=3, model="match@1.0.0")
    told = tags_of(link.model_copy(update={"reference_date": date(2026, 11, 1)}))
    assert told.tags[1].name == "nom:rules_musicbrainz-2026-11-01_1-0-0_artist-mbid_r3_high"
    assert told.tags[1].value == MBID


def test_every_tag_has_its_origin_and_the_same_result_the_same_tags() -> None:
    for result in (class_of(), album()):
        told = tags_of(result)
        assert {tag.parsed().origin_key for tag in told.tags} == set(told.origins)
        assert tags_of(result) == told
        assert TorrentTags.model_validate_json(told.to_json()) == told


def test_an_origin_names_the_weights_where_the_model_is_here() -> None:
    manifest = shipped(Stage.CLASSIFY).manifest
    here = classified(
        SEEN, verdict(source="bert"), revision=manifest.revision, model=manifest.label
    )
    (origin, *_) = tags_of(here, Builds([manifest])).origins.values()
    assert origin.embedder_build == manifest.files["model"].sha256
    assert re.fullmatch(r"\d+\.\d+.*", origin.framework_version or "")
    assert origin.configuration
    other = classified(
        SEEN, verdict(source="bert"), revision=manifest.revision + 1, model=manifest.label
    )
    (unknown, *_) = tags_of(other, Builds([manifest])).origins.values()
    assert unknown.configuration is None, "another revision answers by other weights"
    assert unknown.embedder_build != manifest.files["model"].sha256


def test_what_the_tagger_read_is_told_by_its_weights_though_results_bear_the_rules_name() -> None:
    rules, tagger = load("extract"), shipped(Stage.TAGGER).manifest
    read = album(revision=rules.revision, model=rules.label)
    builds = {
        origin.embedder: origin.embedder_build
        for origin in tags_of(read, Builds([rules, tagger])).origins.values()
    }
    assert builds["tagger"] == tagger.files["model"].sha256
    assert builds["artist-title"] == rules.version.replace(".", "-")


def test_a_tag_of_ours_without_its_origin_is_refused() -> None:
    told = tags_of(class_of()).model_dump()
    with pytest.raises(ValueError, match="the origin of nom:rules_patterns"):
        TorrentTags.model_validate({**told, "origins": {}})


def test_a_tag_of_another_program_is_kept_with_its_flag() -> None:
    kept = {"name": "essentia:happy", "score": 0.7, "flag": "it does not say what made it"}
    told = {**tags_of(class_of()).model_dump(), "tags": [kept], "origins": {}}
    assert TorrentTags.model_validate(told).tags[0].name == "essentia:happy"
    with pytest.raises(ValueError, match="does not begin with nom:"):
        TorrentTags.model_validate({**told, "tags": [{**kept, "flag": None}]})
