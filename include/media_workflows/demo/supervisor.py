"""A process supervisor: starts services, restarts those that die, stops them, leaves no orphan."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>: the child is signalled when its parent dies, even by kill -9
CHECK_INTERVAL_S = 0.5
RESTART_DELAY_S = 1.0
STOP_TIMEOUT_S = 15.0


@dataclass
class Service:
    """A process to keep alive; its output goes to a log file. `stop_signal` asks it to end."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log_file: Path
    popen_arguments: dict[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    _died_at: float = 0.0

    def start(self) -> None:
        """Spawn the process in a session of its own, so that Ctrl-C at the terminal reaches the supervisor alone."""
        arguments: dict[str, Any] = {"env": {**os.environ, **self.environment}, **self.popen_arguments}
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **arguments,
            )

    def keep_alive(self) -> bool:
        """Restart the process a second after its death; returns whether this call restarted it."""
        if self.process is None or self.process.poll() is None:
            return False
        if not self._died_at:
            self._died_at = time.monotonic()
        if time.monotonic() - self._died_at < RESTART_DELAY_S:
            return False
        self._died_at = 0.0
        self._signal_group(signal.SIGKILL)  # what the dead process may have left
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """Send the stop signal to the process itself; it ends its own children."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def finish(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds), then kill; its whole group in any case."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        self._signal_group(signal.SIGKILL)
        self.process.wait()

    def _signal_group(self, number: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs services: a thread restarts those that die; they stop in the reverse of the start order."""

    def __init__(self, on_restart: Callable[[str], None]) -> None:
        """`on_restart` is called with a service's name, in the watching thread."""
        self._groups: list[list[Service]] = []
        self._on_restart = on_restart
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self, *services: Service) -> None:
        """Start a group of services that may run side by side."""
        for service in services:
            service.start()
        self._groups.append(list(services))
        if not self._watcher.is_alive():
            self._watcher.start()

    def service(self, name: str) -> Service:
        """A service that was started, by its name."""
        return next(service for group in self._groups for service in group if service.name == name)

    def _watch(self) -> None:
        while not self._stopping.wait(CHECK_INTERVAL_S):
            for service in [service for group in self._groups for service in group]:
                if service.keep_alive():
                    self._on_restart(service.name)

    def stop(self) -> None:
        """Stop everything, the last started first."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        while self._groups:
            group = self._groups.pop()
            for service in group:
                service.ask_to_stop()
            deadline = time.monotonic() + STOP_TIMEOUT_S
            for service in group:
                service.finish(deadline)
