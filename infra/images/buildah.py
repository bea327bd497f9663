"""buildah as it is used here: no daemon, no registry, whole layers, processes in a chroot."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from infra.images import FOLDER, ROOT, ImageError, source

PREFIX = "mimmo-"
"""Images are named `mimmo-base`, `mimmo-runtime-onnx` and so on."""

_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
_MIRROR = "PIP_INDEX_URL"
"""Variable that names a mirror; it reaches the stages that build, and no image that runs."""

_MEGABYTES = {"KB": 1e-3, "MB": 1, "GB": 1e3}
"""Units in which buildah tells sizes."""


@dataclass(frozen=True)
class Container:
    """A container that commands run in.

    Args:
        prefix: buildah with the options of its storage.
        name: what buildah calls it.
        root: where its files are mounted on this machine.
    """

    prefix: Sequence[str]
    name: str
    root: Path

    def command(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        volumes: Mapping[Path, str],
    ) -> list[str]:
        """What runs a program in it as the image's user, with the network of this machine."""
        options = [f"--env={name}={text}" for name, text in environment.items()]
        options += [f"--volume={host}:{inside}" for host, inside in volumes.items()]
        chroot = ["--isolation", "chroot", "--network", "host"]
        return [*self.prefix, "run", *chroot, *options, self.name, "--", *arguments]


class Buildah:
    """The images of one storage.

    Args:
        storage: folder of layers, containers and temporary files; several gigabytes.
    """

    def __init__(self, storage: Path) -> None:
        self.storage = storage.resolve()
        folders = [f"--root={self.storage / 'root'}", f"--runroot={self.storage / 'run'}"]
        self._prefix = ["buildah", *folders, "--storage-driver", "vfs"]

    def require(self) -> None:
        """Make sure that images can be made here.

        Raises:
            ImageError: a program is missing, or the rights.
        """
        missing = [name for name in ("buildah", "debootstrap") if shutil.which(name) is None]
        if missing:
            raise ImageError(
                f"{' and '.join(missing)} missing: apt-get install buildah debootstrap"
            )
        if os.geteuid() != 0:
            raise ImageError("only root may unpack Debian and change its root folder: use sudo")
        (self.storage / "tmp").mkdir(parents=True, exist_ok=True)

    def ask(self, *arguments: str) -> str:
        """What a command of buildah prints.

        Raises:
            ImageError: it fails.
        """
        done = subprocess.run(
            [*self._prefix, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ImageError(f"buildah {arguments[0]} failed: {done.stderr.strip()[-2000:]}")
        return done.stdout.strip()

    def build(self, target: str, base: str, on_line: Callable[[str], None]) -> None:
        """Make the image of a target, of what is there already where nothing has changed.

        Args:
            target: a stage of the Containerfile.
            base: the image of Debian 12 to begin with.
            on_line: gets each line that buildah prints.

        Raises:
            ImageError: a step fails.
        """
        command = [*self._prefix, "bud", "--isolation", "chroot", "--network", "host", "--layers"]
        command += ["--format", "docker"]  # the other one, OCI's, knows no health checks
        command += ["--build-arg", f"BASE={base}"]
        command += ["--build-arg", f"SOURCE={self._source}"]
        command += ["--build-arg", f"SCRIPTS={self._scripts}"]
        if _MIRROR in os.environ:
            command += ["--build-arg", _MIRROR]
        for path in _AUTHORITIES:
            if Path(path).is_file():
                command += ["--secret", f"id=certificates,src={path}"]
                break
        containerfile = FOLDER / "Containerfile"
        command += ["--ignorefile", f"{containerfile}.dockerignore", "--file", str(containerfile)]
        command += ["--target", target, "--tag", PREFIX + target, str(ROOT)]
        with subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                on_line(line.rstrip())
        if process.returncode:
            raise ImageError(f"{target} could not be built: see the lines above, and the log")

    def import_root(self, archive: Path, name: str) -> None:
        """Make an image of the archive of a root folder.

        Raises:
            ImageError: it fails.
        """
        container = self.ask("from", "scratch")
        try:
            self.ask("add", "--quiet", container, str(archive), "/")
            self.ask("commit", "--quiet", "--format", "docker", container, name)
        finally:
            self.ask("rm", container)

    def has(self, name: str) -> bool:
        """Whether there is an image of this name."""
        return bool(self._images(name))

    def megabytes(self, target: str) -> float:
        """How large the image of a target is, in 10^6 bytes.

        Raises:
            ImageError: there is none.
        """
        image = next(iter(self._images(PREFIX + target)), None)
        if image is None:
            raise ImageError(f"there is no image of {target}: python -m infra.images build")
        number, unit = str(image["size"]).split()
        return float(number) * _MEGABYTES[unit]

    @contextmanager
    def container(self, target: str) -> Iterator[Container]:
        """A container of a target's image, gone after the block.

        Raises:
            ImageError: there is no such image.
        """
        if not self.has(PREFIX + target):
            raise ImageError(f"there is no image of {target}: python -m infra.images build")
        name = self.ask("from", "--pull-never", f"localhost/{PREFIX}{target}")
        try:
            yield Container(tuple(self._prefix), name, Path(self.ask("mount", name)))
        finally:
            self.ask("rm", name)

    def clean(self) -> None:
        """Remove all containers and images, and the folder they are in."""
        self.ask("rm", "--all")
        self.ask("rmi", "--all", "--force")
        shutil.rmtree(self.storage)

    def _images(self, name: str) -> list[dict[str, object]]:
        done = subprocess.run(
            [*self._prefix, "images", "--json", f"localhost/{name}"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return list(json.loads(done.stdout)) if done.returncode == 0 else []

    @cached_property
    def _source(self) -> str:
        """Taken once: the images of one command are of one checkout."""
        return source.checkout()

    @cached_property
    def _scripts(self) -> str:
        return source.scripts()

    @property
    def environment(self) -> dict[str, str]:
        """Caches of a build are kept below the storage, too."""
        return {**os.environ, "TMPDIR": str(self.storage / "tmp")}
