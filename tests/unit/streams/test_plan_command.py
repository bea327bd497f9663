"""`python -m streams.operate plan`: what it prints is what the page says."""

import argparse
from pathlib import Path

import pytest

from streams.operate.capacity.command import count, main, share
from streams.operate.capacity.measured import SHIPPED, load
from streams.operate.capacity.tables import in_bytes, number
from streams.operate.process import StartError
from tests.support import ROOT


def test_the_page_has_the_tables_that_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--markdown"]) == 0
    printed = capsys.readouterr().out
    page = (ROOT / "docs" / "capacity.md").read_text(encoding="utf-8")
    assert printed in page, "paste the output of `python -m streams.operate plan --markdown`"


def test_a_plan_is_shown_on_a_terminal_with_where_it_is_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--torrents", "100M", "--years", "1.5", "--cores", "8"]) == 0
    printed = capsys.readouterr().out
    assert "8 cores" in printed
    assert "1.5 years" in printed
    assert load().date in printed


def test_what_ships_was_measured_of_both_kinds_and_checked_against_a_mix() -> None:
    measured = load()
    assert measured.without_files()
    assert measured.with_files()
    assert measured.mixed()
    assert measured.crawl is not None


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    copy = tmp_path / "measured.json"
    copy.write_text(load().to_json())
    assert load(copy) == load()
    assert copy.read_text() == SHIPPED.read_text()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"crawl": null, "sizes": [{}]}'])
def test_a_file_that_is_no_measurement_is_refused_with_what_to_do(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(text)
    with pytest.raises(StartError, match=r"docs/capacity\.md"):
        load(wrong)
    assert main(["--measured", str(wrong)]) == 1
    assert "no measurement" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "value"), [("30M", 30e6), ("1.5G", 1.5e9), ("500k", 5e5), ("7", 7)]
)
def test_counts_are_read_as_people_write_them(text: str, value: float) -> None:
    assert count(text) == value


@pytest.mark.parametrize("text", ["0", "-1", "many", "3T", "1e9", ""])
def test_a_count_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="30M"):
        count(text)


@pytest.mark.parametrize("text", ["1.1", "-0.1", "half"])
def test_a_share_lies_between_nothing_and_all(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="0 to 1"):
        share(text)


def test_numbers_have_three_digits_that_count() -> None:
    assert [number(value) for value in (0.12345, 12.345, 12_345, 1.5e6, 2e9)] == [
        "0.123",
        "12.3",
        "12.3 k",
        "1.5 M",
        "2 G",
    ]
    assert [in_bytes(value) for value in (12, 12_345, 1.5e9, 3e12)] == [
        "12 B",
        "12.3 kB",
        "1.5 GB",
        "3 TB",
    ]
