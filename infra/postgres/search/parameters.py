"""The values of a statement, which never stand in its text."""

import re

_NUMBERED = re.compile(r"\$(\d+)")


class Parameters:
    """Values that statements of one search share, by their numbers."""

    def __init__(self) -> None:
        self._values: list[object] = []

    def add(self, value: object) -> str:
        """Keep a value; returns what stands for it in a statement, such as `$3`."""
        self._values.append(value)
        return f"${len(self._values)}"

    def used(self, statement: str) -> tuple[str, list[object]]:
        """A statement with its parameters numbered anew, and the values of those that it names."""
        numbers = list(dict.fromkeys(int(number) for number in _NUMBERED.findall(statement)))
        places = {number: place for place, number in enumerate(numbers, 1)}
        text = _NUMBERED.sub(lambda match: f"${places[int(match[1])]}", statement)
        return text, [self._values[number - 1] for number in numbers]
