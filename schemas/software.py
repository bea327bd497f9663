"""What a name and its files say about a program or game."""

from typing import Literal

from schemas.base import Contract, Labels, Text, Year


class SoftwareMetadata(Contract):
    """A program, a game, or what belongs to one."""

    subcategory: Literal["application", "game", "software_other"] = "application"
    title: Text | None = None
    """The name of the program, without version and edition."""
    year: Year | None = None
    version: Text | None = None
    """As it is written, without a `v` before it: `25.0`, `1.2.3-beta`, `2024`."""
    build: Text | None = None
    """The number behind the word `build`."""
    update: Text | None = None
    """The update or service pack by its number: `7` of `Update 7`, `SP1`."""
    edition: Text | None = None
    """As it is written: `Deluxe Edition`, `Enterprise`, `desktop`."""
    platforms: Labels = ()
    """Where it runs: `windows`, `macos`, `linux`, `android`, `ios`, `dos`, `playstation-4`,
    `xbox-360`, `switch`, `wii`, `nes`, ….
    """
    architectures: Labels = ()
    """The processors, in the usual words: `x86`, `x64`, `amd64`, `arm64`."""
    kinds: Labels = ()
    """What was done to it, or comes with it.

    * `repack`: packed again, smaller
    * `portable`: runs without being installed
    * `pre-activated`, `pre-cracked`: unlocked before it is installed
    * `unlocked`, `mod`: changed so that what costs money is free
    * `crack`, `patch`, `keygen`, `serial`, `activator`, `loader`: what unlocks it comes with it
    * `trainer`: a program that cheats in a game
    * `update`: needs the program that it changes
    * `dlc`: has additional content, or is some
    * `fix`: mends the release of another group
    * `rip`: something was left out
    * `beta`, `demo`, `trial`, `early-access`: is not the whole program, or not yet
    """
    regions: Labels = ()
    """Where a console's game was sold: `usa`, `europe`, `japan`, `world`, ….
    """
    formats: Labels = ()
    """How it is kept or installed, in small letters: `iso`, `exe`, `apk`, `nsp`."""
