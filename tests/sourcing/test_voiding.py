"""Voiding a purchase: all of it is given back, on its own day, by who may, while nothing else has happened."""

from datetime import timedelta
from typing import Any

import pytest

from terrace.audit.models import Act
from terrace.kernel.errors import DomainError
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.sourcing import queries, services
from terrace.sourcing.domain import PaidState, Status
from terrace.sourcing.models import Purchase
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.models import Lot
from tests.amounts import fen, grams
from tests.conftest import Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import balance, bought, fund, given, noticed


def _voided(cast: Cast, purchase: Purchase, **changes: Any) -> Purchase:
    usual: dict[str, Any] = {"by": cast.keeper.actor, "purchase": purchase, "reason": "Wrong crates", "now": NOW}
    return services.void_purchase(**{**usual, **changes})


def test_voiding_gives_everything_back(cast: Cast) -> None:
    notice = noticed(cast)
    purchase = _voided(cast, bought(cast, notice=notice.number))
    assert (purchase.state, purchase.paid, purchase.owed) == (PaidState.VOID, fen(0), fen(0))
    assert (balance(cast.farmer), balance(cast.buyer)) == (0, 10_000_000)
    assert Lot.objects.get().left == grams(0)
    notice.refresh_from_db()
    assert (notice.quantity, notice.standing) == (grams(800_000), Status.OPEN)
    assert queries.purchases_of_lots([purchase.lot_id]) == {}
    assert Act.objects.get(act="sourcing.void_purchase").details["reason"] == "Wrong crates"
    with pytest.raises(services.AlreadyVoided):
        _voided(cast, purchase)


def test_voiding_opens_the_notice_that_the_purchase_ended(cast: Cast) -> None:
    notice = noticed(cast)
    _voided(cast, bought(cast, notice=notice.number, ends_notice=True))
    notice.refresh_from_db()
    assert (notice.quantity, notice.standing) == (grams(800_000), Status.OPEN)


def _stands(cast: Cast, purchase: Purchase) -> None:
    purchase.refresh_from_db()
    assert not purchase.is_void
    assert (balance(cast.farmer), purchase.paid) == (46_000, fen(46_000))
    assert not Act.objects.filter(act="sourcing.void_purchase").exists()


def test_a_purchase_of_yesterday_is_not_voided(cast: Cast) -> None:
    purchase = bought(cast)
    with pytest.raises(services.TooLate):
        _voided(cast, purchase, now=NOW + timedelta(days=1))
    _stands(cast, purchase)


@pytest.mark.parametrize(("weighed", "voided", "is_same_day"), [(-3, -1, True), (13, 15, False)])
def test_the_day_of_a_purchase_is_that_of_the_place(cast: Cast, weighed: int, voided: int, is_same_day: bool) -> None:
    """NOW is ten in the morning there: at seven the day of Greenwich is the one before, at one it is still the same."""
    fund(cast)
    at = NOW + timedelta(hours=weighed)
    purchase = services.record_purchase(by=cast.keeper.actor, given=given(cast), now=at)
    later = NOW + timedelta(hours=voided)
    if is_same_day:
        assert _voided(cast, purchase, now=later).is_void
        return
    with pytest.raises(services.TooLate):
        _voided(cast, purchase, now=later)
    _stands(cast, purchase)


def test_voiding_wants_a_reason_and_somebody_who_may(cast: Cast) -> None:
    purchase = bought(cast)
    for changes in ({"reason": "  "}, {"reason": "621226188501011233"}, {"by": cast.farmer.actor}):
        with pytest.raises(DomainError):
            _voided(cast, purchase, **changes)
    _stands(cast, purchase)


def test_a_lot_that_was_touched_keeps_its_purchase(cast: Cast) -> None:
    purchase = bought(cast)
    lot = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    tracing.split_lot(by=cast.keeper.actor, lot=lot, parts=[grams(10_000)], now=NOW)
    with pytest.raises(tracing.LotTouched):
        _voided(cast, purchase)
    _stands(cast, purchase)


def test_a_farmer_who_spent_the_money_keeps_the_purchase(cast: Cast) -> None:
    purchase = bought(cast)
    own, bank = ledger.account_of_party(purchase.producer_id), ledger.house_account(AccountKind.BANK)
    legs = (Leg(own.pk, fen(-1), Part.GROWER), Leg(bank.pk, fen(1), Part.BANK))
    ledger.post(by=cast.clerk.actor, draft=Draft(Reason.PAYOUT_PAID, "payout/1", legs, "payout/1"), now=NOW)
    with pytest.raises(services.ProducerSpentIt):
        _voided(cast, purchase)
    purchase.refresh_from_db()
    assert (purchase.paid, balance(cast.farmer)) == (fen(46_000), 45_999)
    assert Lot.objects.get().left == grams(92_000)
