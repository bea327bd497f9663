"""Shapes of software: repacks, installers, images, ROM sets, portable programs, keys, packages."""

from collections.abc import Mapping

from models.evaluation.filesets.draw import Draw, dotted
from models.evaluation.filesets.fileset import FileSet, Shape, blank, fileset
from schemas import Subcategory

_GAME = Subcategory.GAME
_APPLICATION = Subcategory.APPLICATION


def game_repack(draw: Draw) -> FileSet:
    """`setup.exe` with `setup-1.bin`, `fg-01.bin` or `data1.bin`."""
    title = draw.name("game_names")
    part = draw.choice(("setup-{n}.bin", "fg-{n:02d}.bin", "data{n}.bin", "setup-{n}a.bin"))
    files = [("setup.exe", draw.megabytes(2, 9))]
    files += [(part.format(n=n), draw.megabytes(300, 4_000)) for n in range(1, draw.number(3, 9))]
    files += [("MD5/fitgirl-bins.md5", 900), ("Verify BIN files before installation.bat", 90)]
    files.append(("Redist/dxwebsetup.exe", 290_000))
    name = draw.choice(
        (
            f"{title} [{draw.word('packers')} Repack]",
            f"{title} v1.{draw.number(0, 9)} + {draw.number(1, 9)} DLC",
            title,
        )
    )
    return fileset(name, files, _GAME)


def game_installer(draw: Draw) -> FileSet:
    """`setup_amber_tower_1.2_(64bit).exe` with its parts, as a shop sells it."""
    title = draw.name("game_names")
    version = f"1.{draw.number(0, 9)}_({draw.number(20_000, 70_000)})"
    stem = f"setup_{dotted(title).lower().replace('.', '_')}_{version}"
    files = [(f"{stem}.exe", draw.megabytes(20, 900))]
    files += [(f"{stem}-{n}.bin", draw.megabytes(900, 4_000)) for n in range(1, draw.number(2, 6))]
    files += [("Goodies/soundtrack.zip", draw.megabytes(100, 300))] * draw.number(0, 1)
    return fileset(f"{title} (GOG)", files, _GAME)


def game_image(draw: Draw) -> FileSet:
    """A disc image, as groups of the scene publish it."""
    title, group = draw.name("game_names"), draw.choice(("RUNEPIER", "KITEX", "TIDALX"))
    stem = f"{group.lower()}-{dotted(title).lower().replace('.', '')}"
    if draw.chance(0.5):
        files = [(f"{stem}.iso", draw.megabytes(3_000, 40_000))]
    else:
        files = [(f"{stem}.rar", 500_000_000)] + [
            (f"{stem}.r{n:02d}", 500_000_000) for n in range(draw.number(8, 40))
        ]
    files += [(f"{stem}.nfo", 9_000), (f"{stem}.sfv", 2_000)]
    if draw.chance(0.5):
        files.append((f"Crack/{dotted(title)}.exe", draw.megabytes(10, 60)))
    name = draw.choice(
        (f"{dotted(title)}-RELOADED", f"{title} PC game ISO", f"{dotted(title)}-CODEX")
    )
    return fileset(name, files, _GAME)


def game_folder(draw: Draw) -> FileSet:
    """A game as it is installed, with its engine."""
    title = draw.name("game_names")
    stem = dotted(title).replace(".", "")
    files = [(f"{stem}.exe", 650_000), ("UnityPlayer.dll", draw.megabytes(20, 30))]
    files += [
        (f"{stem}_Data/sharedassets{n}.assets", draw.megabytes(5, 600))
        for n in range(draw.number(3, 12))
    ]
    files += [
        (f"{stem}_Data/Managed/Assembly-CSharp.dll", 3_000_000),
        (f"{stem}_Data/level0", 400_000),
    ]
    return fileset(blank(draw, title), files, _GAME)


def rom_set(draw: Draw) -> FileSet:
    """`Amber Tower (USA).zip`."""
    regions = ("(USA)", "(Europe)", "(Japan)", "(USA, Europe)", "(Europe) (Rev 1)", "(World)")
    ending = draw.choice(("zip", "7z", "nes", "sfc", "gba", "n64", "gb"))
    files = [
        (
            f"{draw.name('game_names')} {draw.choice(regions)}.{ending}",
            draw.number(40_000, 8_000_000),
        )
        for _ in range(draw.number(15, 80))
    ]
    name = draw.choice(("No-Intro ROM set", "Complete ROM collection", "retro games collection"))
    return fileset(blank(draw, name), files, _GAME)


def console_image(draw: Draw) -> FileSet:
    """An image for a console, or its folders."""
    title = draw.name("game_names")
    kind = draw.number(0, 4)
    if kind == 0:
        files = [(f"{title} [0100{draw.hexadecimal(12)}][v0].nsp", draw.megabytes(300, 9_000))]
    elif kind == 1:
        files = [(f"{title}.wbfs", draw.megabytes(900, 4_000))]
    elif kind == 2:
        files = [("PS3_GAME/USRDIR/EBOOT.BIN", draw.megabytes(5, 20)), ("PS3_GAME/PARAM.SFO", 900)]
        files += [
            (f"PS3_GAME/USRDIR/data/pack{n}.dat", draw.megabytes(300, 2_000)) for n in range(5)
        ]
    elif kind == 3:
        files = [(f"{title} (Europe).bin", draw.megabytes(300, 700)), (f"{title} (Europe).cue", 90)]
    else:
        files = [(f"{title}.iso", draw.megabytes(4_000, 8_000)), (f"{title}.dvd", 60)]
    system = ("Switch", "Wii", "PS3", "PS1", "Xbox 360")[kind]
    return fileset(f"{title} [{system}]", files, _GAME)


def application_setup(draw: Draw) -> FileSet:
    """An installer, its key maker and notes."""
    title = f"{draw.name('program_names')} {draw.number(1, 24)}.{draw.number(0, 9)}"
    files = [(f"{draw.choice(('Setup', 'Install', dotted(title)))}.exe", draw.megabytes(20, 900))]
    extra = draw.choice(
        ("Keygen/keygen.exe", "Crack/patch.exe", "Patch/activator.exe", "Serial.txt")
    )
    files += [(extra, 400_000), ("Readme.txt", 2_000)]
    name = draw.choice(
        (
            f"{title} + Keygen",
            f"{title} Multilingual + Crack",
            f"{title} (x64)",
            f"{title} Professional",
        )
    )
    return fileset(name, files, _APPLICATION)


def application_portable(draw: Draw) -> FileSet:
    """A program that runs without being installed."""
    title = draw.name("program_names")
    stem = title.replace(" ", "")
    files = [(f"{stem}Portable/{stem}Portable.exe", 300_000)]
    files += [(f"{stem}Portable/App/{stem}/{stem}.exe", draw.megabytes(5, 90))]
    files += [
        (f"{stem}Portable/App/{stem}/lib{n}.dll", draw.megabytes(1, 20))
        for n in range(draw.number(3, 15))
    ]
    files += [(f"{stem}Portable/App/{stem}/lang/{code}.ini", 9_000) for code in ("de", "fr", "it")]
    return fileset(f"{title} {draw.number(2, 9)}.{draw.number(0, 9)} Portable", files, _APPLICATION)


def application_mac(draw: Draw) -> FileSet:
    """A disc image or package of macOS."""
    title = f"{draw.name('program_names')} {draw.number(1, 12)}.{draw.number(0, 9)}"
    files = [(f"{title}.{draw.choice(('dmg', 'pkg'))}", draw.megabytes(20, 900))]
    if draw.chance(0.4):
        files.append(("Open Gatekeeper friendly.txt", 900))
    return fileset(f"{title} macOS", files, _APPLICATION)


def application_mobile(draw: Draw) -> FileSet:
    """A package of Android, alone or one for each processor."""
    title = f"{draw.name('program_names')} Pro v{draw.number(1, 12)}.{draw.number(0, 9)}"
    files = [
        (f"{title}{suffix}.apk", draw.megabytes(8, 90))
        for suffix in draw.choice((("",), ("_arm64-v8a", "_armeabi-v7a"), ("_mod",)))
    ]
    return fileset(f"{title} [Android]", files, _APPLICATION)


def system_image(draw: Draw) -> FileSet:
    """The image that a system is installed from."""
    system = draw.choice(("Linux Mintpier", "Debwind GNU/Linux", "OpenTide BSD")).replace("/", "-")
    version = f"{draw.number(9, 24)}.{draw.number(0, 10):02d}"
    stem = f"{system.lower().replace(' ', '-')}-{version}-desktop-amd64"
    files = [
        (f"{stem}.iso", draw.megabytes(700, 4_000)),
        ("SHA256SUMS", 900),
        ("SHA256SUMS.gpg", 900),
    ]
    return fileset(
        f"{system} {version} desktop amd64", files, (_APPLICATION, Subcategory.SOFTWARE_OTHER)
    )


SHAPES: Mapping[str, Shape] = {
    "game-repack": game_repack,
    "game-installer": game_installer,
    "game-image": game_image,
    "game-folder": game_folder,
    "rom-set": rom_set,
    "console-image": console_image,
    "application-setup": application_setup,
    "application-portable": application_portable,
    "application-mac": application_mac,
    "application-mobile": application_mobile,
    "system-image": system_image,
}
