"""Ends a process when the one that started it ends, even by kill -9 (on Linux).

`python -m terrace.config.lifeline PARENT COMMAND...` becomes COMMAND, tied to PARENT.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send `how` to this process when its parent dies; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def main(parent: int, command: list[str]) -> None:
    """Become `command`, unless `parent` died before the kernel was asked."""
    end_with_parent()
    if os.getppid() == parent:
        os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
