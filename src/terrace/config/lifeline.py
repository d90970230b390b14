"""Ends a process when the one that started it ends, even by kill -9 (on Linux).

`python -m terrace.config.lifeline PARENT SIGNAL COMMAND...` becomes COMMAND, which gets
SIGNAL when PARENT dies.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(how: signal.Signals) -> None:
    """Ask the kernel to send `how` to this process when its parent dies; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def main(parent: int, how: signal.Signals, command: list[str]) -> None:
    """Become `command`, unless `parent` died before the kernel was asked."""
    end_with_parent(how)
    if os.getppid() == parent:
        os.execvp(command[0], command)  # noqa: S606 - the caller names the program


if __name__ == "__main__":
    main(int(sys.argv[1]), signal.Signals(int(sys.argv[2])), sys.argv[3:])
