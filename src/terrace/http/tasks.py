"""Jobs of the http room."""

from procrastinate.contrib.django import app

from terrace.http import idempotency, photo_files, shared_cache, waiting_photos
from terrace.kernel import clock


@app.periodic(cron="43 2 * * *")
@app.task(name="http.forget_answers", queueing_lock="http.forget_answers")
def forget_answers(timestamp: int) -> int:
    """Forget the answers to writes that nobody will repeat any more."""
    return idempotency.forget_old(now=clock.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="http.forget_shared_entries", queueing_lock="http.forget_shared_entries")
def forget_shared_entries(timestamp: int) -> int:
    """Sweep out what the web processes counted together and need no more."""
    return shared_cache.forget_expired(now=clock.now())


@app.periodic(cron="13 * * * *")
@app.task(name="http.sweep_waiting_photos", queueing_lock="http.sweep_waiting_photos")
def sweep_waiting_photos(timestamp: int) -> int:
    """Delete the photos whose refused form was never sent again."""
    return waiting_photos.sweep(now=clock.now())


@app.periodic(cron="45 18 * * *")
@app.task(name="http.sweep_photos", queueing_lock="http.sweep_photos")
def sweep_photos(timestamp: int) -> int:
    """Delete the files of photos that no row names."""
    return photo_files.sweep(now=clock.now())
