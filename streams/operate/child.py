"""`python -m streams.operate.child PARENT MODULE [ARGUMENT ...]`: a module that follows its parent.

A supervisor that is killed cannot stop what it started. So its children look whose children they
are: who was left alone stops as it would at SIGTERM, and at once if that does not help.
"""

import os
import runpy
import signal
import sys
import threading
import time

from streams.operate.memory import share_arena

_LOOK_EVERY = 1.0
STOP_SECONDS = 45.0
"""For an orderly stop; a batch in work is finished first."""


def follow(parent: int) -> None:
    """Ends this process when its parent is no longer `parent`; returns at once."""
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="parent").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)


def main(arguments: list[str]) -> None:
    """Runs a module as `python -m` would."""
    parent, module, *rest = arguments
    share_arena()
    follow(int(parent))
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
