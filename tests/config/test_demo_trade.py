"""What the demo traded: goods came in, orders went out, money was shared, and work is left on every desk."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F, Sum

from terrace.accounts.models import Person
from terrace.config import demo
from terrace.config.actors import actor_for
from terrace.config.demo.scales import SMALL
from terrace.kernel.actors import Actor
from terrace.ledger.models import Entry, Operator, PayoutRun, Transfer
from terrace.logistics.models import Parcel, Tour
from terrace.market.domain import OrderStatus
from terrace.market.models import Dispute, Offer, Order, Refund, Repayment, Review
from terrace.market.queries import recalled_orders
from terrace.registry.models import Household, Party
from terrace.sourcing.models import Mandate, Purchase
from terrace.statistics import queries as statistics
from terrace.statistics.domain import FigureKind, Period, Span
from terrace.traceability.models import Inspection, InspectionResult, Lot, LotEvent
from terrace.web import workspaces
from tests.config.conftest import DAY

pytestmark = pytest.mark.slow

FESTIVAL = date(2026, 11, 11)


def _actor(sign_in: str) -> Actor:
    return actor_for(Person.objects.get(username=sign_in))


@pytest.mark.django_db
def test_nothing_is_wrong_with_the_books_of_the_demo(small: demo.Loaded) -> None:
    told = StringIO()

    call_command("verify", stdout=told)

    assert " 0 problems" in told.getvalue()


def test_orders_stand_in_every_state_and_most_are_completed(small: demo.Loaded) -> None:
    states = Counter(Order.objects.values_list("status", flat=True))

    assert {"paid", "shipped", "delivered", "completed", "expired", "cancelled"} <= set(states)
    assert states["completed"] > Order.objects.count() / 3
    assert Order.objects.count() == SMALL.orders


def test_most_was_sold_on_the_day_of_the_festival(small: demo.Loaded) -> None:
    days = Period.of(Span.MONTH, DAY).so_far(DAY)
    measured = statistics.measure("621226", [days])
    sold = {on: tally.get(FigureKind.SALES, 0) for on, tally in measured.items()}

    assert max(sold, key=lambda on: sold[on]) == FESTIVAL


def test_goods_came_in_by_tours_some_of_them_late(small: demo.Loaded) -> None:
    assert Purchase.objects.count() == SMALL.purchases
    assert Purchase.objects.filter(voided_at__isnull=False).count() == 1
    assert Lot.objects.exclude(grade="").count() > SMALL.purchases / 2
    finished = Tour.objects.filter(status="finished")
    late = [tour for tour in finished if tour.finished_at.hour >= 11]  # seven in the evening in Longnan
    assert 0 < len(late) < finished.count()


def test_some_of_it_went_wrong_and_came_right(small: demo.Loaded) -> None:
    assert Refund.objects.exists()
    assert {"settled"} <= set(Dispute.objects.values_list("status", flat=True))
    assert Review.objects.count() > 5


def test_goods_were_tested_some_were_spoilt_and_one_lot_was_recalled(small: demo.Loaded) -> None:
    tests = Inspection.objects.count()
    failed = InspectionResult.objects.filter(passed=False).values("inspection").distinct().count()
    assert (tests > 8, failed) == (True, 2)
    assert Lot.objects.filter(recalled_at__isnull=False, steps=0).count() >= 2
    lost = Counter(LotEvent.objects.filter(kind="lost").values_list("reason", flat=True))
    assert {"rotten", "bruised", "other"} <= set(lost)
    assert {"split", "merged"} <= set(LotEvent.objects.values_list("kind", flat=True))
    assert not Lot.objects.filter(harvested_on=None, origins__root=F("pk")).exists()


def test_what_goes_back_to_buyers_has_reached_them(small: demo.Loaded) -> None:
    states = Counter(Repayment.objects.filter(payment__provider="sandbox").values_list("status", flat=True))
    assert states["done"] > 5
    assert not Repayment.objects.exclude(problem="").exists()


def test_goods_came_back_through_the_network_and_were_paid_back(small: demo.Loaded) -> None:
    returned = Dispute.objects.get(return_waybill__startswith="W-", status="settled")
    assert Parcel.objects.get(number=returned.return_waybill).status == "delivered"
    assert returned.decided_minor == returned.order.total_minor


def test_who_bought_of_a_recalled_lot_heard_of_it_and_was_paid_back(small: demo.Loaded) -> None:
    found = recalled_orders(_actor("shop"))
    assert found.exists()
    assert Dispute.objects.filter(order__in=found, status="settled", kind="other").exists()


def test_points_have_operators_who_were_paid_what_the_points_earned(small: demo.Loaded) -> None:
    assert Operator.objects.count() >= 5
    assert Transfer.objects.filter(reason="earnings").exists()
    assert Mandate.objects.count() == 2


def test_some_households_are_named_on_their_goods_and_the_farmer_wholly(small: demo.Loaded) -> None:
    shown = Counter(Household.objects.values_list("shown_on_trace", flat=True))
    assert shown["nothing"] > shown["surname"] > shown["full"] > 5
    assert Household.objects.get(party__in=_actor("farmer").parties).shown_on_trace == "full"


def test_the_market_has_goods_of_many_sellers_with_stories_in_both_languages(small: demo.Loaded) -> None:
    offers = list(Offer.objects.filter(status="on_sale").order_by("pk"))
    sellers = Party.objects.in_bulk({offer.seller_id for offer in offers})
    assert len(offers) >= 12
    assert {"household", "cooperative", "enterprise"} <= {seller.kind for seller in sellers.values()}
    assert {offer.county_code for offer in offers} == {"621226", "621227"}
    assert all(offer.stories["zh-hans"] and offer.stories["en"] for offer in offers)
    assert sum(offer.photos.exists() for offer in offers) >= 6
    assert max(Counter((offer.seller_id, offer.product_id) for offer in offers).values()) == 1


def test_villages_have_sales_of_what_grew_there_and_the_farmer_sells_herself(small: demo.Loaded) -> None:
    days = Period.of(Span.YEAR, DAY).so_far(DAY)
    villages = statistics.measure_below("621226", {12}, days)
    assert sum(tally.get(FigureKind.SALES, 0) > 0 for tally in villages.values()) >= 3
    assert villages["621226101200"][FigureKind.REFUNDED] >= 0
    assert sum(tally.get(FigureKind.REFUNDED, 0) for tally in villages.values()) > 0
    farmer = Party.objects.get(pk__in=_actor("farmer").parties)
    assert Order.objects.filter(seller=farmer, status="completed").exists()


def test_some_outlets_have_a_profit_and_one_a_loss(small: demo.Loaded) -> None:
    month = date(DAY.year, DAY.month, 1)
    found = [one.result.profit.minor for one in statistics.ranking("621226", month) if one.has_costs]
    assert len(found) >= 5
    assert min(found) < 0 < max(found)


def test_parcels_came_down_and_a_few_were_not_wanted_and_went_back(small: demo.Loaded) -> None:
    states = Counter(Parcel.objects.filter(direction="down").values_list("status", flat=True))
    assert states["delivered"] > 30
    assert states["refused"] > 0
    assert states["returned"] > 1


def test_households_were_paid_and_paid_out(small: demo.Loaded) -> None:
    assert Entry.objects.filter(part="grower").aggregate(sum=Sum("amount_minor"))["sum"] > 1_000_000
    assert {"settled"} <= set(PayoutRun.objects.values_list("state", flat=True))


def test_work_is_left_on_every_desk(small: demo.Loaded) -> None:
    for sign_in, address in (
        ("packer", "/market/pack/"),
        ("driver", "/logistics/drive/"),
        ("shop", "/market/pack/"),
        ("clerk", "/ledger/payouts/"),
        ("clerk", "/market/payments/"),
        ("clerk", "/market/disputes/?status=with_centre"),
        ("keeper", "/sourcing/purchases/new/"),
    ):
        assert address in [todo.url for todo in workspaces.of(_actor(sign_in))["todo"]], sign_in


def test_nobody_bought_what_was_not_there(small: demo.Loaded) -> None:
    packed = Order.objects.exclude(status__in=[OrderStatus.PLACED, OrderStatus.EXPIRED, OrderStatus.CANCELLED])
    assert Parcel.objects.filter(direction="up").count() <= packed.count()
    assert not Lot.objects.filter(steps__lt=0).exists()
