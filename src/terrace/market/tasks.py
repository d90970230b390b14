"""Jobs of the market."""

from procrastinate.contrib.django import app

from terrace.market import services


@app.periodic(cron="12 * * * *")  # each hour: whatever the time zone of the installation, soon after its midnight
@app.task(name="market.end_passed_offers", queueing_lock="market.end_passed_offers")
def end_passed_offers(timestamp: int) -> int:
    """End the offers whose last day has passed."""
    return services.end_passed_offers()


@app.periodic(cron="35 18 * * *")
@app.task(name="market.refresh_search", queueing_lock="market.refresh_search")
def refresh_search(timestamp: int) -> int:
    """Renew what offers are found by."""
    return services.refresh_search()


@app.periodic(cron="45 18 * * *")
@app.task(name="market.sweep_photos", queueing_lock="market.sweep_photos")
def sweep_photos(timestamp: int) -> int:
    """Delete the files of photos that no offer names."""
    return services.sweep_photos()


@app.periodic(cron="5 * * * *")
@app.task(name="market.complete_due_orders", queueing_lock="market.complete_due_orders")
def complete_due_orders(timestamp: int) -> int:
    """Share the money of delivered orders whose days to confirm have passed."""
    return services.complete_due_orders()


@app.periodic(cron="20 * * * *")
@app.task(name="market.pass_on_overdue", queueing_lock="market.pass_on_overdue")
def pass_on_overdue(timestamp: int) -> int:
    """Pass disputes on to the centre in which one side did not answer in time."""
    return services.pass_on_overdue()
