"""The moving parts: workers, replay, crawl, store, and the commands that operate them.

`faust -A streams worker` looks for the attribute `app`; it is made on first use, so that importing
any other command of this package loads neither Faust nor ONNX Runtime.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "app":
        from streams.pipeline.worker import create_app

        globals()["app"] = app = create_app()
        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
