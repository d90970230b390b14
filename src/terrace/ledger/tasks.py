"""Jobs of the ledger."""

from procrastinate.contrib.django import app

from terrace.ledger import services
from terrace.ledger.queries.payouts import clerk_of


@app.task(name=services.PREPARE_JOB)
def prepare_payouts(run_id: int) -> None:
    """Prepare the payouts of a run as the clerk who began it or took it up again, with what that clerk may do now."""
    services.run_preparation(run_id=run_id, by=clerk_of(run_id))
