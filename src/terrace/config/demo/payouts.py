"""Money goes out: the clerk pays out to the households' bank accounts every other week, and the bank answers."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from terrace.config.demo.centre import Centre
from terrace.config.demo.firms import BANK, account_number
from terrace.config.demo.moments import moment
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.wording import Wording
from terrace.http.workbooks import GivenRow
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.models import PayoutRun
from terrace.ledger.services import NothingToPay, PayoutsGiven
from terrace.registry import services as registry
from terrace.registry.services import AccountGiven

RUNS = (50, 36, 22, 8)
"""How many days before the demo's day; the bank answers the next day, and has not yet answered the last."""
PURPOSE = Wording("货款", "For goods")
REASON = Wording("账号有误", "No such account")
FAILS_EVERY = 9


def note_payouts(timeline: Timeline, centre: Centre, villages: Iterable[str]) -> None:
    """Note the runs of payouts of a county, and the bank accounts of these villages that they go to."""
    world = centre.world
    timeline.note(moment(world.day - timedelta(days=RUNS[0] + 2), 10), partial(_enter_accounts, centre, villages))
    for days in RUNS:
        run = RunStory(centre)
        timeline.note(moment(world.day - timedelta(days=days), 16), run.prepare)
        if days != RUNS[-1]:
            timeline.note(moment(world.day - timedelta(days=days - 1), 11), run.book)
    timeline.note(moment(world.day - timedelta(days=1), 16.5), RunStory(centre).prepare_only)


def _enter_accounts(centre: Centre, villages: Iterable[str]) -> None:
    """Enter the bank accounts of the villages' households; a few have none yet."""
    world = centre.world
    for village in villages:
        for number, household in enumerate(world.households[village]):
            if number % 7 == 6:
                continue
            party = household.party
            party.refresh_from_db()
            given = AccountGiven(world.write(BANK), party.name, account_number(world))
            registry.set_account(by=centre.clerk, party=party, version=party.version, given=given)


class RunStory:
    """One run: prepared, handed to the bank, answered."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.run: PayoutRun | None = None

    def prepare_only(self) -> None:
        """Prepare it; the clerk hands it to the bank tomorrow."""
        minimum = Money(10_000, current().currency)
        given = PayoutsGiven(self.centre.county, minimum, self.centre.world.write(PURPOSE))
        try:
            self.run = ledger.prepare_payouts(by=self.centre.clerk, given=given)
        except NothingToPay:
            self.run = None

    def prepare(self) -> None:
        """Prepare it and hand it to the bank."""
        self.prepare_only()
        if self.run is not None and self.run.payouts.exists():
            ledger.export_payouts(by=self.centre.clerk, run=self.run)
            self.run.refresh_from_db()

    def book(self) -> None:
        """Book the bank's answer: paid, but for one now and then."""
        if self.run is None or not self.run.payouts.exists():
            return
        rows = [self._row(number, payout.number) for number, payout in enumerate(self.run.payouts.order_by("pk"), 2)]
        ledger.book_results(by=self.centre.clerk, run=self.run, rows=rows)

    def _row(self, number: int, payout: str) -> GivenRow:
        fails = number % FAILS_EVERY == 0
        values = {"payout": payout, "result": "failed" if fails else "paid", "on": clock.today().isoformat()}
        return GivenRow("bank", number, {**values, "reason": self.centre.world.write(REASON) if fails else ""})
