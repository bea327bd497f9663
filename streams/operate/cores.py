"""How many cores this process may use: by its affinity, and by the quota of its container."""

import os
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")


def usable(groups: Path = _GROUPS) -> int:
    """Returns whole cores that this process may use, at least one.

    Args:
        groups: where the kernel shows the control groups; a container sees its own there.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    quota = _quota(groups)
    return max(1, cores if quota is None else min(cores, round(quota)))


def _quota(groups: Path) -> float | None:
    """The cores that a container may use; None where nothing limits it."""
    try:
        allowed, period = (groups / "cpu.max").read_text().split()  # version 2
    except (OSError, ValueError):
        try:
            allowed = (groups / "cpu" / "cpu.cfs_quota_us").read_text().strip()  # version 1
            period = (groups / "cpu" / "cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    try:
        quota = int(allowed) / int(period)
    except (ValueError, ZeroDivisionError):  # "max"
        return None
    return quota if quota > 0 else None
