"""The values of a statement, which never stand in its text."""


class Parameters:
    """Values in the order of their numbers."""

    def __init__(self) -> None:
        self.values: list[object] = []

    def add(self, value: object) -> str:
        """Keep a value; returns what stands for it in the statement, such as `$3`."""
        self.values.append(value)
        return f"${len(self.values)}"
