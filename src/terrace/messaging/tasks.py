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
