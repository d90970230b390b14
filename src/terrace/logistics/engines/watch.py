"""An engine that is stuck ends itself: a timer ends the process of one that has done no round for too long.

A round of its search that never ends cannot be broken off from within; nobody may wait for it for ever. The timer is
the operating system's, which ends a process without asking it. It runs only in the engines' own processes.
"""

import signal

from terrace.logistics.domain.routing import Problem

SIGNAL = signal.SIGALRM
ROUND_S = 5.0
"""A round takes milliseconds; one that takes so long never ends."""
LEAST_S, JOBS_A_SECOND = 10.0, 40
"""Before the first round a day is translated and a first plan made, which takes the longer, the more jobs it has."""
_state = {"is_on": False}


def begin() -> None:
    """Watch over this process from now on: it ends when nothing more is given to it."""
    signal.signal(SIGNAL, signal.SIG_DFL)
    _state["is_on"] = True


def give(seconds: float) -> None:
    """Let the engine of this process be silent for so long, from now on; where nobody watches, nothing happens."""
    if _state["is_on"]:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def seconds_to_begin(problem: Problem) -> float:
    """Return how long an engine may take until its first round."""
    return LEAST_S + len(problem.jobs) / JOBS_A_SECOND
