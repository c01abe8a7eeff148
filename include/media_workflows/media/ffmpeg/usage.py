"""`usage`: processor time, reads and memory of a process, as Linux counts them in /proc. Elsewhere all are 0."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TIMES = slice(11, 15)  # of /proc/PID/stat behind the name: utime, stime, and those of children that have ended
_READ = re.compile(r"^rchar: (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Usage:
    """Processor seconds so far, bytes read so far by any means, and bytes of memory without file pages now."""

    cpu_s: float = 0.0
    read_bytes: int = 0
    memory_bytes: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.cpu_s + other.cpu_s, self.read_bytes + other.read_bytes, self.memory_bytes + other.memory_bytes
        )


def usage(pid: int) -> Usage:
    """The usage of a process with its children: `ffmpeg_path` may name a script. 0 once it has ended."""
    found, waiting = Usage(), [pid]
    while waiting:
        process = _PROC / str(waiting.pop())
        found += _own(process)
        waiting += map(int, _text(process / "task" / process.name / "children").split())
    return found


def memory_bytes(pid: int) -> int:
    """Bytes of memory without file pages of a process alone."""
    return _own(_PROC / str(pid)).memory_bytes


def machine_memory_bytes() -> int:
    """The memory of the machine, or of its container."""
    physical = os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES
    limit = _text(_CGROUP_LIMIT).strip()
    return min(physical, int(limit)) if limit.isdigit() else physical


def _own(process: Path) -> Usage:
    stat, memory, io = (_text(process / name) for name in ("stat", "statm", "io"))
    times = stat.rpartition(")")[2].split()[_TIMES]
    pages = [int(count) for count in memory.split()[1:3]]
    read = _READ.search(io)
    return Usage(
        cpu_s=sum(map(int, times)) * _TICK_S,
        read_bytes=int(read[1]) if read else 0,
        memory_bytes=(pages[0] - pages[1]) * _PAGE_BYTES if pages else 0,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
