"""A missing browser is a line that says what to install, and a failure where one is required."""

from pathlib import Path

import pytest

from tests.browser.chromium import INSTALL, chromium


@pytest.fixture(autouse=True)
def without_a_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CI", "MIMMO_REQUIRE_BROWSER"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_browser_the_tests_are_left_out_and_say_what_to_install() -> None:
    with pytest.raises(pytest.skip.Exception, match=INSTALL):
        chromium()


@pytest.mark.parametrize("name", ["CI", "MIMMO_REQUIRE_BROWSER"])
def test_where_a_browser_is_required_its_absence_fails(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(pytest.fail.Exception, match=INSTALL):
        chromium()


def test_a_browser_of_another_name_does(tmp_path: Path) -> None:
    path = tmp_path / "google-chrome"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    assert chromium() == str(path)
