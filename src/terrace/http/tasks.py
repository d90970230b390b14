"""Jobs of the http room."""

from procrastinate.contrib.django import app

from terrace.http import idempotency
from terrace.kernel import clock


@app.periodic(cron="43 2 * * *")
@app.task(name="http.forget_answers", queueing_lock="http.forget_answers")
def forget_answers(timestamp: int) -> int:
    """Forget the answers to writes that nobody will repeat any more."""
    return idempotency.forget_old(now=clock.now())
