"""What the tests of reuse begin with."""

from pathlib import Path

import pytest

from tests.unit.reuse.nodes import Node


@pytest.fixture
async def first(tmp_path: Path) -> Node:
    node = Node(tmp_path / "first")
    await node.compute()
    return node
