"""Jobs of the market."""

from procrastinate.contrib.django import app

from terrace.kernel import clock
from terrace.market import services
from terrace.market.services.repaying import REPAY_JOB
from terrace.market.services.sandbox import NOTICE_JOB


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


@app.periodic(cron="2 * * * *")
@app.task(name="market.presume_arrived", queueing_lock="market.presume_arrived")
def presume_arrived(timestamp: int) -> int:
    """Let orders count as delivered of which no carrier said anything for long."""
    return services.presume_arrived()


@app.periodic(cron="5 * * * *")
@app.task(name="market.complete_due_orders", queueing_lock="market.complete_due_orders")
def complete_due_orders(timestamp: int) -> int:
    """Share the money of delivered orders whose days to confirm have passed."""
    return services.complete_due_orders()


@app.periodic(cron="10 * * * *")
@app.task(name="market.make_good", queueing_lock="market.make_good")
def make_good(timestamp: int) -> int:
    """Let sellers pay growers for goods that they sold and got no money for."""
    return services.make_good()


@app.periodic(cron="20 * * * *")
@app.task(name="market.pass_on_overdue", queueing_lock="market.pass_on_overdue")
def pass_on_overdue(timestamp: int) -> int:
    """Pass disputes on to the centre in which one side did not answer in time."""
    return services.pass_on_overdue()


@app.periodic(cron="* * * * *")
@app.task(name="market.ask_providers", queueing_lock="market.ask_providers")
def ask_providers(timestamp: int) -> int:
    """Ask the payment providers for notices that never came."""
    return services.ask_providers()


@app.periodic(cron="40 * * * *")
@app.task(name="market.ask_about_ended", queueing_lock="market.ask_about_ended")
def ask_about_ended(timestamp: int) -> int:
    """Ask the payment providers about payments that are over: what came and was not told goes back."""
    return services.ask_about_ended()


@app.periodic(cron="* * * * *")
@app.task(name="market.expire_payments", queueing_lock="market.expire_payments")
def expire_payments(timestamp: int) -> int:
    """End what was not paid in time, and put the goods back into stock."""
    return services.expire_payments()


@app.task(name=REPAY_JOB)
def pay_back() -> int:
    """Hand what goes back to buyers to the providers."""
    return services.pay_back_waiting(now=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="market.pay_back_left_over", queueing_lock="market.pay_back_left_over")
def pay_back_left_over(timestamp: int) -> int:
    """Try again what a provider did not take."""
    return services.pay_back_waiting(now=clock.now())


@app.task(name=NOTICE_JOB)
def send_sandbox_notices() -> int:
    """Let the sandbox provider tell this house of its payments."""
    return services.send_notices()


@app.periodic(cron="* * * * *")
@app.task(name="market.send_sandbox_notices_again", queueing_lock="market.send_sandbox_notices_again")
def send_sandbox_notices_again(timestamp: int) -> int:
    """Let the sandbox provider try again what was not taken."""
    return services.send_notices()


@app.periodic(cron="25 19 * * *")
@app.task(name="market.empty_old_orders", queueing_lock="market.empty_old_orders")
def empty_old_orders(timestamp: int) -> int:
    """Empty the recipients of orders that ended long ago."""
    return services.empty_old_orders()
