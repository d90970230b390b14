"""Jobs of sourcing."""

from procrastinate.contrib.django import app

from terrace.sourcing import services


@app.periodic(cron="10 * * * *")  # each hour: whatever the time zone of the installation, soon after its midnight
@app.task(name="sourcing.expire_notices", queueing_lock="sourcing.expire_notices")
def expire_notices(timestamp: int) -> int:
    """End the notices whose window has passed."""
    return services.expire_notices()


@app.periodic(cron="25 18 * * *")
@app.task(name="sourcing.sweep_photos", queueing_lock="sourcing.sweep_photos")
def sweep_photos(timestamp: int) -> int:
    """Delete the files of photos that no notice names."""
    return services.sweep_photos()
