"""Jobs of logistics."""

from procrastinate.contrib.django import app

from terrace.logistics import services


@app.periodic(cron="20 * * * *")
@app.task(name="logistics.post_fees", queueing_lock="logistics.post_fees")
def post_fees(timestamp: int) -> int:
    """Have the fees paid that a carrier's account did not hold when the parcel was handed over."""
    return services.post_fees()


@app.periodic(cron="15 2 * * *")
@app.task(name="logistics.remind_recipients", queueing_lock="logistics.remind_recipients")
def remind_recipients(timestamp: int) -> int:
    """Remind the recipients of parcels that lie on a shelf for days."""
    return services.remind_recipients()


@app.periodic(cron="*/10 * * * *")
@app.task(name="logistics.reckon_costs", queueing_lock="logistics.reckon_costs")
def reckon_costs(timestamp: int) -> int:
    """Reckon what tours cost that came home, and share it among what they carried."""
    return services.reckon_costs()


@app.periodic(cron="40 18 * * *")
@app.task(name="logistics.empty_parcels", queueing_lock="logistics.empty_parcels")
def empty_parcels(timestamp: int) -> int:
    """Empty the recipients of parcels that ended long ago."""
    return services.empty_parcels()


@app.periodic(cron="50 18 * * *")
@app.task(name="logistics.forget_files", queueing_lock="logistics.forget_files")
def forget_files(timestamp: int) -> int:
    """Forget files of carriers that nobody handed over, and parcels that nobody placed."""
    return services.forget_files()


@app.periodic(cron="55 18 * * *")
@app.task(name="logistics.learn_roads", queueing_lock="logistics.learn_roads")
def learn_roads(timestamp: int) -> int:
    """Learn from where vehicles were how roads of townships are, before that is deleted."""
    return services.learn_from_positions()


@app.periodic(cron="10 19 * * *")
@app.task(name="logistics.forget_positions", queueing_lock="logistics.forget_positions")
def forget_positions(timestamp: int) -> int:
    """Delete where vehicles were, of longer ago than positions are kept."""
    return services.forget_positions()


@app.periodic(cron="* * * * *")
@app.task(name="logistics.send_news", queueing_lock="logistics.send_news", lock="logistics.send_news")
def send_news(timestamp: int) -> int:
    """Tell carriers by their webhooks what became of their parcels."""
    return services.send_news()


@app.periodic(cron="35 * * * *")
@app.task(name="logistics.charge_months", queueing_lock="logistics.charge_months")
def charge_months(timestamp: int) -> int:
    """Ask carriers for the minimums of months that are over, and have those paid that are owed."""
    return services.charge_months()


@app.task(name=services.SEARCH_JOB)
def search_plan(plan_id: int) -> None:
    """Search for a plan of a day as long as its dispatcher said."""
    services.run_search(plan_id=plan_id)
