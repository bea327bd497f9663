"""Every dependency has a licence that is allowed, and the page of licences tells of all."""

from pathlib import Path

import pytest

from infra.release import __main__ as command
from infra.release import licence_page, locks
from infra.release.licences import (
    UNKNOWN,
    Excepted,
    Licensed,
    Rules,
    from_metadata,
    licensed,
    refusal,
    rules,
)
from infra.release.locks import Locked

OSI = "License :: OSI Approved"
AGAIN = "make it anew: python -m infra.release licences"


def package(licence: str, name: str = "moth", lock: str = "requirements.lock") -> Licensed:
    return Licensed(name, "1.0", (lock,), licence)


def test_every_dependency_has_a_licence_that_is_allowed() -> None:
    faults = licence_page.refusals(licence_page.current())
    assert not faults, (
        "\n".join(faults) + "\ninstall the package, or say in infra/release/licences.toml what is "
        f"true of it, then {AGAIN}"
    )


def test_the_page_of_licences_is_what_the_lock_files_say() -> None:
    text = licence_page.written(licence_page.current(), rules())
    assert licence_page.PAGE.read_text(encoding="utf-8") == text, AGAIN


def test_every_package_of_every_lock_file_is_on_the_page() -> None:
    known = licence_page.known(licence_page.PAGE.read_text(encoding="utf-8"))
    pinned = {(entry.name, entry.version) for path in locks.paths() for entry in locks.read(path)}
    assert "requirements.lock" in {path.name for path in locks.paths()}
    assert known.keys() == pinned, AGAIN


def test_a_new_dependency_of_which_nothing_is_known_is_refused() -> None:
    (told,) = licensed([Locked("moth-lamp", "1.0", "requirements.lock")], {}, rules())
    assert told.licence == UNKNOWN
    assert refusal(told, rules()) == "moth-lamp 1.0: its licence is unknown"


def test_a_package_that_is_not_installed_has_the_licence_of_the_page() -> None:
    known = {("moth-lamp", "1.0"): "MIT"}
    packages = [Locked("moth-lamp", version, "requirements.lock") for version in ("1.0", "2.0")]
    assert [told.licence for told in licensed(packages, known, rules())] == ["MIT", UNKNOWN]


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-or-later", "AGPL-3.0-only", "MIT AND GPL-2.0-only", "LicenseRef-Own", "SSPL-1.0"],
)
def test_a_licence_that_is_not_on_the_list_is_refused(licence: str) -> None:
    assert refusal(package(licence), rules()) == f"moth 1.0: {licence} is not allowed"


@pytest.mark.parametrize(
    "licence",
    ["MIT", "MIT OR GPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0 AND (Apache-2.0 OR MIT)"],
)
def test_a_licence_that_is_on_the_list_is_allowed(licence: str) -> None:
    assert refusal(package(licence), rules()) is None


def test_an_exception_holds_for_its_package_in_its_lock_file_only() -> None:
    excepted = Excepted("lamp-*", "GPL-2.0-only", ("requirements-train.lock",), "it stays at home")
    given = Rules(frozenset({"MIT"}), excepted=(excepted,))
    train, run = "requirements-train.lock", "requirements.lock"
    assert refusal(package("GPL-2.0-only", "lamp-oil", train), given) is None
    assert refusal(package("GPL-2.0-only", "lamp-oil", run), given) is not None
    assert refusal(package("GPL-2.0-only", "moth", train), given) is not None
    assert refusal(package("GPL-3.0-only", "lamp-oil", train), given) is not None


def test_every_exception_and_every_word_of_ours_is_still_needed() -> None:
    packages = licence_page.current()
    without = Rules(rules().allowed)
    refused = {entry.name for entry in packages if refusal(entry, without)}
    for excepted in rules().excepted:
        assert any(Path(name).match(excepted.name) for name in refused), excepted.name
    names = {entry.name for entry in packages}
    assert {declared.name for declared in rules().declared} <= names


@pytest.mark.parametrize(
    ("fields", "classifiers", "licence"),
    [
        (["MIT OR Apache-2.0"], [], "MIT OR Apache-2.0"),
        (["Apache 2.0"], [], "Apache-2.0"),
        (["Copyright (c) 2020 Some One"], [f"{OSI} :: BSD License"], "LicenseRef-BSD"),
        (["UNKNOWN"], [f"{OSI} :: MIT License"], "MIT"),
        ([], [f"{OSI} :: ISC License (ISCL)"], "ISC"),
        (["Moth Public License"], [], UNKNOWN),
        ([], [], UNKNOWN),
    ],
)
def test_metadata_are_read_as_they_are_meant(
    fields: list[str], classifiers: list[str], licence: str
) -> None:
    assert from_metadata(fields, classifiers, rules().names) == licence


def test_a_classifier_of_gpl_is_never_read_as_something_else() -> None:
    both = [f"{OSI} :: GNU General Public License v3 (GPLv3)", f"{OSI} :: MIT License"]
    assert from_metadata([], both, rules().names) == UNKNOWN


def test_the_check_says_what_is_out_of_date_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "licences.md"
    page.write_text(licence_page.PAGE.read_text(encoding="utf-8") + "old\n", encoding="utf-8")
    monkeypatch.setattr(licence_page, "PAGE", page)
    assert command.main(["licences", "--check"]) == 1
    assert "out of date: python -m infra.release licences" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8").endswith("old\n")
