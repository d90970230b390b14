"""Backups: the database and the uploaded files of one moment, in one file that says what is in it.

The keys are not in a backup. Who finds one must not be able to read the bank accounts in
it, so TERRACE_FIELD_KEY is kept elsewhere.
"""

import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from terrace.config import embedded

DUMP, MEDIA, CONTENTS = "database.dump", "media", "contents.json"


class CannotBackUp(Exception):
    """A backup cannot be made or put back; the message says why."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds: when it was made, by which PostgreSQL, how many rows each table had."""

    made_at: str
    server: int
    rows: Mapping[str, int]


def make(*, database_url: str, media: Path, target: Path) -> Contents:
    """Write a backup to `target`, readable by its owner only.

    One transaction holds the moment: the dump and the counts see the same rows. A file
    uploaded meanwhile may be in the backup without its row, never the other way round.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as room:
        dump, draft = Path(room) / DUMP, Path(room) / "draft"
        with psycopg.connect(database_url) as connection:
            contents = _dump(connection, database_url, dump)
        draft.touch(mode=0o600)
        _pack(draft, dump, media, contents)
        draft.rename(target)
    return contents


def put_back(*, source: Path, database_url: str, media: Path) -> Contents:
    """Load a backup into an empty database, all or nothing, and count what arrived."""
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media.parent, prefix=".restore-") as room, tarfile.open(source) as packed:
        _unpack(packed, Path(room))
        contents = Contents(**json.loads((Path(room) / CONTENTS).read_text()))
        with psycopg.connect(database_url) as connection:
            _refuse_full(connection, media)
            server = connection.info.server_version // 10_000
        _run("pg_restore", server, database_url, [*RESTORING, str(Path(room) / DUMP)])
        with psycopg.connect(database_url) as connection:
            _compare(contents.rows, _count(connection))
        shutil.copytree(Path(room) / MEDIA, media, dirs_exist_ok=True)
    return contents


RESTORING = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")


def _dump(connection: "psycopg.Connection[tuple[object, ...]]", database_url: str, dump: Path) -> Contents:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    snapshot = str(connection.execute("SELECT pg_export_snapshot()").fetchall()[0][0])
    rows = _count(connection)
    server = connection.info.server_version // 10_000
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}"]
    _run("pg_dump", server, database_url, options)
    return Contents(made_at=datetime.now(UTC).isoformat(timespec="seconds"), server=server, rows=rows)


def _pack(draft: Path, dump: Path, media: Path, contents: Contents) -> None:
    described = dump.with_name(CONTENTS)
    described.write_text(json.dumps(asdict(contents), indent=1))
    media.mkdir(parents=True, exist_ok=True)
    with tarfile.open(draft, "w") as packed:
        packed.add(described, CONTENTS)
        packed.add(dump, DUMP)
        packed.add(media, MEDIA)


def _unpack(packed: tarfile.TarFile, room: Path) -> None:
    """Unpack files and folders into `room` and nothing beside it (Python 3.11.2 has no filter of its own for that)."""
    for member in packed:
        target = room / member.name
        if not target.resolve().is_relative_to(room.resolve()) or not (member.isfile() or member.isdir()):
            raise CannotBackUp(f"This is not a backup of Terrace: it holds {member.name!r}.")
        if source := packed.extractfile(member):
            with source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
        else:
            target.mkdir(exist_ok=True)


def _refuse_full(connection: "psycopg.Connection[tuple[object, ...]]", media: Path) -> None:
    if tables := _tables(connection):
        raise CannotBackUp(
            f"The database is not empty: it has {len(tables)} tables. A backup is put back into an empty one, "
            "so that nothing is overwritten: name another DATA_DIR or DATABASE_URL."
        )
    if media.exists() and any(media.iterdir()):
        raise CannotBackUp(f"{media} holds uploaded files already; a backup is put back into an empty data folder.")


def _compare(expected: Mapping[str, int], found: Mapping[str, int]) -> None:
    different = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    if different:
        raise CannotBackUp(f"After loading, these tables have other numbers of rows than the backup: {different}")


def _tables(connection: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [str(name) for (name,) in found]


def _count(connection: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    counts = {}
    for table in _tables(connection):
        statement = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))
        counts[table] = int(str(connection.execute(statement).fetchall()[0][0]))
    return counts


def _run(program: str, server: int, database_url: str, arguments: list[str]) -> None:
    """Run PostgreSQL's program on the database.

    The password goes by its environment: a command line is read by everybody on the machine as long as it runs.
    """
    parts = {name: str(value) for name, value in conninfo_to_dict(database_url).items()}
    password = {"PGPASSWORD": parts.pop("password")} if "password" in parts else {}
    command = [program_for(program, server), "--dbname", make_conninfo(**parts), *arguments]
    done = subprocess.run(command, env={**os.environ, **password}, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's
    if done.returncode != 0:
        raise CannotBackUp(f"{program} failed: {done.stderr.strip()}")


def program_for(program: str, server: int) -> str:
    """Return PostgreSQL's program of the server's own version when this machine has it, else the embedded one.

    A dump by a newer program may hold settings that an older server does not know.
    """
    for found in (shutil.which(program), f"/usr/lib/postgresql/{server}/bin/{program}"):
        if found is not None and Path(found).exists() and _version(found) == server:
            return found
    return str(embedded.binaries() / program)


def _version(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - PostgreSQL's
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0
