"""The job queue looks after itself."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from terrace.config import tasks


def interrupted_job(*, silent_seconds: int) -> int:
    """Return a job that a worker was doing when it was last heard of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_seconds],
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts, worker_id) "
            "VALUES ('default', 'sourcing.expire', 0, '{}', 'doing', 0, %s) RETURNING id",
            [worker],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(("silent_seconds", "status"), [(300, "todo"), (5, "doing")])
@pytest.mark.django_db
def test_the_job_of_a_dead_worker_is_done_again_and_that_of_a_living_one_is_left(
    silent_seconds: int, status: str
) -> None:
    job = interrupted_job(silent_seconds=silent_seconds)

    async_to_sync(tasks.retry_stalled_jobs.func)(0)

    assert ProcrastinateJob.objects.get(pk=job).status == status
