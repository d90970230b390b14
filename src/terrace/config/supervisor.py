"""Everything of one installation in one command: database, tables, demo, web server, worker."""

import contextlib
import http.client
import shlex
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import cast

from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console

from terrace.config import embedded, static_files
from terrace.config.children import Child
from terrace.config.environment import Environment

LOOK_SECONDS = 0.25
STOP_SECONDS = 20.0
PACKAGE = Path(__file__).resolve().parent.parent

say = Console(highlight=False).print


class CannotRun(Exception):
    """Terrace cannot start here; the message is one line that says why and what helps."""


class _Stopped(BaseException):
    """Somebody asked Terrace to stop."""


class Supervisor:
    """Starts an installation, looks after its processes, and stops them together."""

    def __init__(
        self,
        environment: Environment,
        *,
        greet: Callable[[Environment], None],
        reload: bool = False,
        beside: Sequence[str] = (),
    ) -> None:
        self.environment = environment
        self.greet = greet
        self.beside = [Child(command, shlex.split(command)) for command in beside]
        terrace = [sys.executable, "-m", "terrace.config.cli"]
        self.children = [
            Child("web server", [*terrace, "web"]),
            # Killed outright when this process is: it would wait for a database that is gone as well.
            Child("worker", [*terrace, "worker"], when_orphaned=signal.SIGKILL),
        ]
        self.watch = _Watch() if reload else None

    def run(self) -> None:
        """Run until somebody asks to stop. Raises `CannotRun` and `EndsAgainAndAgain`."""
        refuse_taken_port(self.environment)
        with _stop_signals(), contextlib.suppress(_Stopped, KeyboardInterrupt), self._database():
            self._prepare()
            try:
                for child in (*self.children, *self.beside):
                    child.start()
                self._look_after(until=self._is_ready)
                self.greet(self.environment)
                disconnect()
                self._look_after(until=lambda: False)
            finally:
                _stop((*self.children, *self.beside))

    @contextlib.contextmanager
    def _database(self) -> Iterator[None]:
        self._keep_database()
        try:
            yield
        finally:
            connection.close()
            embedded.stop(self.environment.data_dir)

    def _keep_database(self) -> None:
        """Start the embedded server, at first and when its keeper was killed."""
        if not self.environment.database_url and not embedded.is_kept(self.environment.data_dir):
            embedded.start(self.environment.data_dir, durable=True)

    def _prepare(self) -> None:
        for step in (migrate_if_needed, static_files.gather_if_changed):
            step()
        if self.environment.demo and is_empty():
            load_demo()
        disconnect()

    def _look_after(self, *, until: Callable[[], bool]) -> None:
        while not until():
            time.sleep(LOOK_SECONDS)
            self._keep_database()
            if self.watch is not None and self.watch.has_changed():
                self._reload()
            for child in (*self.children, *self.beside):
                if news := child.tend():
                    say(news)

    def _is_ready(self) -> bool:
        return self.children[0].process is not None and answers(self.environment)

    def _reload(self) -> None:
        say("Files changed; starting again.")
        _stop(self.children)
        static_files.gather_if_changed()
        for child in self.children:
            child.start()


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.wait_or_kill(deadline - time.monotonic())


class _Watch:
    """Notices changes below the package, for `make dev`; looks once a second."""

    def __init__(self) -> None:
        self.used = self.seen = self._look()
        self.looked_at = time.monotonic()

    def has_changed(self) -> bool:
        """Say whether files changed and are at rest again: a build writes many, one after the other."""
        if time.monotonic() - self.looked_at < 1:
            return False
        self.looked_at = time.monotonic()
        before, self.seen = self.seen, self._look()
        if self.seen != before or self.seen == self.used:
            return False
        self.used = self.seen
        return True

    @staticmethod
    def _look() -> frozenset[tuple[str, int]]:
        found = set()
        for path in PACKAGE.rglob("*"):
            if path.suffix in WATCHED:
                with contextlib.suppress(FileNotFoundError):
                    found.add((str(path), path.stat().st_mtime_ns))
        return frozenset(found)


WATCHED = {".py", ".html", ".txt", ".toml", ".json", ".css", ".js", ".svg", ".mo", ".csv"}


def refuse_taken_port(environment: Environment) -> None:
    """Raise `CannotRun` when another program listens on the port already."""
    family = socket.AF_INET6 if ":" in environment.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.host, environment.port))
            probe.listen(1)
        except OSError as problem:
            raise CannotRun(
                f"Cannot listen on {environment.host} port {environment.port}: {problem.strerror}. "
                f"Choose another port, for example: make run PORT={environment.port + 1}"
            ) from None


def migrate_if_needed() -> bool:
    """Bring the tables up to date; say whether there was anything to do."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(f"Applying {len(waiting)} migrations.")
        call_command("migrate", interactive=False, verbosity=0)
    return bool(waiting)


def load_demo() -> None:
    """Load the small demo; where it has no place, say so and go on without it."""
    say("The database is empty: loading the small demo.")
    try:
        call_command("demo", scale="small")
    except CommandError as problem:
        say(str(problem))


def disconnect() -> None:
    """Hold no connection while this process only looks after others."""
    connection.close()
    cast(DatabaseWrapper, connection).close_pool()


def is_empty() -> bool:
    """Say whether nobody has been entered yet."""
    return not apps.get_model("accounts.Person").objects.exists()


def reachable_host(environment: Environment) -> str:
    """Return an address at which this machine reaches its own web server."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.host, environment.host)  # noqa: S104 - a key


def answers(environment: Environment) -> bool:
    """Say whether the web server is ready for work."""
    host = reachable_host(environment)
    asked = http.client.HTTPConnection(host, environment.port, timeout=2)
    try:
        asked.request("GET", "/readyz", headers={"Host": environment.allowed_hosts[0]})
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


@contextlib.contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn the signals that ask to stop into one exception; a second one changes nothing."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for name in STOPPING:
            signal.signal(name, signal.SIG_IGN)
        raise _Stopped

    former = {name: signal.signal(name, stop) for name in STOPPING}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(name, handler)


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
