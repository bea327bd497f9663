"""What `mma` can play: its grooves, with what their authors say of them.

`mma` (Bob van der Poel, GPL-2+) is a program of the distribution, run as any other; nothing of it
is kept in this repository.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

STYLES = Path("/usr/share/mma/lib")
SOUNDFONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")

INSTALL = "apt-get install --no-install-recommends mma fluidsynth timgm6mb-soundfont"

_SECONDS = 120
"""One run of `mma` takes less than one; on a machine that is busy, a few."""

_UNLIKE_MUSIC = re.compile(r"^(metronome|none$|count$)")
"""Style files that only beat time."""


class MissingPrograms(Exception):
    """A program or its data is not installed; the message says what to do."""


class Groove(BaseModel):
    """One groove of a style file."""

    model_config = ConfigDict(frozen=True)

    name: str
    style: str
    """Its file below the folder of styles, without its ending: `stdlib/bossanova`."""
    description: str
    voices: dict[str, tuple[str, ...]]
    """Track -> names of the instruments that it has, in the words of `mma`."""
    beats: int
    """Beats of a bar."""
    metre: str
    """`3/4`, or what the file says of the beats."""


def require_programs() -> None:
    """See that all is installed.

    Raises:
        MissingPrograms: something is not.
    """
    missing = [name for name in ("mma", "fluidsynth") if shutil.which(name) is None]
    missing += [str(path) for path in (STYLES, SOUNDFONT) if not path.exists()]
    if missing:
        raise MissingPrograms(f"not installed: {', '.join(missing)}; {INSTALL}")


def mma(*arguments: str | Path, folder: Path) -> str:
    """What a run of `mma` prints.

    Raises:
        ValueError: it does not play that; the message is its own.
    """
    command = ["mma", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise ValueError(f"mma: {' '.join(done.stdout.split())[-300:]}")
    return done.stdout


def grooves(folder: Path) -> list[Groove]:
    """All grooves that have a description, read once and kept in `folder`.

    Raises:
        MissingPrograms: `mma` is not installed.
    """
    kept = folder / "grooves.jsonl"
    if not kept.is_file():
        require_programs()
        folder.mkdir(parents=True, exist_ok=True)
        lines = [groove.model_dump_json() for path in styles() for groove in _of(path, folder)]
        half = kept.with_suffix(".half")
        half.write_text("\n".join(lines) + "\n", encoding="utf-8")
        half.replace(kept)
    return list(map(Groove.model_validate_json, kept.read_text(encoding="utf-8").splitlines()))


def styles() -> list[Path]:
    """Style files, in the order of their names."""
    return [path for path in sorted(STYLES.glob("*/*.mma")) if not _UNLIKE_MUSIC.match(path.stem)]


def _of(path: Path, folder: Path) -> Iterator[Groove]:
    """The grooves of a style file; none where `mma` cannot read it."""
    style = path.relative_to(STYLES).with_suffix("").as_posix()
    try:
        told = json.loads(mma("-w", "-Djs", path, folder=folder).partition("JSON\n")[2])
        metres = _metres(style, [groove["groove"] for groove in told], folder)
    except ValueError:
        return
    for groove in told:
        description = " ".join(groove["description"].split())
        if not description or groove["groove"] not in metres:
            continue
        voices = {t["track"]: tuple(dict.fromkeys(t["voice"])) for t in groove["tracks"]}
        beats, metre = metres[groove["groove"]]
        yield Groove(
            name=groove["groove"],
            style=style,
            description=description,
            voices=voices,
            beats=beats,
            metre=metre,
        )


def _metres(style: str, names: list[str], folder: Path) -> dict[str, tuple[int, str]]:
    """Beats of a bar and the metre of each groove, as `mma` has them after choosing it."""
    script = folder / "metres.mma"
    asked = [f"Groove {name}\nPrint METRE {name} $_Time $_TimeSig" for name in names]
    script.write_text("\n".join([f"Use {style}", *asked]) + "\n", encoding="utf-8")
    printed = mma("-w", "-n", script, folder=folder)
    rows = [line.split() for line in printed.splitlines() if line.startswith("METRE ")]
    return {row[1]: (round(float(row[2])), row[3]) for row in rows if len(row) == 4}
