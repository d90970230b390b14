"""The installation that the browser tests visit: a database of its own, `terrace run` on it, as a user starts it."""

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from playwright.sync_api import BrowserContext

from tests import template

READY_SECONDS = 90
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A running installation and what the tests have to know of it."""

    url: str
    sessions: Mapping[str, str]
    names: Mapping[str, str]
    phones: Mapping[str, str]
    password: str
    invitation: str
    environment: Mapping[str, str]

    def run(self, *program: str) -> str:
        """Run Python in the installation's environment and return what it printed; raise where it failed."""
        done = subprocess.run(
            [sys.executable, *program], env=self.environment, stdout=subprocess.PIPE, check=False, text=True
        )
        assert not done.returncode, done.stdout
        return done.stdout

    def verify(self) -> str:
        """Audit the database as `terrace verify` does, and return its last line."""
        return self.run("-m", "terrace.config.cli", "verify").splitlines()[-1]

    def texted(self, *words: str) -> str:
        """Return the first SMS that went out with all of these words; raise where none does within half a minute."""
        for _turn in range(60):
            for file in sorted((Path(self.environment["DATA_DIR"]) / "outbox").glob("*-sms.txt")):
                text = file.read_text("utf-8")
                if all(word in text for word in words):
                    return text
            time.sleep(0.5)
        raise AssertionError(f"nobody was told of {words}")

    def sign_in(self, browser: BrowserContext, who: str, **choices: str) -> None:
        """Give a browser the cookies of one in which `who` ("" for nobody) has signed in and made `choices`."""
        kept = {**choices, **({"sessionid": self.sessions[who]} if who else {})}
        browser.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in kept.items()])


@contextlib.contextmanager
def running(folder: Path, name: str, *, pictured: str) -> Iterator[Site]:
    """Run an installation with its data in `folder` and its own database `name`; for pictures in `pictured`, larger."""
    with _database(name) as address:
        port = _free_port()
        environment = _environment(folder, address, port)
        world = _fill(environment, pictured)
        with _server(environment, folder, port):
            yield Site(f"http://127.0.0.1:{port}", environment=environment, **world)


@contextlib.contextmanager
def _database(name: str) -> Iterator[str]:
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{name}" template "{template.migrated()}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'drop database "{name}" with (force)')


def _environment(folder: Path, address: str, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TERRACE_", "PYTEST_"))}
    return kept | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": address,
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "terrace.config.settings",
        "TERRACE_WEB_PROCESSES": "1",
        "TERRACE_SECRET_KEY": "only-for-browser-tests-" * 3,
        "TERRACE_FIELD_KEY": base64.b64encode(b"only-for-browser-tests-32-bytes!").decode(),
    }


def _fill(environment: Mapping[str, str], pictured: str) -> dict[str, Any]:
    program = f"import django; django.setup(); from tests.browser import world; world.fill(pictured={pictured!r})"
    filled = subprocess.run(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, Any] = json.loads(filled.stdout)
    return found


@contextlib.contextmanager
def _server(environment: dict[str, str], folder: Path, port: int) -> Iterator[None]:
    log = folder / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "terrace.config.cli", "run"], env=environment, stdout=output, stderr=output
        )
        try:
            _wait_until_ready(process, port, log)
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"The site does not start:\n{log.read_text()[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
