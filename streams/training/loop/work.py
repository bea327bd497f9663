"""What the steps of a round work with: the recipe, the folders, and what earlier rounds have."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.training.row_files import GOLD
from streams.training.loop.joining import Origin, origin_of, read_rows
from streams.training.loop.labelling import CONTENT, FIELDS_OF, folder_of
from streams.training.loop.recipe import Recipe
from streams.training.loop.rounds import Round, rounds

TASKS = ("classifier", "tagger")


@dataclass(frozen=True, slots=True)
class Work:
    """One round, to be done."""

    recipe: Recipe
    home: Path
    round: Round
    is_activated: bool = False
    """Whether weights that are better are made active at once."""

    @property
    def people(self) -> Path:
        """Data folder of what people said."""
        return self.round.folder / "people"

    @property
    def sample(self) -> Path:
        """Sample of the names that are asked about."""
        return self.round.folder / "sample"

    @property
    def data(self) -> Path:
        """Data folder that is learnt from."""
        return self.round.folder / "data"

    @property
    def earlier(self) -> list[Round]:
        """The rounds before this one, the first first."""
        return [before for before in rounds(self.home) if before.number < self.round.number]

    def learnt(self, task: str) -> Path | None:
        """Data folder of the last round in which a task was trained. Returns None if none was.

        Whether it was accepted or refused: the same rows again would give the same weights.
        """
        trained = [before for before in self.earlier if before.done.get(task, {}).get("trained")]
        return trained[-1].folder / "data" if trained else None

    @property
    def trained(self) -> list[tuple[str, str]]:
        """Tasks that the recipe trains, with the recipe of each."""
        named = [(task, getattr(self.recipe.train, task)) for task in TASKS]
        return [(task, recipe) for task, recipe in named if recipe]

    def experiment(self, task: str) -> Path:
        """Folder of what a training command makes."""
        return self.round.folder / task

    def called(self, task: str) -> str:
        """What the weights of a task are called where they are installed."""
        return f"{self.recipe.name}-{self.round.folder.name}-{task}"

    def known(self) -> Iterator[str]:
        """Names that nobody needs to be asked about: labelled, measured on, or asked before."""
        for folder in self.recipe.data:
            origin = origin_of(folder, str(folder))
            yield from (str(row["name"]) for row in (*origin.names, *origin.fields))
        for before in self.earlier:
            path = before.folder / "sample" / "sample.jsonl"
            yield from (str(row["name"]) for row in read_rows(path))
        yield from self.evaluated()

    def evaluated(self) -> Iterator[str]:
        """Names of the evaluation: the file of the recipe, and the gold of its data folders."""
        folders = [folder / GOLD for folder in self.recipe.data]
        for path in (*folders, *([self.recipe.evaluation] if self.recipe.evaluation else ())):
            yield from (str(row["name"]) for row in read_rows(path))

    def origins(self) -> Iterator[Origin]:
        """All that is known, in the order in which it speaks: people have the last word.

        What people said is the word of this round alone: it is all that stands, and what was taken
        back since an earlier round is gone.
        """
        for folder in self.recipe.data:
            yield origin_of(folder, str(folder))
        for before in (*self.earlier, self.round):
            for task in (CONTENT, *FIELDS_OF):
                yield origin_of(folder_of(before.folder, task), f"round {before.number}, {task}")
        yield origin_of(self.people, "people")
