"""Everything runs together, heals, and leaves nothing behind."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from terrace.config import embedded_locks as locks
from terrace.config import supervisor
from terrace.config.children import FAILURES_IN_A_ROW, HEALTHY_SECONDS, Child, EndsAgainAndAgain
from terrace.config.environment import Environment

pytestmark = pytest.mark.slow


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextlib.contextmanager
def running(child: Child) -> Iterator[Child]:
    child.start()
    try:
        yield child
    finally:
        child.wait_or_kill(0)


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def eventually(holds: Callable[[], object], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def let_end(child: Child) -> None:
    assert child.process is not None
    child.process.wait()


def test_a_dead_child_is_started_again_after_a_pause_that_grows(clock: Clock) -> None:
    child = Child("helper", python("raise SystemExit(3)"), clock=clock)
    with running(child):
        let_end(child)
        assert child.tend() == "The helper ended with status 3; it starts again in 1 s."
        assert child.tend() == ""
        clock.now += 1
        assert child.tend() == "The helper was started again."
        let_end(child)

        assert child.tend() == "The helper ended with status 3; it starts again in 2 s."


def test_a_child_that_ran_well_for_a_while_starts_again_at_once(clock: Clock) -> None:
    child = Child("helper", python("raise SystemExit(3)"), clock=clock, failures=FAILURES_IN_A_ROW)
    with running(child):
        let_end(child)
        clock.now += HEALTHY_SECONDS + 1

        assert child.tend().endswith("it starts again in 1 s.")


def test_gives_up_on_a_child_that_ends_again_and_again(clock: Clock) -> None:
    child = Child("helper", python("raise SystemExit(3)"), clock=clock, failures=FAILURES_IN_A_ROW)
    with running(child):
        let_end(child)

        with pytest.raises(EndsAgainAndAgain, match="The helper ended 6 times in a row, last with status 3"):
            child.tend()


def test_what_a_killed_child_started_itself_goes_with_it(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    program = (
        "import subprocess, sys, time;"
        "own = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(note)!r}, 'w').write(str(own.pid)); time.sleep(60)"
    )
    with running(Child("helper", python(program))) as child:
        assert eventually(lambda: note.exists() and note.read_text())
        assert child.process is not None
        child.process.kill()
        let_end(child)

        assert "ended by signal 9" in child.tend()

    assert eventually(lambda: not is_alive(int(note.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a process to another")
def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "child"
    program = (
        "import sys, time; from terrace.config.children import Child;"
        f"child = Child('helper', [sys.executable, '-c', 'import time; time.sleep(60)']); child.start();"
        f"open({str(note)!r}, 'w').write(str(child.process.pid)); time.sleep(60)"
    )
    with subprocess.Popen(python(program)) as parent:
        assert eventually(lambda: note.exists() and note.read_text())
        parent.kill()

    assert eventually(lambda: not is_alive(int(note.read_text())))


def test_a_taken_port_is_said_in_one_line_with_what_helps() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environment = Environment.read({"TERRACE_MODE": "test", "PORT": str(port)})

        with pytest.raises(supervisor.CannotRun, match=rf"port {port}: .*make run PORT={port + 1}") as refused:
            supervisor.refuse_taken_port(environment)

    assert "\n" not in str(refused.value)


class Installation:
    """`terrace run` in a folder of its own."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.port = port
        own = {"DATA_DIR": str(data_dir), "PORT": str(port), "TERRACE_WEB_PROCESSES": "1", "TERRACE_DEMO": "no"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TERRACE", "DATABASE"))}
        self.environment = {**kept, **own}

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "terrace.config.cli", "run"], env=self.environment)

    def ready(self) -> dict[str, Any] | None:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/readyz")
            answer = asked.getresponse()
            return dict(json.load(answer)) if answer.status == 200 else None
        except OSError:
            return None
        finally:
            asked.close()

    def has_worker(self) -> bool:
        found = self.ready()
        return found is not None and bool(found["jobs"]["worker"])

    def is_gone(self) -> bool:
        return (
            all(locks.is_free(self.data_dir, name) for name in ("users", "keeper", "server")) and self._port_is_free()
        )

    def _port_is_free(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return False
        return True


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return Installation(tmp_path, port)


def test_everything_starts_survives_kill_and_leaves_nothing_behind(installation: Installation) -> None:
    with installation.start() as first:
        assert eventually(lambda: first.poll() is not None or installation.has_worker(), 180)
        assert first.poll() is None
        first.kill()
    assert eventually(installation.is_gone)

    with installation.start() as second:
        assert eventually(installation.ready, 120)
        second.send_signal(signal.SIGTERM)
    assert second.returncode == 0
    assert installation.is_gone()
