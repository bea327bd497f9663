"""A round: a folder that knows which steps are done, so that a kill costs one at most."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.training.row_files import write_text

STATE = "state.json"


class Ending(StrEnum):
    """How a round ended."""

    TRAINED = "trained"
    REFUSED = "refused"
    TOO_FEW = "too few new rows"


class StateDamaged(Exception):
    """A round's state cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Round:
    """A folder `rounds/0001` with what its steps left there."""

    folder: Path

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.folder.name)

    @property
    def done(self) -> dict[str, dict[str, Any]]:
        """Step -> what it has told, in the order in which they were done."""
        steps: dict[str, dict[str, Any]] = self._state().get("steps", {})
        return steps

    @property
    def ending(self) -> Ending | None:
        """How it ended. Returns None while it has not."""
        ending = self._state().get("ending")
        return Ending(ending) if ending else None

    @property
    def started(self) -> str:
        """When it was begun."""
        return str(self._state().get("started", ""))

    def finish(self, step: str, told: Mapping[str, Any]) -> None:
        """Note that a step is done: from now on it is not done again."""
        state = self._state()
        state.setdefault("steps", {})[step] = dict(told)
        self._write(state)

    def end(self, ending: Ending) -> None:
        """Note that the round is over."""
        self._write({**self._state(), "ending": ending.value})

    def begin(self) -> None:
        """Make the folder and its state, if they are not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / STATE).is_file():
            self._write({"started": datetime.now(UTC).isoformat(timespec="seconds"), "steps": {}})

    def _state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads((self.folder / STATE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StateDamaged(
                f"{self.folder / STATE} cannot be read ({error}); delete {self.folder} to do this"
                " round anew"
            ) from error
        return state

    def _write(self, state: Mapping[str, Any]) -> None:
        write_text(self.folder / STATE, json.dumps(state, indent=1) + "\n")


def rounds(home: Path) -> Iterator[Round]:
    """The rounds of a loop, the first first."""
    folders = (home / "rounds").glob("[0-9][0-9][0-9][0-9]")
    yield from (Round(folder) for folder in sorted(folders) if folder.is_dir())


def current(home: Path) -> Round:
    """The round that is to be done: the last one if it has not ended, else a new one."""
    last = max(rounds(home), key=lambda one_round: one_round.number, default=None)
    if last is not None and last.ending is None:
        return last
    number = last.number + 1 if last is not None else 1
    return Round(home / "rounds" / f"{number:04}")
