"""Machines learn whether a process lives and whether it can do its work."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from terrace.config import health


@pytest.fixture(autouse=True)
def _forget_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def hear_from_worker(*, ago: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [timezone.now() - ago])


def test_a_process_is_alive_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "release": ""})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_answers_are_never_kept_and_need_no_sign_in(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_is_ready_with_database_tables_and_queue(client: Client) -> None:
    hear_from_worker(ago=timedelta(seconds=4))

    answer = client.get("/readyz")

    found = answer.json()
    assert (answer.status_code, found["status"]) == (200, "ready")
    assert (found["database"], found["migrations"]) == ({"ok": True}, {"ok": True})
    assert 4 <= found["jobs"].pop("worker_heartbeat_seconds") < 60  # a busy machine is slow to answer
    assert found["jobs"] == {"ok": True, "waiting": 0, "worker": True}


@pytest.mark.parametrize(("ago", "seconds"), [(None, None), (timedelta(minutes=5), 300)])
@pytest.mark.django_db
def test_a_silent_worker_is_reported_and_pages_go_on(
    client: Client, ago: timedelta | None, seconds: float | None
) -> None:
    if ago is not None:
        hear_from_worker(ago=ago)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["jobs"]["worker"] is False
    assert answer.json()["jobs"]["worker_heartbeat_seconds"] == pytest.approx(seconds, abs=2)


@pytest.mark.django_db
def test_is_not_ready_while_migrations_wait(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sourcing'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"]["ok"] is False
    assert "not applied" in answer.json()["migrations"]["problem"]


@pytest.mark.django_db
def test_is_not_ready_without_the_tables_of_the_queue(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_workers RENAME TO moved_away")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["jobs"]) == (503, {"ok": False, "problem": "ProgrammingError"})


@pytest.mark.django_db
def test_does_not_tell_the_public_why_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError('connection to server at "10.1.2.3" failed: user "terrace"')

    monkeypatch.setattr(connection, "cursor", refuse)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] == {"ok": False, "problem": "OperationalError"}
