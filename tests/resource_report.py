"""`ResourceReport`: the processor time of a whole test run, and of its most expensive files, over all xdist workers."""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

LISTED_FILES = 25
FOLDER_DEPTH = 3  # tests/integration/media
PRODUCT = "(the running product)"
SERVERS = "(PostgreSQL and S3 of the tests)"
PLUGIN = "resource-report"


def cpu_s() -> float:
    """User and system seconds of this process and of the children it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def memory_mib() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def by_folder(by_file: Mapping[str, float]) -> Any:
    """Seconds by folder, to a depth of FOLDER_DEPTH; what is not a file has its own name."""
    folders: Any = Counter()
    for name, used_s in by_file.items():
        folder = name.rpartition("/")[0]
        folders["/".join(folder.split("/")[:FOLDER_DEPTH]) or name] += used_s
    return folders


class ResourceReport:
    """Counts in each process that runs tests; the controlling process adds up and prints."""

    def __init__(self) -> None:
        self._begun_s = time.monotonic()
        self._begun_cpu_s = cpu_s()
        self._by_file: Any = Counter()  # of seconds: its stubs take whole numbers only
        self._counted_s = 0.0  # what `counting` gave to another name within the present test
        self._total_s = 0.0
        self._memory_mib: list[float] = []

    @contextmanager
    def counting(self, name: str) -> Iterator[None]:
        """Count what ends inside under `name` instead of the present test's file."""
        before = cpu_s()
        yield
        self._by_file[name] += cpu_s() - before
        self._counted_s += cpu_s() - before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        before, self._counted_s = cpu_s(), 0.0
        result = yield
        self._by_file[item.nodeid.partition("::")[0]] += cpu_s() - before - self._counted_s
        return result

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        config = session.config
        controls_workers = not hasattr(config, "workeroutput") and getattr(config.option, "numprocesses", None)
        # The controlling process has waited for its workers, which count themselves.
        self._total_s += time.process_time() if controls_workers else cpu_s() - self._begun_cpu_s
        self._memory_mib.append(memory_mib())
        if hasattr(config, "workeroutput"):
            config.workeroutput["resources"] = (dict(self._by_file), self._total_s, self._memory_mib)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended."""
        by_file, total_s, memory = getattr(node, "workeroutput", {}).get("resources", ({}, 0.0, []))
        self._by_file.update(by_file)
        self._total_s += total_s
        self._memory_mib += memory

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        wall_s = time.monotonic() - self._begun_s
        terminalreporter.section("resources")
        terminalreporter.write_line(
            f"{self._total_s:.0f} CPU s in {wall_s:.0f} s; the {LISTED_FILES} most expensive files:"
        )
        for name, used_s in self._by_file.most_common(LISTED_FILES):
            terminalreporter.write_line(f"{used_s:8.1f} CPU s  {name}")
        terminalreporter.write_line("by folder:")
        for name, used_s in by_folder(self._by_file).most_common():
            terminalreporter.write_line(f"{used_s:8.1f} CPU s  {name}")
        memory = ", ".join(f"{each:.0f}" for each in self._memory_mib)
        terminalreporter.write_line(f"most memory of each test process: {memory} MiB")
