"""The database that all others of a run are copies of: one for each worker, and one for the installation to visit."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg


def migrated() -> str:
    """Return the name of an empty database with all tables, which the first process of the run that asks makes.

    To copy it takes a moment, to run all migrations half a minute of a core.
    """
    place, server, name = _place(), os.environ["DATABASE_URL"], _name()
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'create database "{name}"')
            address = urlsplit(server)._replace(path=f"/{name}").geturl()
            migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
            subprocess.run(migrate, env=os.environ | {"DATABASE_URL": address}, check=True)
            place.touch()
    return name


def drop() -> None:
    """Drop it at the end of the run, if it was made: the server may outlive the run."""
    if _place().exists():
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f'drop database "{_name()}"')


def _place() -> Path:
    """Return the file that says that it is there, in the folder that is this run's own."""
    return Path(os.environ["DATA_DIR"], "migrated")


def _name() -> str:
    return f"{_place().parent.name}-migrated"
