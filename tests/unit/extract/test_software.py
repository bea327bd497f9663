"""Records of programs and games: title, version, platform, and what was done to a release."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extract.extractor import Extracted, Extractor, ExtractSubject
from models.extract.rules.software.versions import numbered
from schemas import Method, SoftwareMetadata, Subcategory, TorrentFile

APPLICATION = Subcategory.APPLICATION
GAME = Subcategory.GAME
OTHER = Subcategory.SOFTWARE_OTHER
SUBCATEGORIES = [APPLICATION, GAME, OTHER]

EXTRACTOR = Extractor.load(tagger=False)


def extracted(name: str, subcategory: Subcategory) -> Extracted:
    return EXTRACTOR.extract([ExtractSubject(name, None, subcategory)])[0]


def record(name: str, subcategory: Subcategory) -> SoftwareMetadata:
    metadata = extracted(name, subcategory).metadata
    assert isinstance(metadata, SoftwareMetadata)
    return metadata


def test_a_distribution_is_read_whole() -> None:
    answer = extracted("ubuntu-24.04-desktop-amd64.iso", APPLICATION)
    metadata = answer.metadata
    assert isinstance(metadata, SoftwareMetadata)
    assert metadata.title == "Ubuntu"
    assert metadata.version == "24.04"
    assert metadata.edition == "desktop"
    assert metadata.architectures == ("amd64",)
    assert metadata.platforms == ("linux",)
    assert metadata.formats == ("iso",)
    assert answer.technical.release_group is None


def test_a_program_with_year_and_version_is_read_whole() -> None:
    answer = extracted("Adobe Photoshop 2024 v25.0 Pre-Activated", APPLICATION)
    metadata = answer.metadata
    assert isinstance(metadata, SoftwareMetadata)
    assert metadata.title == "Adobe Photoshop"
    assert metadata.year == 2024
    assert metadata.version == "25.0"
    assert metadata.kinds == ("pre-activated",)
    assert answer.technical.release_group is None


@pytest.mark.parametrize(
    ("name", "subcategory", "title"),
    [
        ("Harbour Planner 5.2.7", APPLICATION, "Harbour Planner"),
        ("Harbour.Planner.v3.1.2.Incl.Keygen-ABC", APPLICATION, "Harbour Planner"),
        ("[ExampleApps.com] - Quay Editor v12.0 (x64) Multilingual", APPLICATION, "Quay Editor"),
        ("Quay Editor Portable", APPLICATION, "Quay Editor"),
        ("Quay Editor + Crack", APPLICATION, "Quay Editor"),
        ("Quay Editor 14", APPLICATION, "Quay Editor"),
        ("Power ISO Maker 4.7.exe", APPLICATION, "Power ISO Maker"),
        ("Tide Tables for Windows x64", APPLICATION, "Tide Tables"),
        ("com.example.lanterns.apk", APPLICATION, "example lanterns"),
        ("Lantern.Quest.2-CODEX", GAME, "Lantern Quest 2"),
        ("codex-lantern.quest", GAME, "lantern quest"),
        ("Lantern Quest: Winter (v1.4, MULTi6) [FitGirl Repack]", GAME, "Lantern Quest: Winter"),
        ("Lantern Quest Deluxe Edition", GAME, "Lantern Quest"),
        ("Lantern Quest + 3 DLC", GAME, "Lantern Quest"),
        ("[Nintendo Switch] Lantern Quest [NSP][ENG]", GAME, "Lantern Quest"),
        ("PC - Lantern Quest [Spanish]", GAME, "Lantern Quest"),
        ("Lantern_Quest_Update_v1.2_NSW-GRP", GAME, "Lantern Quest"),
    ],
)
def test_a_title_ends_before_the_words_of_the_release(
    name: str, subcategory: Subcategory, title: str
) -> None:
    assert record(name, subcategory).title == title


@pytest.mark.parametrize(
    ("name", "subcategory", "title"),
    [
        ("Windows Loader 2.2.2", APPLICATION, "Windows Loader"),
        ("Windows 10", OTHER, "Windows 10"),
        ("Quay Helper 2009 for Harbours", APPLICATION, "Quay Helper 2009 for Harbours"),
        ("Winter Football 2014", GAME, "Winter Football 2014"),
        ("Winter Football - 2021", GAME, "Winter Football"),
        ("Tide Racer Portable [PSP]", GAME, "Tide Racer Portable"),
        ("Spider-Lantern", GAME, "Spider-Lantern"),
        ("The Portable Lighthouse", GAME, "The Portable Lighthouse"),
        ("Mac and the Windows of Time", GAME, "Mac and the Windows of Time"),
        ("Lantern 1942", GAME, "Lantern 1942"),
        ("Key to the Crack of Dawn", GAME, "Key to the Crack of Dawn"),
        ("Harbour Acrobat DC 2018.011.20038", APPLICATION, "Harbour Acrobat DC"),
        ("Left 4 Harbours", GAME, "Left 4 Harbours"),
    ],
)
def test_words_of_titles_are_no_words_of_the_release(
    name: str, subcategory: Subcategory, title: str
) -> None:
    assert record(name, subcategory).title == title


@pytest.mark.parametrize(
    ("name", "version", "build", "update"),
    [
        ("Quay Editor v25.0", "25.0", None, None),
        ("Quay Editor 2024.1.2", "2024.1.2", None, None),
        ("Quay Editor Build 1234", None, "1234", None),
        ("Quay Editor 6.35 build 17 incl patch", "6.35", "17", None),
        ("Quay Editor v1.2.3-beta", "1.2.3-beta", None, None),
        ("Quay Editor 2.0 (b2)", "2.0 (b2)", None, None),
        ("Quay.Editor.v1.0u3.setup", "1.0u3", None, None),
        ("quay-editor-v2-5-1.rar", "2.5.1", None, None),
        ("Quay_Editor_v1_0_2", "1.0.2", None, None),
        ("Quay Editor v13 0 Portable", "13.0", None, None),
        ("QUAY.EDITOR.V2012-ABC", "2012", None, None),
        ("Harbour OS 22H2 x64", "22H2", None, None),
        ("plaza-lantern.upd.1.to.5", None, None, "5"),
        ("Lantern.Quest.Update.7-CODEX", None, None, "7"),
        ("Lantern.Quest.Update.v1.0.3-CODEX", "1.0.3", None, None),
        ("Harbour Office 2016 SP2 x64", None, None, "SP2"),
        ("tideos-2025.06.01-x86_64.iso", "2025.06.01", None, None),
    ],
)
def test_versions_builds_and_updates(
    name: str, version: str | None, build: str | None, update: str | None
) -> None:
    metadata = record(name, APPLICATION)
    assert (metadata.version, metadata.build, metadata.update) == (version, build, update)


@pytest.mark.parametrize(
    "name",
    [
        "Lantern Quest 2",
        "Apollo 13 Simulator",
        "Sound Pack (09.02.2021)",
        "Quay Editor 7z",
        "Building the Harbour",
        "Top 100 Vintage Tools",
        "Patchwork Island",
        "Version Control Trainer Pack",
    ],
)
def test_what_is_no_version(name: str) -> None:
    metadata = record(name, GAME)
    assert (metadata.version, metadata.build, metadata.update) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "subcategory", "platforms", "architectures"),
    [
        ("Quay Editor 5.1 (x64)", APPLICATION, (), ("x64",)),
        ("Quay Editor v2.0 (x86 + x64) + Patcher", APPLICATION, (), ("x86", "x64")),
        ("Quay Editor 3.0 32-64bit", APPLICATION, (), ("x86", "x64")),
        ("Quay.Editor.v4.1.Win64", APPLICATION, ("windows",), ("x64",)),
        ("Quay Editor 9.1 [Mac OSX]", APPLICATION, ("macos",), ()),
        ("Quay Editor 2.0 Win - Mac", APPLICATION, ("windows", "macos"), ()),
        ("Quay Editor v6.9 [Mod APK]", APPLICATION, ("android",), ()),
        ("debian-12.5.0-arm64-netinst.iso", APPLICATION, ("linux",), ("arm64",)),
        ("freebsd-14.0-i386.iso", OTHER, ("bsd",), ("x86",)),
        ("Tide Racer [PS4]", GAME, ("playstation-4",), ()),
        ("Tide Racer [Xbox360][MULTi5]", GAME, ("xbox-360",), ()),
        ("[3DS] Tide Racer", GAME, ("3ds",), ()),
        ("Tide.Racer.NSW-GRP", GAME, ("switch",), ()),
        ("Tide Racer PC game", GAME, ("windows",), ()),
        ("Mac and the Windows of Time", GAME, (), ()),
        ("Wii Have Lanterns", GAME, (), ()),
        ("The Last Switch", GAME, (), ()),
        ("Harbour Acrobat DC 2018.011", APPLICATION, (), ()),
        ("64 Lanterns", GAME, (), ()),
    ],
)
def test_platforms_and_architectures(
    name: str,
    subcategory: Subcategory,
    platforms: tuple[str, ...],
    architectures: tuple[str, ...],
) -> None:
    metadata = record(name, subcategory)
    assert metadata.platforms == platforms
    assert metadata.architectures == architectures


@pytest.mark.parametrize(
    ("name", "subcategory", "kinds"),
    [
        ("Quay Editor 4.0 + Keygen", APPLICATION, ("keygen",)),
        ("Quay Editor v4.2 Portable", APPLICATION, ("portable",)),
        ("Quay Editor v4.2 Pre-Cracked", APPLICATION, ("pre-cracked",)),
        ("Quay Editor v4.2 Patched + Serial", APPLICATION, ("patch", "serial")),
        ("Quay Editor 6.9 [Unlocked] [Mod APK]", APPLICATION, ("unlocked", "mod")),
        ("Lantern Quest (v1.1, MULTi13) [FitGirl Repack]", GAME, ("repack",)),
        ("Lantern.Quest.Update.v1.2.incl.DLC-CODEX", GAME, ("update", "dlc")),
        ("Lantern.Quest.v2.1.Crackfix-GRP", GAME, ("fix",)),
        ("Lantern Quest + 4 Trainer", GAME, ("trainer",)),
        ("The Crack in the Lantern", GAME, ()),
        ("Key to the Harbour", GAME, ()),
        ("Mod Racer", GAME, ()),
        ("Serial Lighthouse", GAME, ()),
        ("Portable Harbour Tales", GAME, ()),
    ],
)
def test_what_was_done_to_a_release(
    name: str, subcategory: Subcategory, kinds: tuple[str, ...]
) -> None:
    assert record(name, subcategory).kinds == kinds


@pytest.mark.parametrize(
    ("name", "subcategory", "group"),
    [
        ("Lantern.Quest.2-CODEX", GAME, "CODEX"),
        ("codex-lantern.quest", GAME, "codex"),
        ("Lantern.Quest.2.CODEX", GAME, "CODEX"),
        ("Lantern Quest [FitGirl Repack]", GAME, "FitGirl"),
        ("Lantern Quest repack Mr Moth", GAME, "Mr Moth"),
        ("Lantern Quest (v1.2) [DODI Repack]", GAME, "DODI"),
        ("Lantern Quest by xatab", GAME, "xatab"),
        ("Lantern.Quest.RePack.by.Quayside", GAME, "Quayside"),
        ("Lantern Quest R.G. Harbour", GAME, "R.G. Harbour"),
        ("Lantern Quest (build 6018) v2 ElAmigos", GAME, "ElAmigos"),
        ("Quay Editor 4.2 + Crack [QuayNow]", APPLICATION, "QuayNow"),
        ("Quay Editor v4.2 - OS X -R2Q [pack].zip", APPLICATION, "R2Q"),
        ("Quay Editor 4.2 + Patch - QuaySoft", APPLICATION, "QuaySoft"),
        ("ubuntu-24.04-live-server-amd64.iso", APPLICATION, None),
        ("Quay Editor v4.2 Pre-Activated", APPLICATION, None),
        ("Quay Editor 4.2 [x64]", APPLICATION, None),
        ("Spider-Lantern", GAME, None),
        ("Lantern Quest [PSP][www.example.com]", GAME, None),
        ("Death by Lantern Light and Other Harbours", GAME, None),
        ("Lantern Quest [ABCD12]", GAME, None),
        ("[Office] Quay Editor", APPLICATION, None),
        ("[R.G. Quay] Lantern Quest", GAME, "R.G. Quay"),
        ("Lantern Quest [ENG]", GAME, None),
        ("Lantern_Quest_v1.2_NSW_QuayBox", GAME, "QuayBox"),
        ("Quay.Editor.v4.2.Portable-iPAQ", APPLICATION, "iPAQ"),
    ],
)
def test_groups(name: str, subcategory: Subcategory, group: str | None) -> None:
    assert extracted(name, subcategory).technical.release_group == group


@pytest.mark.parametrize(
    ("name", "title", "regions", "languages"),
    [
        ("Tide Racer (Europe) (En,Fr,De)", "Tide Racer", ("europe",), ("en", "fr", "de")),
        ("Tide Racer (U) (M6) [!].zip", "Tide Racer", ("usa",), ("multi",)),
        ("Tide Racer (USA, Europe) (Rev 1)", "Tide Racer", ("usa", "europe"), ()),
        ("Tide Racer - Pearl Edition (Japan)", "Tide Racer", ("japan",), ()),
        ("Tide Racer (World) (En)", "Tide Racer", ("world",), ("en",)),
        ("Tide Racer (EU).cso", "Tide Racer", ("europe",), ()),
        ("Tide Racer (e)", "Tide Racer", (), ()),
        ("Tide Racer (Beta 2)", "Tide Racer", (), ()),
        ("Lost in Japan", "Lost in Japan", (), ()),
        ("Tide Racer (Hamburg)", "Tide Racer", (), ()),
        ("Tide Racer (So,We,Go)", "Tide Racer", (), ()),
    ],
)
def test_names_of_roms(
    name: str, title: str, regions: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    answer = extracted(name, GAME)
    metadata = answer.metadata
    assert isinstance(metadata, SoftwareMetadata)
    assert metadata.title == title
    assert metadata.regions == regions
    assert answer.technical.languages == languages


@pytest.mark.parametrize(
    ("name", "subcategory", "edition"),
    [
        ("Lantern Quest Deluxe Edition", GAME, "Deluxe Edition"),
        ("Lantern.Quest.Game.of.the.Year.Edition-GRP", GAME, "Game of the Year Edition"),
        ("Lantern Quest Emperor Edition 2.2.0", GAME, "Emperor Edition"),
        ("Lantern Quest - Enhanced Edition", GAME, "Enhanced Edition"),
        ("tideos-12.1-xfce-amd64.iso", APPLICATION, "xfce"),
        ("Lantern Quest", GAME, None),
        ("Premium Lanterns", GAME, None),
        ("Home Harbour", GAME, None),
        ("The Deluxe Lantern Game", GAME, None),
        ("Business of the Quay", GAME, None),
    ],
)
def test_editions(name: str, subcategory: Subcategory, edition: str | None) -> None:
    assert record(name, subcategory).edition == edition


def test_the_largest_file_says_how_it_is_installed() -> None:
    files = (TorrentFile(path="readme.txt", size=1), TorrentFile(path="quay.dmg", size=9_000))
    answer = EXTRACTOR.extract([ExtractSubject("Quay Editor", files, APPLICATION)])[0]
    metadata = answer.metadata
    assert isinstance(metadata, SoftwareMetadata)
    assert metadata.platforms == ("macos",)
    assert metadata.formats == ("dmg",)
    assert answer.evidence["formats"].path == "quay.dmg"


def test_the_tagger_is_never_asked_about_software() -> None:
    asked = Extractor.load()
    answers = asked.extract([ExtractSubject("Quay Editor", None, APPLICATION)])
    assert answers[0].method is Method.RULES


NAMES = st.text(
    st.sampled_from("Quay v1.0 x64()[]{}-_+&#~ RePack Win Edition by MULTi 2024 Ünï 春")
    | st.characters(),
    min_size=1,
    max_size=80,
).filter(lambda name: name.strip() == name and name.isprintable())


@given(NAMES, st.sampled_from(SUBCATEGORIES))
def test_every_field_of_any_name_has_its_place(name: str, subcategory: Subcategory) -> None:
    answer = extracted(name, subcategory)
    said = answer.metadata.model_dump(exclude_defaults=True, exclude={"subcategory"})
    assert said.keys() <= answer.evidence.keys()
    for proof in answer.evidence.values():
        assert proof.span is not None
        assert 0 <= proof.span[0] < proof.span[1] <= len(name)


@given(st.text(st.sampled_from("v1.20-_ bR()updateSP"), max_size=300))
def test_numbers_never_overlap(name: str) -> None:
    numbers = numbered(name)
    for before, behind in pairwise(numbers):
        assert before.end <= behind.start
    assert all(re.search(r"\d", number.text) for number in numbers)
