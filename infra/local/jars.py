"""Kafka's jars: fetched once from Maven, the same bytes for everyone.

`kafka-jars.lock` names every jar by its path in a Maven repository, with its sha256, so nothing is
resolved on a user's machine and a changed jar never runs. In the folder of the jars, `sha256sum -c
kafka-jars.lock` checks the same by hand.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from infra.local.errors import DownloadError, JarMismatchError, MissingExtraError

COORDINATES = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
"""What the lock file was made from. slf4j-simple 1.7 because kafka_2.13 4.3.1 brings slf4j-api 1.7
and no logger.
"""

LOCK = Path(__file__).with_name("kafka-jars.lock")

DOWNLOADS = 8
"""Jars fetched at once: 46 small files, so latency is the cost."""
TIMEOUT = 30
"""Seconds without an answer before a download is tried again."""
TRIES = 3

_ONE_AT_A_TIME = Lock()
"""Brokers that start at once want the same jars."""


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Path in a Maven repository -> sha256 in hex, in the order of the file.

    Raises:
        JarMismatchError: the lock file is damaged.
    """
    jars = {}
    for number, line in enumerate(lock.read_text(encoding="ascii").splitlines(), 1):
        digest, _, path = line.partition("  ")
        if len(digest) != 64 or not path.endswith(".jar") or ".." in path or path.startswith("/"):
            raise JarMismatchError(
                f"{lock}:{number}: not a line of the form 'sha256  path.jar';"
                " restore the file from git"
            )
        jars[path] = digest
    return jars


def repository() -> Path:
    """The Maven repository of this user, shared by every home.

    It is `M2_REPO`, else `.m2/repository` in the home directory.
    """
    try:
        from jgo.constants import default_maven_repo
    except ImportError as error:
        raise MissingExtraError("jgo") from error
    return Path(default_maven_repo()).resolve()


def fetched(
    folder: Path,
    jars: Mapping[str, str] | None = None,
    *,
    on_event: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Every jar of the lock file, in `folder`, verified; the missing ones are downloaded.

    All are hashed on every start: 43 MB take about 0.1 s, less than Java needs to open them, and a
    cache of sizes and times would trust a jar that was changed in place.

    Raises:
        JarMismatchError: a jar differs from the lock file.
        DownloadError: Maven cannot be reached or does not have a jar.
    """
    jars = locked() if jars is None else jars
    with _ONE_AT_A_TIME:
        missing = [path for path in jars if not (folder / path).exists()]
        if missing:
            on_event(f"fetching {len(missing)} jars from Maven, once")
            _download(missing, jars, folder)
    for path, digest in jars.items():
        actual = sha256(folder / path)
        if actual != digest:
            raise JarMismatchError(
                f"{folder / path} is not the jar that {LOCK.name} names"
                f" (sha256 {actual}, expected {digest})."
                " Kafka was not started. Delete that file and run the command again"
                " to fetch it anew"
            )
    return [folder / path for path in jars]


def sha256(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def resolved() -> Iterator[str]:
    """The lines of a new lock file, for who raises the version.

    `COORDINATES` are resolved by jgo, downloaded and hashed.
    """
    import jgo

    folder = repository()
    paths = sorted(
        f"{artifact.component.path_prefix.as_posix()}/{artifact.filename}"
        for artifact in jgo.resolve(COORDINATES)
    )
    missing = [path for path in paths if not (folder / path).exists()]
    _download(missing, {}, folder)
    for path in paths:
        yield f"{sha256(folder / path)}  {path}"


def _download(paths: list[str], jars: Mapping[str, str], folder: Path) -> None:
    """Fetch `paths` into `folder`.

    A jar is moved into place when it is whole and is the right one, so that an interrupted download
    leaves nothing behind that a later start would refuse.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=".mimmo-", dir=folder) as partial,
            ThreadPoolExecutor(DOWNLOADS) as pool,
        ):
            context = _context(Path(partial))

            def fetch(path: str) -> None:
                file = _artifact(context, path)
                if path in jars and (actual := sha256(file)) != jars[path]:
                    raise JarMismatchError(
                        f"Maven delivered another {path} than {LOCK.name} names"
                        f" (sha256 {actual}, expected {jars[path]}). It was thrown away."
                        " A proxy or mirror may be changing files: ask for a clean one"
                    )
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                file.replace(folder / path)

            for _ in pool.map(fetch, paths):
                pass
    except OSError as error:
        raise DownloadError(
            f"cannot write Kafka's jars to {folder}: {error}. Set M2_REPO to a folder you can write"
        ) from error


def _context(cache: Path) -> Any:
    try:
        from jgo.config import GlobalSettings
        from jgo.maven import MavenContext
    except ImportError as error:
        raise MissingExtraError("jgo") from error
    default = MavenContext(repo_cache=cache, timeout=TIMEOUT)
    # A mirror in jgo's own configuration file goes first; Maven Central stays behind it.
    return MavenContext(
        repo_cache=cache,
        timeout=TIMEOUT,
        remote_repos={**GlobalSettings.load().repositories, **default.remote_repos},
    )


def _artifact(context: Any, path: str) -> Path:
    import requests

    *group, name, version, _ = PurePosixPath(path).parts
    artifact = context.project(".".join(group), name).at_version(version).artifact()
    problem: Exception | None = None
    for _ in range(TRIES):
        try:
            return Path(artifact.resolve())
        except (requests.RequestException, RuntimeError, AssertionError, ValueError) as error:
            problem = error
            # jgo keeps the part that came; it would take it for the whole file.
            (Path(context.repo_cache) / path).unlink(missing_ok=True)
    raise DownloadError(
        f"cannot fetch {path} from Maven: {type(problem).__name__}. Is there a way to the internet?"
        " Behind a proxy set HTTPS_PROXY; on a machine without a way out copy the jars"
        f" to {repository()} from one that has it"
    ) from problem
