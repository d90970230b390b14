"""Jobs of messaging."""

from procrastinate.contrib.django import app

from terrace.kernel import clock
from terrace.messaging import services


@app.task(name=services.SEND_JOB)
def send_messages() -> None:
    """Send what waits to be sent."""
    services.send_waiting(now=clock.now())


@app.periodic(cron="*/2 * * * *")
@app.task(name="messaging.send_left_over")
def send_left_over(timestamp: int) -> None:
    """Send what a failed gateway or a dead process left behind."""
    services.send_waiting(now=clock.now())


@app.periodic(cron="23 3 * * *")
@app.task(name="messaging.drop_old_messages", queueing_lock="messaging.drop_old_messages")
def drop_old_messages(timestamp: int) -> None:
    """Let go of messages, and the addresses in them, that were sent or given up a while ago."""
    services.drop_old_messages(now=clock.now())
