"""Writes a catalogue and its cases."""

import json
import random
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from streams.lab.catalogue.cases import made_cases
from streams.lab.catalogue.data import Data
from streams.lab.catalogue.distractors import distract
from streams.lab.catalogue.real import real_albums, real_entities
from streams.lab.catalogue.spellings import cddb, musicbrainz20k
from streams.lab.catalogue.world import Row, World


@dataclass(frozen=True, slots=True)
class Size:
    """How many entities the catalogue has, real ones and distractors."""

    artists: int
    groups: int


def make(out: Path, folder: Path, size: Size, *, seed: int = 7, log: TextIO = sys.stderr) -> None:
    """Write the catalogue and its cases.

    Args:
        out: where they go.
        folder: the real names: a folder with catalogue/ and linking/.
        size: up to which the catalogue is filled.
        seed: of everything that is drawn.
        log: told how far it is.

    Raises:
        FileNotFoundError: a file of the real names is missing.
    """
    data = Data(folder)
    with closing(World(out, random.Random(seed))) as world:
        real = real_entities(world, data)
        real_albums(world, real, data)
        cases = {"cddb": cddb(world, data)}
        cases["mb20k"], unseen = musicbrainz20k(world, data)
        log.write(f"real: {len(world.artists):,} artists, {world.groups:,} release groups\n")
        cases |= made_cases(world, real, data)
        distract(world, real, data, size.artists, size.groups)
    cases["generated"] = world.sampled
    log.write(
        f"with distractors: {len(world.artists):,} artists, {world.groups:,} release groups\n"
    )
    for name, rows in cases.items():
        _write(out / "cases" / f"{name}.jsonl", rows, log)
    _write(out / "unseen" / "mb20k.jsonl", unseen, log)


def _write(path: Path, rows: list[Row], log: TextIO) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    log.write(f"{path.parent.name}/{path.name}: {len(rows):,}\n")
