"""Lists of accounts, of what came and went on one, and of payouts."""

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import PayoutState
from terrace.ledger.models import Payout, PayoutRun
from terrace.registry.models import Party
from terrace.registry.services import AccountGiven, set_account
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast


def _paid(party: Party, number: int) -> None:
    """Let money come in for a party by the bank."""
    reference = f"bank {party.number} {number}"
    ledger.deposit(by=SYSTEM, party=party, amount=Money(5_000, "CNY"), bank_reference=reference)


def _account(cast: Cast, number: int) -> None:
    _owner(number)


def _owner(number: int) -> Party:
    """Open the account of a household of its own."""
    household: Party = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    _paid(household, number)
    return household


def _movement(cast: Cast, number: int) -> None:
    assert cast.buyer.party is not None
    _paid(cast.buyer.party, number)


def _banked(number: int) -> Party:
    """Open the account of a household of its own, with a bank account to pay out to."""
    household = _owner(number)
    given = AccountGiven("Farmers' Bank", household.name, f"62284804025648{90_000 + number}")
    set_account(by=SYSTEM, party=household, version=household.version, given=given)
    return household


def _run(cast: Cast, number: int) -> None:
    """Pay out to a household of its own, by a run of its own."""
    _banked(number)
    given = ledger.PayoutsGiven(VILLAGE[:6], Money(100, "CNY"), "Sales")
    ledger.prepare_payouts(by=cast.clerk.actor, given=given)


def _payout(cast: Cast, number: int) -> None:
    """Put a payout more into the run that there is, as if it had been prepared with the others."""
    household = _banked(number)
    run = PayoutRun.objects.filter(area_path=VILLAGE[:6]).order_by("pk")[0]
    Payout.objects.create(
        number=f"Z-TEST{number:04}",
        run=run,
        party=household,
        account=ledger.account_of_party(household.pk),
        amount_minor=5_000,
        currency="CNY",
        prepared_at=clock.now(),
        area_path=household.area_path,
        county_code=household.county_code,
    )


def _refused(cast: Cast, number: int) -> None:
    """Put a payout more into the run, and let the bank refuse it."""
    _payout(cast, number)
    failed = {"state": PayoutState.FAILED, "ended_on": clock.today(), "answer": "unknown account"}
    Payout.objects.filter(number=f"Z-TEST{number:04}").update(**failed)


PAGES = {
    "ledger:account": Case(_movement, about="account"),
    "ledger:accounts": Case(_account),
    "ledger:came_back": Case(_refused, reader="clerk"),
    "ledger:run": Case(_payout, reader="clerk", about="payout_run"),
    "ledger:run_without_account": Case(_account, reader="clerk", about="payout_run"),
    "ledger:runs": Case(_run, reader="clerk"),
}
REST = {
    "/ledger/accounts": PAGES["ledger:accounts"],
    "/ledger/payout-runs": PAGES["ledger:runs"],
    "/ledger/payouts": PAGES["ledger:runs"],
}
