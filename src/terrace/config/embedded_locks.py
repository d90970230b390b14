"""The lock files of the embedded server: who uses it, who keeps it, whether it lives.

The operating system drops a lock together with the process that holds it, so a process
that is killed can neither leave a server behind nor keep the next one out.

- `starting`: held while one process looks and decides.
- `users`: shared, held by each process between `embedded.start` and `embedded.stop`.
- `keeper`: held by the one process that runs the server as its child.
- `server`: held by the keeper and inherited by every PostgreSQL process, so a free lock
  proves that none of them is alive, whatever postmaster.pid says.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

Name = Literal["starting", "users", "keeper", "server"]
PAUSE = 0.02


def take(data_dir: Path, name: Name, how: int = fcntl.LOCK_EX) -> int:
    """Lock a file and return its descriptor; closing it lets go.

    Raises `BlockingIOError` when `how` includes LOCK_NB and the lock is not to be had.
    """
    path = data_dir / "locks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, how)
    except OSError:
        os.close(opened)
        raise
    return opened


def take_within(data_dir: Path, name: Name, seconds: float) -> int:
    """Lock a file as soon as it is free, or raise `BlockingIOError` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return take(data_dir, name, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)


@contextlib.contextmanager
def held(data_dir: Path, name: Name) -> Iterator[None]:
    """Hold a lock, waiting for it."""
    opened = take(data_dir, name)
    try:
        yield
    finally:
        os.close(opened)


def is_free(data_dir: Path, name: Name, how: int = fcntl.LOCK_EX) -> bool:
    """Tell whether a lock could be had at this moment."""
    try:
        os.close(take(data_dir, name, how | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def is_used(data_dir: Path) -> bool:
    """Tell users, beside whom a shared lock fits, from a keeper that is stopping, beside whom nothing fits."""
    return not is_free(data_dir, "users") and is_free(data_dir, "users", fcntl.LOCK_SH)
