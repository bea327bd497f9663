"""What `python -m infra.settings` prints: every setting, its value and where that came from."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.settings import PREFIX, STACK_ENV, Settings, home, settings


def described(current: Settings) -> list[tuple[str, str, str, str]]:
    """Rows of (variable, value, source, description), in the order of the class.

    Secrets are masked.
    """
    sources: list[tuple[str, Mapping[str, Any]]] = [
        (
            "environment",
            {name: value for name, value in os.environ.items() if name.startswith(PREFIX)},
        ),
        (".env", _dotenv(Path(".env"))),
        ("local stack", _dotenv(home() / STACK_ENV)),
    ]
    rows = []
    for name, info in Settings.model_fields.items():
        variable = PREFIX + name.upper()
        source = next((label for label, values in sources if variable in values), "default")
        rows.append((variable, _shown(getattr(current, name)), source, info.description or ""))
    return rows


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (
        line.split("=", 1)
        for line in path.read_text().splitlines()
        if "=" in line and not line.startswith("#")
    )
    return {name.strip().upper(): value.strip() for name, value in lines}


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return "" if value is None else str(value)


def main() -> None:
    """Print every setting as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("variable", "value", "from", "what it is", title="Settings of Mimmo Streams")
    for row in described(settings()):
        table.add_row(*row)
    Console().print(table)
