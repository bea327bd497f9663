"""The images are built, and the pipeline runs on three of them.

It takes a quarter of an hour and ten gigabytes, so it runs where MIMMO_REQUIRE_IMAGES is set. What
is built stays in MIMMO_IMAGES, if that names a folder, for the next time.
"""

import os
import shutil
from pathlib import Path

import pytest

from infra.images import TARGETS
from infra.images import __main__ as command
from infra.images.buildah import Buildah
from infra.images.demo import ROWS, Demo

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all four images."""
    if "MIMMO_REQUIRE_IMAGES" not in os.environ:
        pytest.skip("images take a quarter of an hour: MIMMO_REQUIRE_IMAGES=1 builds them")
    missing = [name for name in ("buildah", "debootstrap") if shutil.which(name) is None]
    if missing:
        pytest.fail(f"no {', '.join(missing)}; on Debian: apt install buildah debootstrap")
    kept = os.environ.get("MIMMO_IMAGES")
    return Path(kept) if kept else tmp_path_factory.mktemp("images")


@pytest.fixture(scope="module", autouse=True)
def buildah(storage: Path) -> Buildah:
    assert command.main(["build", "--storage", str(storage)]) == 0  # 1 where one is too large
    return Buildah(storage)


def test_the_pipeline_runs_on_three_images(buildah: Buildah) -> None:
    rows = Demo(buildah, print).run()
    assert set(rows) == set(ROWS)
    assert rows["torrents"] == rows["classifications"]
    assert all(rows.values())


@pytest.mark.parametrize("target", TARGETS)
def test_a_program_of_an_image_sees_only_its_own_file_of_the_checkout(
    buildah: Buildah, target: str
) -> None:
    with buildah.container(target) as container:
        assert not (container.root / "src").exists()
        assert not (container.root / "run" / "certificates.pem").exists()
        assert not (container.root / "opt" / "uv").exists()
        assert (container.root / "opt" / "mimmo" / "bin" / "python").is_symlink()
