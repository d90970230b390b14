"""Housekeeping of the job queue itself; the jobs of a context are in its own `tasks.py`."""

from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app

SILENT_SECONDS = 60  # a worker reports every 10 seconds
KEPT_HOURS = 7 * 24


@app.periodic(cron="* * * * *")
@app.task(name="config.retry_stalled_jobs", queueing_lock="config.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Put the jobs of a worker that was killed back into the queue: every job may be done twice."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="config.remove_old_jobs", queueing_lock="config.remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Forget jobs that were done a week ago; failed ones stay until a person has looked at them."""
    await builtin_tasks.remove_old_jobs(context, max_hours=KEPT_HOURS)
