"""Two answers for machines: is this process alive, and can it do its work."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

# A worker reports every 10 seconds; three reports missed means that nobody works.
WORKER_SILENCE = datetime.timedelta(seconds=30)

_migrated = False


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Say that this process answers; asks nothing of the database."""
    return JsonResponse({"status": "ok", "release": settings.ENV.release})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether the database, its tables and the job queue are there; 503 when one is not.

    A silent worker is reported and does not take the site out of service: pages work without it.
    """
    checks = {"database": _check(_database), "migrations": _check(_migrations), "jobs": _check(_jobs)}
    is_ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ready" if is_ready else "not ready", **checks}, status=200 if is_ready else 503)


def _check(probe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"ok": True, **probe()}
    except DatabaseError as problem:
        # The kind only: the text may name hosts and users, and this page is open to everybody.
        return {"ok": False, "problem": type(problem).__name__}
    except _NotReady as problem:
        return {"ok": False, "problem": str(problem)}


class _NotReady(Exception):
    """A probe was answered, and the answer is no."""


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {}


def _migrations() -> dict[str, Any]:
    """Compare the files with the database; a yes stays true for the life of this process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            raise _NotReady(f"{len(waiting)} migrations are not applied")
        _migrated = True
    return {}


def _jobs() -> dict[str, Any]:
    waiting = ProcrastinateJob.objects.filter(status="todo").count()
    heard = ProcrastinateWorker.objects.aggregate(at=Max("last_heartbeat"))["at"]
    age = (timezone.now() - heard).total_seconds() if heard else None
    return {
        "waiting": waiting,
        "worker": age is not None and age < WORKER_SILENCE.total_seconds(),
        "worker_heartbeat_seconds": round(age, 1) if age is not None else None,
    }
