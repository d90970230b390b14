"""The process that keeps the embedded server: `python -m terrace.config.embedded_keeper DATA_DIR durable`.

It holds the `keeper` lock, runs PostgreSQL as its child, starts it again when it dies, and
waits for the `users` lock to be free; then it stops the server and ends. On Linux the
server stops when the keeper is killed.
"""

import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from terrace.config import embedded, lifeline
from terrace.config import embedded_locks as locks

LOOK_SECONDS = 0.2
STARTS_PER_MINUTE = 5
# Accounts that may run the server when Terrace runs as root, which PostgreSQL refuses to be.
ACCOUNTS = ("terrace", "postgres", "nobody")

ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Keeper:
    """Runs the server of one data folder for as long as somebody uses it."""

    def __init__(self, data_dir: Path, *, durable: bool) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "postgres"
        self.sockets = embedded.socket_folder(data_dir)
        self.settings = ALWAYS | {"unix_socket_directories": str(self.sockets)} | ({} if durable else FORGETFUL)
        self.account = _account()
        self.starts: list[float] = []

    def keep(self) -> None:
        """Run the server until its last user has gone."""
        self._prepare()
        server = self._start()
        try:
            while not self._is_deserted():
                time.sleep(LOOK_SECONDS)
                if server.poll() is not None:
                    server = self._start_again()
        finally:
            _stop(server)

    def _is_deserted(self) -> bool:
        try:
            # Kept until this process ends: a new user waits here, and then starts a new keeper.
            locks.take(self.data_dir, "users", fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _prepare(self) -> None:
        if self.account is not None:
            _let_in(self.data_dir.parents, self.data_dir)
            _let_in(embedded.binaries().parents, embedded.binaries())
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster()
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        self._own(self.sockets)

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it in whole, so that half a cluster is never found."""
        draft = self.folder.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._own(draft)
        self._run("initdb", f"--pgdata={draft}", f"--username={embedded.USER}", "--auth=trust", "--encoding=UTF8",
                  "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                  "--no-instructions")  # fmt: skip
        self._run("postgres", "--single", "-D", str(draft), "postgres", say=f"CREATE DATABASE {embedded.DATABASE};\n")
        draft.rename(self.folder)

    def _start_again(self) -> "subprocess.Popen[bytes]":
        now = time.monotonic()
        self.starts = [start for start in self.starts if now - start < 60]
        if len(self.starts) >= STARTS_PER_MINUTE:
            raise SystemExit("PostgreSQL ends again and again; see the lines above.")
        return self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        # Free only when no PostgreSQL process of this folder is alive; the new ones inherit it.
        server_lock = locks.take_within(self.data_dir, "server", embedded.SECONDS)
        # So what a killed one left can only mislead: after a reboot the process number in it
        # may be somebody else's, and the server would refuse to start.
        for left_over in (self.folder / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            left_over.unlink(missing_ok=True)
        self.starts.append(time.monotonic())
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        try:
            return subprocess.Popen(  # noqa: S603 - our own program
                [embedded.binaries() / "postgres", "-D", self.folder, *options],
                stdin=subprocess.DEVNULL,
                pass_fds=(server_lock,),
                start_new_session=True,
                preexec_fn=_before_postgres,  # safe: the keeper has one thread
                cwd="/",
                **self._identity(),
            )
        finally:
            os.close(server_lock)

    def _run(self, program: str, *arguments: str, say: str = "") -> None:
        command = [str(embedded.binaries() / program), *arguments]
        subprocess.run(command, input=say.encode(), check=True, cwd="/", **self._identity())  # noqa: S603 - our own

    def _identity(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _own(self, folder: Path) -> None:
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in ACCOUNTS if name in known)


def _let_in(parents: Sequence[Path], folder: Path) -> None:
    """Let the server's account pass through to `folder`: only the right to traverse, not to list."""
    for step in (folder, *parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(mode | stat.S_IXOTH)


def _before_postgres() -> None:
    """Have the kernel stop the server, in order, when the keeper is killed; runs in the child before exec."""
    lifeline.end_with_parent(signal.SIGINT)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # "fast": ends connections, writes everything
    try:
        server.wait(embedded.SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)  # "immediate": the next start recovers from the log
        server.wait()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit("The keeper was asked to end.")


def main(data_dir: Path, kind: str) -> None:
    """Keep the server of `data_dir`, unless somebody else does."""
    try:
        locks.take(data_dir, "keeper", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    signal.signal(signal.SIGTERM, _leave)
    Keeper(data_dir, durable=kind == "durable").keep()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
