"""The quality of sound: bit rate, bit depth and sample rate, as names write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.rules.sound import Sound, sound


@pytest.mark.parametrize(
    ("name", "depth", "rate"),
    [
        ("[TR24][OF] Aurora Vale - Tide - 2021", 24, None),
        ("[TR24][OF][192kHz] Aurora Vale - Tide", 24, 192_000),
        ("Aurora Vale - Tide (2013) (2496 Vinyl)", 24, 96_000),
        ("Aurora Vale - Tide (2013) [2448]", 24, 48_000),
        ("Aurora Vale - Tide FLAC 24192", 24, 192_000),
        ("tape2004-11-20.aud.flac1648", 16, 48_000),
        ("tape2004-11-20.sbd.flac16", 16, None),
        ("Aurora Vale - Tide [24/96]", 24, 96_000),
        ("Aurora Vale - Tide [24-192]", 24, 192_000),
        ("Aurora Vale - Tide 24bit 96kHz FLAC", 24, 96_000),
        ("Aurora Vale - Tide [24Bit-48kHz] FLAC", 24, 48_000),
        ("Aurora Vale - Tide [FLAC@44.1khz24bit]", 24, 44_100),
        ("Aurora Vale - Tide [FLAC 96kHz／24bit]", 24, 96_000),
        ("Aurora Vale - Tide (16bit-44.1kHz)", 16, 44_100),
        ("Aurora Vale - Tide [Flac 16-44.1]", 16, 44_100),
        ("Aurora Vale - Tide [24.192 FLAC]", 24, 192_000),
        ("Aurora Vale - Tide (FLAC Hi-Res 96∕24)", 24, 96_000),
        ("Aurora Vale - Tide 24b96", 24, 96_000),
        ("Aurora Vale - Tide 48000 Hz", None, 48_000),
        ("Aurora Vale - Tide 24-88.2 SACD", 24, 88_200),
    ],
)
def test_depth_and_rate_are_read(name: str, depth: int | None, rate: int | None) -> None:
    heard = sound(name)
    assert (heard.bit_depth, heard.sample_rate) == (depth, rate)


@pytest.mark.parametrize(
    "name",
    [
        "Aurora Vale - Tide 2496",
        "Aurora Vale - 2448 Lamps (2013)",
        "Aurora Vale - Tide (2013)",
        "Harbour Street S24E96",
        "Harbour.Street.24.96.Hours",
        "Aurora Vale - Tide [LBL1644-2]",
        "Concert 2015-10-21_1280",
        "Aurora Vale - Tide 2016-24",
        "Aurora Vale - Trance 24 - 2013",
    ],
)
def test_other_numbers_are_no_quality(name: str) -> None:
    assert sound(name) == Sound()


def test_the_bit_rate_is_read_beside_them() -> None:
    assert sound("Aurora Vale - Tide (MP3 320 kbps, 44.1 kHz)") == Sound(320, None, 44_100)


@given(st.integers(1, 99), st.integers(1, 999))
def test_whatever_is_read_is_possible(bits: int, kilohertz: int) -> None:
    heard = sound(f"Aurora Vale - Tide [FLAC {bits}bit {kilohertz}kHz]")
    assert heard.bit_depth in {None, bits} & {None, 8, 10, 12, 16, 24, 32}
    if heard.sample_rate is not None:  # 88 kHz are 88,200 samples
        assert heard.sample_rate // 1_000 == kilohertz
        assert 44_100 <= heard.sample_rate <= 384_000
