"""A backup holds everything of one moment, and only an empty installation takes it."""

import io
import json
import stat
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from terrace.config import backup, embedded

pytestmark = pytest.mark.slow
SECRET = "salt%20%26%20pepper"


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="terrace-backup-") as folder:
        embedded.start(Path(folder), durable=False)
        yield Path(folder)
        embedded.stop(Path(folder))


class Installation:
    """A database of its own on the module's server, and a data folder."""

    def __init__(self, server: Path, name: str, data_dir: Path) -> None:
        with psycopg.connect(embedded.address(server), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        self.url = embedded.address(server, name)
        self.media = data_dir / name / "media"

    def run(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []


@pytest.fixture
def filled(server: Path, tmp_path: Path) -> Installation:
    installation = Installation(server, "filled", tmp_path)
    installation.run("CREATE TABLE notice (id int PRIMARY KEY, name text)")
    installation.run("INSERT INTO notice SELECT n, '苹果 ' || n FROM generate_series(1, 500) n")
    (installation.media / "photos").mkdir(parents=True)
    (installation.media / "photos" / "apple.webp").write_bytes(b"\x00photo\xff")
    return installation


@pytest.fixture
def empty(server: Path, tmp_path: Path) -> Installation:
    return Installation(server, "empty", tmp_path)


def test_what_was_backed_up_comes_back_the_same(filled: Installation, empty: Installation, tmp_path: Path) -> None:
    target = tmp_path / "terrace.backup"

    made = backup.make(database_url=filled.url, media=filled.media, target=target)
    put_back = backup.put_back(source=target, database_url=empty.url, media=empty.media)

    everything = "SELECT * FROM notice ORDER BY id"
    assert (made, made.rows) == (put_back, {"notice": 500})
    assert empty.run(everything) == filled.run(everything)
    assert (empty.media / "photos" / "apple.webp").read_bytes() == b"\x00photo\xff"


def test_a_backup_is_for_its_owners_eyes_and_leaves_nothing_beside_it(filled: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    backup.make(database_url=filled.url, media=filled.media, target=folder / "one")

    assert stat.S_IMODE((folder / "one").stat().st_mode) == 0o600
    assert [left.name for left in folder.iterdir()] == ["one"]


def test_no_command_line_shows_the_password(
    filled: Installation, empty: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, run = tmp_path / "terrace.backup", subprocess.run
    shown: list[str] = []
    handed: list[str | None] = []

    def look(command: list[str], **options: Any) -> Any:
        shown.extend(command)
        if "--dbname" in command:
            handed.append((options.get("env") or {}).get("PGPASSWORD"))
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", look)
    made = backup.make(database_url=f"{filled.url}&password={SECRET}", media=filled.media, target=target)
    backup.put_back(source=target, database_url=f"{empty.url}&password={SECRET}", media=empty.media)

    assert [part for part in shown if "salt" in part] == []
    assert handed == ["salt & pepper"] * 2
    assert empty.run("SELECT count(*) FROM notice") == [(made.rows["notice"],)]


def test_a_full_database_is_left_as_it_is(filled: Installation, tmp_path: Path) -> None:
    target = tmp_path / "terrace.backup"
    backup.make(database_url=filled.url, media=filled.media, target=target)
    filled.run("DELETE FROM notice WHERE id > 3")

    with pytest.raises(backup.CannotBackUp, match="not empty"):
        backup.put_back(source=target, database_url=filled.url, media=filled.media)

    assert filled.run("SELECT count(*) FROM notice") == [(3,)]


def test_uploaded_files_are_not_overwritten(filled: Installation, empty: Installation, tmp_path: Path) -> None:
    target = tmp_path / "terrace.backup"
    backup.make(database_url=filled.url, media=filled.media, target=target)
    empty.media.mkdir(parents=True)
    (empty.media / "pear.webp").write_bytes(b"pear")

    with pytest.raises(backup.CannotBackUp, match="uploaded files already"):
        backup.put_back(source=target, database_url=empty.url, media=empty.media)

    assert empty.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


def test_a_failed_backup_leaves_the_former_one(filled: Installation, tmp_path: Path) -> None:
    target = tmp_path / "terrace.backup"
    target.write_text("the former one")

    with pytest.raises(psycopg.OperationalError):
        backup.make(database_url=f"{filled.url}&dbname=missing", media=filled.media, target=target)

    assert target.read_text() == "the former one"


def test_rows_that_did_not_arrive_are_told(filled: Installation, empty: Installation, tmp_path: Path) -> None:
    target, forged = tmp_path / "terrace.backup", tmp_path / "forged.backup"
    backup.make(database_url=filled.url, media=filled.media, target=target)
    with tarfile.open(target) as packed, tarfile.open(forged, "w") as other:
        for member in packed:
            content = packed.extractfile(member)
            body = content.read() if content else b""
            if member.name == backup.CONTENTS:
                body = json.dumps({**json.loads(body), "rows": {"notice": 501}}).encode()
                member.size = len(body)
            other.addfile(member, io.BytesIO(body))

    with pytest.raises(backup.CannotBackUp, match="notice"):
        backup.put_back(source=forged, database_url=empty.url, media=empty.media)


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE])
def test_a_file_that_reaches_out_of_its_folder_is_no_backup(kind: bytes, empty: Installation, tmp_path: Path) -> None:
    hostile = tarfile.TarInfo("../beside" if kind == tarfile.REGTYPE else "inside")
    hostile.type, hostile.linkname = kind, "/etc/hostname"
    with tarfile.open(tmp_path / "hostile", "w") as packed:
        packed.addfile(hostile, io.BytesIO(b""))

    with pytest.raises(backup.CannotBackUp, match="not a backup"):
        backup.put_back(source=tmp_path / "hostile", database_url=empty.url, media=empty.media)

    assert not (empty.media.parent / "beside").exists()
    assert empty.run("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []
