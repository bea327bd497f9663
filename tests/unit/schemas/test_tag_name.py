"""The grammar of tags' names, as the plan of AcousticBrainz 2.0 has it."""

import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import MAX_TEXT
from schemas.tag_name import (
    COMPONENTS,
    MAX_COMPONENT,
    MAX_TAG,
    PREFIX,
    BadTagName,
    TagName,
    component,
    tag,
)

LETTERS = string.ascii_lowercase + string.digits
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=4)
PARTS = WORDS.map("-".join)
NAMES = st.builds(TagName, PARTS, PARTS, PARTS, PARTS, PARTS, WORDS.map("_".join))

OF_THE_PLAN = {
    "nom:essentia_effnet_v1_mood_discogs519_aggressive_high": (
        *("essentia", "effnet", "v1", "mood", "discogs519"),
        "aggressive_high",
    ),
    "nom:essentia_maest_2024-10-15_genre_maest-30s_probability": (
        *("essentia", "maest", "2024-10-15", "genre", "maest-30s"),
        "probability",
    ),
    "nom:pytorch_clap-haiku_v2_mood_clap-laion-2024-05_mood_happy_high": (
        *("pytorch", "clap-haiku", "v2", "mood", "clap-laion-2024-05"),
        "mood_happy_high",
    ),
    "nom:onnx_yamnet_1-2-3_bpm_r1_120": ("onnx", "yamnet", "1-2-3", "bpm", "r1", "120"),
}


@pytest.mark.parametrize(("text", "parts"), OF_THE_PLAN.items())
def test_examples_of_the_plan_are_read(text: str, parts: tuple[str, ...]) -> None:
    name = TagName.parse(text)
    assert name == TagName(*parts)
    assert str(name) == text


def drawn(draw: random.Random) -> TagName:
    """A name at random; hypothesis would take minutes for as many."""

    def words(joint: str) -> str:
        counts = (draw.randint(1, 8) for _ in range(draw.randint(1, 5)))
        return joint.join("".join(draw.choices(LETTERS, k=count)) for count in counts)

    return TagName(*[*(words("-") for _ in COMPONENTS), words("_")])


def test_ten_thousand_names_are_read_as_they_were_written() -> None:
    draw = random.Random(22)
    names = [drawn(draw) for _ in range(10_000)]
    assert [TagName.parse(str(name)) for name in names] == names
    assert len({str(name) for name in names}) == len(set(names))


@given(NAMES)
def test_a_name_that_is_written_is_read_as_it_was(name: TagName) -> None:
    assert TagName.parse(str(name)) == name


@given(NAMES)
def test_capitals_are_the_same_as_small_letters(name: TagName) -> None:
    assert TagName.parse(str(name).upper()) == name


@given(st.text(max_size=200) | st.text(alphabet="nom:ab1_-.", max_size=60).map(PREFIX.__add__))
def test_whatever_is_read_is_written_as_it_was_or_refused(text: str) -> None:
    try:
        name = TagName.parse(text)
    except BadTagName as error:
        assert str(error).isascii()
        assert str(error).isprintable()
    else:
        assert str(name) == text.lower()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not begin with nom:"),
        ("essentia:happy", "does not begin with nom:"),
        ("nom:", "has 1 parts"),
        ("nom:onnx_yamnet_v1_mood_r1", "has 5 parts"),
        ("nom:onnx_yamnet_1.2.3_mood_r1_happy", "embedder_id is '1.2.3'"),
        ("nom:onnx__v1_mood_r1_happy", "embedder is ''"),
        ("nom:onnx_yamnet_v1_mood_r1_", "the tag is ''"),
        ("nom:onnx_yamnet_v1_mood_r1_a__b", "the tag is 'a__b'"),
        ("nom:onnx_yamnet_v1_mood_r1_hip-hop", "the tag is 'hip-hop'"),
        ("nom:onnx_yam-_v1_mood_r1_happy", "embedder is 'yam-'"),
        ("nom:onnx_yamnet_v1_mood_r1_happy\n", "the tag is 'happy\\\\n'"),
        ("nom:onnx_yamnet_v1_möod_r1_happy", "not ASCII"),
        # The Kelvin sign is a small k to str.lower().
        ("nom:onnx_yamnet_v1_mood_r1_\u212aind", "not ASCII"),
        ("nom:onnx_yamnet_v1_mood_r1_" + "a" * (MAX_TAG + 1), "128 at most"),
        ("nom:" + "a" * (MAX_COMPONENT + 1) + "_b_c_d_e_f", "64 at most"),
    ],
)
def test_what_is_no_name_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadTagName, match=re.escape(why) if "\\" not in why else why):
        TagName.parse(text)


def test_an_error_is_short_however_long_the_text_is() -> None:
    with pytest.raises(BadTagName) as caught:
        TagName.parse("x" * 1_000_000)
    assert len(str(caught.value)) < 200


def test_the_longest_name_fits_in_a_field_of_text() -> None:
    longest = TagName(*[*["a" * MAX_COMPONENT] * len(COMPONENTS), "b" * MAX_TAG])
    assert len(str(longest)) <= MAX_TEXT


@given(st.from_regex(r"[A-Za-z0-9]{1,5}([ .:@/+_-]{1,2}[A-Za-z0-9]{1,5}){0,4}", fullmatch=True))
def test_any_name_or_version_of_a_model_is_a_component(text: str) -> None:
    assert TagName("onnx", "a", component(text), "b", "c", "d").embedder_id == component(text)


@pytest.mark.parametrize("text", ["", ".", "a\nb", "v1%2", "größe", "a-", "-a"])
def test_what_is_no_version_makes_no_component(text: str) -> None:
    with pytest.raises(BadTagName):
        component(text)


@pytest.mark.parametrize(
    ("label", "wanted"),
    [("Hip-Hop", "hip_hop"), ("80s", "80s"), ("R&B", "r_b"), ("not sad", "not_sad")],
)
def test_a_label_makes_a_tag_of_its_words(label: str, wanted: str) -> None:
    assert tag(label) == wanted


@pytest.mark.parametrize("label", ["", "---", "música"])
def test_a_label_without_plain_letters_makes_no_tag(label: str) -> None:
    with pytest.raises(BadTagName):
        tag(label)
