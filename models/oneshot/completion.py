"""Completion of the command line in a shell."""

import argparse

from models.runtime import MissingRuntime


def completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """What the shell is to read: `mimmo --print-completion bash > FILE`.

    Raises:
        MissingRuntime: shtab is not installed.
    """
    try:
        import shtab
    except ImportError as error:
        raise MissingRuntime(
            "completion needs the extra `completion`: uv pip install 'mimmo-streams[completion]'"
        ) from error
    for action in parser._actions:  # argparse has no other way to them
        if action.dest in ("words", "batch"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell=shell))
