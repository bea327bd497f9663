"""What commands of data care have in common: a bar on a terminal, a line that ends them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from streams.operate.process import StartError

errors = Console(stderr=True, highlight=False, soft_wrap=True)
"""Where commands say how far they are; what they answer goes to the other stream."""


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one line what Postgres or the disk refuses.

    Raises:
        StartError: they refused something.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except asyncpg.UndefinedTableError as error:
        raise StartError(
            "the tables are missing; run `python -m infra.postgres migrate`"
        ) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StartError(f"stopped: {error}; type it again to go on") from error


@contextmanager
def steps(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar; what is yielded takes the step in work, how many are done, and of how many."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(title, total=None)

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=step, completed=done, total=total)

        yield tell
