"""What can go wrong with the local stack. Each message says what to do about it."""


class StackError(Exception):
    """Base of every error that the local stack raises on purpose."""


class MissingExtraError(StackError, ImportError):
    """A package of the extra `local` is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"the Python package {package} is not installed; install the extra:"
            ' pip install "mimmo-streams[local]"'
        )


class JarMismatchError(StackError):
    """A jar is not the one that the lock file names."""


class DownloadError(StackError):
    """Kafka's jars could not be fetched."""


class PortTakenError(StackError):
    """A port that was asked for belongs to another program."""


class DiskFullError(StackError):
    """Too little room is left to start."""


class StartError(StackError):
    """A server did not come up; the message ends with the tail of its log."""


class StopError(StackError):
    """A server outlived SIGKILL."""


class BusyError(StackError):
    """Another command is starting or stopping the same stack."""
