"""The embedded server: shared by its users, gone with the last, unharmed by kill -9."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from terrace.config import embedded
from terrace.config import embedded_locks as locks

pytestmark = pytest.mark.slow


class Start:
    """Starts servers as this process's and stops them after the test, even one that failed."""

    def __init__(self) -> None:
        self.folders: set[Path] = set()

    def __call__(self, folder: Path, *, durable: bool = False) -> str:
        self.folders.add(folder)
        return embedded.start(folder, durable=durable)

    def stop(self) -> None:
        for folder in self.folders:
            embedded.stop(folder)


@pytest.fixture
def start() -> Iterator[Start]:
    started = Start()
    yield started
    started.stop()


@contextlib.contextmanager
def fresh_folder() -> Iterator[Path]:
    # Not pytest's: when another run begins it closes its folders to other accounts, among them the server's.
    with tempfile.TemporaryDirectory(prefix="terrace-embedded-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One folder for the module: making a cluster takes most of a second."""
    with fresh_folder() as folder:
        yield folder


@pytest.fixture
def own_dir() -> Iterator[Path]:
    """A folder for this test alone."""
    with fresh_folder() as folder:
        yield folder


@pytest.fixture
def server(data_dir: Path, start: Start) -> str:
    return start(data_dir)


def ask(address: str, statement: str) -> object:
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(statement)
        return next(iter(found.fetchall()), (None,))[0] if found.description else None


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def eventually(holds: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return True
        except psycopg.OperationalError:
            pass
        time.sleep(0.02)
    return False


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def nothing_runs(data_dir: Path) -> bool:
    return locks.is_free(data_dir, "keeper") and locks.is_free(data_dir, "server")


def kill_keeper(data_dir: Path) -> None:
    embedded._keepers[data_dir].kill()
    embedded._keepers[data_dir].wait()


def test_serves_unicode_sorted_the_same_everywhere(server: str) -> None:
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SELECT string_agg(x, '' ORDER BY x) FROM (VALUES ('b'), ('B'), ('a'), ('陇')) v (x)") == "Bab陇"


def test_keeps_what_was_written_between_two_starts(data_dir: Path, start: Start) -> None:
    address = start(data_dir)
    ask(address, "CREATE TABLE IF NOT EXISTS harvest AS SELECT 800 AS kilograms")
    embedded.stop(data_dir)

    again = start(data_dir)

    assert (again, ask(again, "SELECT kilograms FROM harvest")) == (address, 800)


def test_stops_with_its_last_user(data_dir: Path, start: Start) -> None:
    start(data_dir)
    process = postmaster(data_dir)

    embedded.stop(data_dir)

    assert nothing_runs(data_dir)
    assert not is_alive(process)


def test_stays_while_another_process_uses_it(data_dir: Path, server: str) -> None:
    program = (
        "import pathlib, sys; from terrace.config import embedded;"
        "embedded.start(pathlib.Path(sys.argv[1]), durable=False); print('here', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, data_dir], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"here\n"
        embedded.stop(data_dir)
        assert ask(server, "SELECT 1") == 1

        other.kill()

    assert eventually(lambda: nothing_runs(data_dir))


def test_a_killed_server_is_started_again_with_all_that_was_committed(data_dir: Path, start: Start) -> None:
    address = start(data_dir, durable=True)
    ask(address, "CREATE TABLE killed AS SELECT 5 AS boxes")
    process = postmaster(data_dir)

    os.kill(process, signal.SIGKILL)

    assert eventually(lambda: ask(address, "SELECT boxes FROM killed") == 5 and postmaster(data_dir) != process)
    ask(address, "DROP TABLE killed")


def test_a_killed_keeper_takes_the_server_along_and_the_next_start_brings_both_back(
    data_dir: Path, server: str, start: Start
) -> None:
    ask(server, "CREATE TABLE orphaned AS SELECT 7 AS boxes")
    process = postmaster(data_dir)

    kill_keeper(data_dir)

    assert eventually(lambda: not is_alive(process))
    assert start(data_dir) == server
    assert ask(server, "SELECT boxes FROM orphaned") == 7
    ask(server, "DROP TABLE orphaned")


def test_starts_after_everything_was_killed_at_once(data_dir: Path, start: Start) -> None:
    start(data_dir)
    process = postmaster(data_dir)
    os.kill(process, signal.SIGSTOP)  # so that the keeper's death cannot stop it in order
    kill_keeper(data_dir)
    os.kill(process, signal.SIGKILL)

    address = start(data_dir)

    assert ask(address, "SELECT 1") == 1
    assert postmaster(data_dir) != process


def test_a_process_number_left_behind_by_a_crash_does_not_keep_it_from_starting(data_dir: Path, start: Start) -> None:
    start(data_dir)
    embedded.stop(data_dir)
    left_behind = data_dir / "postgres" / "postmaster.pid"
    left_behind.write_text(
        f"{os.getpid()}\n{data_dir}/postgres\n1700000000\n5432\n{data_dir}/socket\n\n  1  1\nready\n"
    )

    address = start(data_dir)

    assert ask(address, "SELECT 1") == 1


def test_a_cluster_that_was_half_made_is_made_anew(own_dir: Path, start: Start) -> None:
    draft = own_dir / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")

    address = start(own_dir)

    assert ask(address, "SELECT current_database()") == "terrace"
    assert not draft.exists()


def test_a_folder_with_a_long_name_gets_its_socket_elsewhere(
    own_dir: Path, data_dir: Path, server: str, start: Start
) -> None:
    deep = own_dir / ("terraced-fields-" * 6)

    address = start(deep)

    assert ask(address, "SELECT 1") == 1
    assert postmaster(deep) != postmaster(data_dir)


def test_a_folder_that_cannot_be_served_is_told_with_the_end_of_its_log(own_dir: Path, start: Start) -> None:
    (own_dir / "postgres").mkdir()
    (own_dir / "postgres" / "PG_VERSION").write_text("12\n")

    with pytest.raises(embedded.EmbeddedServerFailed, match=r"does not start[\s\S]*postgresql\.conf"):
        start(own_dir)

    embedded.stop(own_dir)
    assert eventually(lambda: nothing_runs(own_dir))


def test_a_new_user_waits_for_a_keeper_that_is_stopping(data_dir: Path, start: Start) -> None:
    stopping = locks.take(data_dir, "users", fcntl.LOCK_EX | fcntl.LOCK_NB)
    with subprocess.Popen(
        [sys.executable, "-c", f"import os, time; time.sleep(0.5); os.close({stopping})"], pass_fds=(stopping,)
    ):
        os.close(stopping)  # the other process holds it now
        begun = time.monotonic()

        start(data_dir)

        assert time.monotonic() - begun > 0.3
