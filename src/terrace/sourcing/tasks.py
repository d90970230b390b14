"""Jobs of sourcing."""

from procrastinate.contrib.django import app

from terrace.sourcing import services


@app.periodic(cron="10 * * * *")  # each hour: whatever the time zone of the installation, soon after its midnight
@app.task(name="sourcing.expire_notices", queueing_lock="sourcing.expire_notices")
def expire_notices(timestamp: int) -> int:
    """End the notices whose window has passed."""
    return services.expire_notices()
