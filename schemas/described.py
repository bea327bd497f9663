"""What is said below the fields of contracts, for documents in other formats."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

from schemas.base import Contract


def contracts() -> Iterator[type[Contract]]:
    """Every contract, also those that only stand in others."""
    waiting = [Contract]
    while waiting:
        contract = waiting.pop()
        yield contract
        waiting += contract.__subclasses__()


def field_texts(contract: type[Contract]) -> dict[str, str]:
    """Field -> the text below it, also of the classes that it comes from.

    pydantic's `use_attribute_docstrings` would read the source whenever a contract is imported,
    which every command would pay for.
    """
    texts: dict[str, str] = {}
    for origin in reversed(contract.__mro__):
        if issubclass(origin, Contract):
            texts |= _own_texts(origin)
    return {name: text for name, text in texts.items() if name in contract.model_fields}


def describe(schemas: dict[str, Any]) -> None:
    """Puts the texts into JSON Schemas of contracts, given by the name of the contract."""
    for contract in contracts():
        properties = schemas.get(contract.__name__, {}).get("properties", {})
        for name, text in field_texts(contract).items():
            if name in properties:
                properties[name].setdefault("description", text)


def _own_texts(contract: type[Contract]) -> dict[str, str]:
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(contract))).body
    assert isinstance(node, ast.ClassDef)
    texts = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                texts[name] = " ".join(inspect.cleandoc(text).split())
    return texts
