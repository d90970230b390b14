"""A child process that is started again when it ends, until it ends too often."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST_PAUSE = 30.0
HEALTHY_SECONDS = 30.0
FAILURES_IN_A_ROW = 5


class EndsAgainAndAgain(Exception):
    """A child that was started again ends at once every time."""


@dataclass
class Child:
    """One program that has to run: started, looked at by `tend`, stopped."""

    name: str
    command: list[str]
    when_orphaned: signal.Signals = signal.SIGTERM
    clock: Callable[[], float] = time.monotonic
    process: "subprocess.Popen[bytes] | None" = None
    failures: int = 0
    started_at: float = 0.0
    due_at: float = field(default=0.0)

    def start(self) -> None:
        """Start the program in a session of its own, tied to this process's life."""
        tied = [
            sys.executable,
            "-m",
            "terrace.config.lifeline",
            str(os.getpid()),
            str(int(self.when_orphaned)),
            *self.command,
        ]
        # Its own session: Ctrl-C reaches only the supervisor, which then stops everybody in order.
        self.process = subprocess.Popen(tied, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own
        self.started_at = self.clock()

    def tend(self) -> str:
        """Look after the program; return what happened as one line, or nothing.

        Raises `EndsAgainAndAgain` when starting it again does not help.
        """
        if self.process is None:
            return self._start_when_due()
        status = self.process.poll()
        if status is None:
            return ""
        self._sweep()
        return self._plan_restart(status)

    def ask_to_stop(self) -> None:
        """Ask the program to end what it is doing and leave."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, seconds: float) -> None:
        """Wait for the program to leave; kill what is still there after `seconds`."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(seconds, 0))
        self._sweep()

    def _start_when_due(self) -> str:
        if self.clock() < self.due_at:
            return ""
        self.start()
        return f"The {self.name} was started again."

    def _plan_restart(self, status: int) -> str:
        now = self.clock()
        self.failures = 1 if now - self.started_at > HEALTHY_SECONDS else self.failures + 1
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        if self.failures > FAILURES_IN_A_ROW:
            raise EndsAgainAndAgain(
                f"The {self.name} ended {self.failures} times in a row, last {how}; see the lines above."
            )
        pause = min(LONGEST_PAUSE, 2.0 ** (self.failures - 1))
        self.due_at = now + pause
        return f"The {self.name} ended {how}; it starts again in {pause:.0f} s."

    def _sweep(self) -> None:
        """Kill what the program left behind: its own children are in its process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
