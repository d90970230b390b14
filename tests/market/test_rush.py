"""After a rush many payments expire at once: their goods are in stock again within the minute."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from terrace.kernel import clock
from terrace.market import services
from terrace.market.domain import PaymentStatus
from terrace.market.models import Offer, Payment, Sending
from terrace.market.services import stopping
from tests.conftest import Cast
from tests.market.orders import make_offer, place
from tests.market.test_payments import charged

RUSH = 7


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read two payments at a time."""
    monkeypatch.setattr(stopping, "BATCH", 2)


@pytest.fixture
def offer(cast: Cast) -> Offer:
    assert cast.buyer.party
    return make_offer(cast.buyer.party, stock=20)


@pytest.fixture
def rush(offer: Offer) -> list[Payment]:
    """Many payments of one moment: what they are due by does not tell them apart."""
    payments = [place({offer: 1}).payment for _buyer in range(RUSH)]
    Payment.objects.update(pay_by=payments[-1].pay_by)
    return list(Payment.objects.order_by("pk"))


def after(rush: list[Payment]) -> datetime:
    """Return when the time to pay is over."""
    return rush[-1].pay_by + timedelta(seconds=1)


def statuses() -> list[str]:
    """Return where the payments stand, the oldest first."""
    return list(Payment.objects.order_by("pk").values_list("status", flat=True))


def fails_for(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the end of one payment fail, as a broken row would."""
    stop: Callable[..., None] = stopping._stop

    def fails(by: Any, found: Payment, *rest: Any) -> None:
        if found.pk == payment.pk:
            raise RuntimeError("broken row")
        stop(by, found, *rest)

    monkeypatch.setattr(stopping, "_stop", fails)


def test_one_run_ends_all_of_them_however_small_its_batches(offer: Offer, rush: list[Payment]) -> None:
    assert services.expire_payments(now=after(rush)) == RUSH

    assert statuses() == [PaymentStatus.EXPIRED] * RUSH
    assert Offer.objects.get(pk=offer.pk).available == offer.stocked


def test_one_that_fails_in_the_first_batch_is_tried_once_and_stops_no_other(
    rush: list[Payment], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails_for(rush[0], monkeypatch)

    assert services.expire_payments(now=after(rush)) == RUSH - 1

    assert statuses() == [PaymentStatus.WAITING] + [PaymentStatus.EXPIRED] * (RUSH - 1)
    assert caplog.text.count("_expire failed") == 1


def test_those_not_due_yet_are_left(rush: list[Payment]) -> None:
    later = rush[3].pay_by + timedelta(hours=1)
    Payment.objects.filter(pk__in=[rush[3].pk, rush[4].pk]).update(pay_by=later)

    assert services.expire_payments(now=after(rush)) == RUSH - 2

    assert statuses()[3:5] == [PaymentStatus.WAITING] * 2


def test_a_run_whose_time_is_over_leaves_the_rest_to_the_next_and_always_comes_on(
    offer: Offer, rush: list[Payment], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stopping, "SECONDS", 0.0)

    assert [services.expire_payments(now=after(rush)) for _minute in range(RUSH + 1)] == [1] * RUSH + [0]

    assert caplog.text.count("took all its time") == RUSH - 1
    assert Offer.objects.get(pk=offer.pk).available == offer.stocked


def test_all_lost_notices_are_asked_for_in_one_run(rush: list[Payment]) -> None:
    for payment in rush:
        charged(payment, sending=Sending.NEVER)

    assert services.ask_providers(now=clock.now() + timedelta(minutes=3)) == RUSH

    assert statuses() == [PaymentStatus.PAID] * RUSH
