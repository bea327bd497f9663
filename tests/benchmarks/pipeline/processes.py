"""CPU time and memory of processes, as the kernel counts them."""

from pathlib import Path

import psutil

from streams.lab.processes import family

_COMPILERS = ("C1 Comp", "C2 Comp")
"""How the threads of a JVM that compile are named, as far as Linux shows a name."""


def cpu_seconds(pid: int) -> float:
    """CPU of a process and all that it started, also of those that have ended."""
    total = 0.0
    for member in family(pid):
        try:
            times = member.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def compiler_seconds(pid: int) -> float:
    """CPU of the threads of a JVM that compile: most of it is spent once, after a start."""
    ticks = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        name, _, rest = (task / "stat").read_text().partition("(")[2].rpartition(")")
        if name.startswith(_COMPILERS):
            user, system = rest.split()[11:13]
            ticks += int(user) + int(system)
    return ticks / 100  # USER_HZ, the same on every Linux


def _program(process: psutil.Process) -> str:
    """What a process runs: of ours, the module."""
    words = process.cmdline()
    ours = "streams.operate.child"
    return words[words.index(ours) + 2] if ours in words[:-2] else str(process.name())


def peak_bytes(label: str, pid: int) -> dict[str, int]:
    """The most memory that each process of a family had so far, by label, program and number."""
    peaks = {}
    for member in family(pid):
        try:
            lines = Path(f"/proc/{member.pid}/status").read_text().splitlines()
            name = _program(member)
        except (OSError, psutil.NoSuchProcess):
            continue
        for line in lines:
            if line.startswith("VmHWM:"):
                peaks[f"{label}: {name} {member.pid}"] = int(line.split()[1]) * 1024
    return peaks
