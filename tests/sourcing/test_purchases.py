"""Weighing and buying at the point: what is written, who may, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, transaction

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger.models import Transfer
from terrace.messaging.models import Notice
from terrace.registry import services as registry
from terrace.registry.models import Party
from terrace.sourcing import queries, services
from terrace.sourcing.domain import PaidState, PayRule, Permission, Status
from terrace.sourcing.models import Purchase, PurchasePayment
from terrace.traceability import queries as lots
from terrace.traceability.models import Lot
from tests import factories
from tests.amounts import fen, grams
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, Cast
from tests.sourcing.conftest import NOW, TODAY
from tests.sourcing.purchases import balance, bought, fund, given, noticed, unit_of


def _priced(cast: Cast, minor: int, on: date = TODAY, variety: str = "fuji") -> None:
    area = cast.centre.actor.paths(Permission.PRICES)[0]
    price = services.PriceGiven(
        product="apple", on=on, area=area, price=fen(minor), variety=variety, sure_of_price=True
    )
    services.set_reference_price(by=cast.centre.actor, given=price, now=NOW)


def _nothing_was_bought(cast: Cast) -> None:
    assert not Purchase.objects.exists()
    assert not Lot.objects.exists()
    assert not PurchasePayment.objects.exists()
    assert not Act.objects.filter(act="sourcing.record_purchase").exists()
    assert balance(cast.farmer) == 0


def test_the_keeper_weighs_and_the_farmer_is_paid_at_once(cast: Cast) -> None:
    _priced(cast, 420)
    purchase = bought(cast)
    assert (purchase.net, purchase.payable) == (grams(92_000), grams(92_000))
    assert (purchase.amount, purchase.premium, purchase.paid) == (fen(46_000), fen(7_360), fen(46_000))
    assert purchase.state is PaidState.PAID
    assert (balance(cast.farmer), balance(cast.buyer)) == (46_000, 10_000_000 - 46_000)
    transfer = Transfer.objects.get(reference=purchase.reference)
    assert (transfer.reason, transfer.key) == ("purchase", f"{purchase.reference}/paid")
    act = Act.objects.get(act="sourcing.record_purchase")
    assert (act.subject_id, act.person_id) == (str(purchase.pk), cast.keeper.person.pk)
    assert "Zhao" not in str(act.details)


def test_the_lot_is_what_was_weighed_and_comes_from_the_farmers_village(cast: Cast) -> None:
    purchase = bought(cast, harvested_on=date(2026, 9, 19))
    lot = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    assert (lot.left, lot.producer_id, lot.harvested_on) == (grams(92_000), purchase.producer_id, date(2026, 9, 19))
    assert cast.farmer.party is not None
    assert (lot.area_id, lot.unit_at_id) == (cast.farmer.party.area_id, purchase.unit_id)
    assert queries.purchases_of_lots([lot.pk]) == {lot.pk: purchase}


def test_both_sides_are_told(cast: Cast) -> None:
    purchase = bought(cast)
    told = {notice.person_id: notice.text for notice in Notice.objects.filter(url__contains=purchase.number)}
    assert set(told) == {cast.farmer.person.pk, cast.buyer.person.pk}
    assert told[cast.farmer.person.pk].replace("\N{NO-BREAK SPACE}", " ") == "92 kg Fuji, CN¥460.00, paid"


def test_at_grading_and_at_sale_nothing_is_paid_yet(cast: Cast) -> None:
    for rule, state in ((PayRule.AT_GRADING, PaidState.AT_GRADING), (PayRule.AT_SALE, PaidState.AT_SALE)):
        purchase = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=rule), now=NOW)
        assert (purchase.paid, purchase.owed, purchase.state) == (fen(0), fen(46_000), state)
    assert balance(cast.farmer) == 0


def test_a_buyer_without_money_buys_nothing_now(cast: Cast) -> None:
    fund(cast, 45_999)
    with pytest.raises(services.BuyerCannotPay) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast), now=NOW)
    assert refused.value.field == "pay_rule"
    _nothing_was_bought(cast)
    assert balance(cast.buyer) == 45_999


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gross": None}, "gross"),
        ({"gross": Quantity(0, Unit.KILOGRAM), "tare": None}, "gross"),
        ({"tare": Quantity(98_500, Unit.KILOGRAM)}, "tare"),
        ({"gross": Quantity(100_001_000 + 6_500, Unit.KILOGRAM)}, "gross"),
        ({"price": fen(0)}, "price"),
        ({"moisture": 140}, "moisture"),
        ({"variety": "gala"}, "variety"),
        ({"gross": Quantity(1, Unit.KILOGRAM), "tare": None, "price": fen(1)}, "price"),
        ({"harvested_on": date(2026, 9, 21)}, "harvested_on"),
    ],
)
def test_refuses_what_cannot_be_and_buys_nothing(cast: Cast, changes: dict[str, Any], field: str) -> None:
    fund(cast)
    with pytest.raises(Invalid) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, **changes), now=NOW)
    assert refused.value.field == field
    _nothing_was_bought(cast)


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"gross": Quantity(5_006_501, Unit.KILOGRAM)}, "sure"),
        ({"tare": Quantity(30_000, Unit.KILOGRAM)}, "sure"),
        ({"price": fen(419)}, "sure_of_price"),
        ({"price": fen(1261)}, "sure_of_price"),
    ],
)
def test_asks_once_about_a_slip_and_takes_it_from_who_is_sure(cast: Cast, changes: dict[str, Any], flag: str) -> None:
    _priced(cast, 420)
    fund(cast)
    with pytest.raises(Invalid) as asked:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, **changes), now=NOW)
    assert asked.value.code in ("unlikely", "unlikely_price")
    _nothing_was_bought(cast)
    again = given(cast, **changes, **{flag: True})
    assert services.record_purchase(by=cast.keeper.actor, given=again, now=NOW).pk


def test_an_old_price_or_another_varietys_says_nothing_of_today(cast: Cast) -> None:
    _priced(cast, 420, on=TODAY - timedelta(days=32))
    assert bought(cast).premium is None
    factories.VarietyFactory(code="gala", names={"en": "Gala", "zh-hans": "嘎啦"})
    _priced(cast, 420, variety="gala")
    again = services.record_purchase(by=cast.keeper.actor, given=given(cast), now=NOW)
    assert (again.reference_price, again.premium) == (None, None)


def test_the_reference_price_is_that_of_the_day_even_when_a_younger_one_is_known(cast: Cast) -> None:
    _priced(cast, 420, on=TODAY - timedelta(days=2))
    _priced(cast, 450, on=TODAY)
    yesterday = NOW - timedelta(days=1)
    fund(cast)
    purchase = services.record_purchase(by=cast.keeper.actor, given=given(cast), now=yesterday)
    assert purchase.reference_price == fen(420)


def test_goods_whose_moisture_matters_are_paid_as_if_dried(cast: Cast) -> None:
    factories.ProductFactory(
        code="walnut", names={"en": "Walnut", "zh-hans": "核桃"}, moisture_matters=True, standard_moisture=80
    )
    wet = {"product": "walnut", "variety": "", "moisture": 120, "sure_of_price": True}
    with pytest.raises(Invalid) as asked:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, **{**wet, "moisture": None}), now=NOW)
    assert asked.value.field == "moisture"
    purchase = bought(cast, **wet)
    assert (purchase.net, purchase.payable) == (grams(92_000), grams(88_000))
    assert purchase.amount == fen(44_000)
    assert Lot.objects.get().left == grams(92_000)


def test_counted_goods_have_no_scales(cast: Cast) -> None:
    factories.ProductFactory(code="egg", names={"en": "Egg", "zh-hans": "鸡蛋"}, unit="C62")
    eggs = {"product": "egg", "variety": "", "gross": None, "tare": None, "price": fen(90)}
    purchase = bought(cast, **eggs, count=Quantity(360, Unit.PIECE))
    assert (purchase.net, purchase.weighing.gross, purchase.amount) == (Quantity(360, Unit.PIECE), None, fen(32_400))


def test_who_may_not_buy_at_the_point_cannot(cast: Cast) -> None:
    fund(cast)
    for member in (cast.farmer, cast.buyer, cast.clerk, cast.neighbour, cast.stranger, cast.bureau):
        with pytest.raises((Forbidden, NotFound)):
            services.record_purchase(by=member.actor, given=given(cast), now=NOW)
    _nothing_was_bought(cast)


def test_the_station_and_the_centre_buy_at_the_point_as_well(cast: Cast) -> None:
    fund(cast)
    for member in (cast.station, cast.centre):
        assert services.record_purchase(by=member.actor, given=given(cast), now=NOW).unit_id


def test_nobody_sells_whom_the_keeper_does_not_know(cast: Cast) -> None:
    other = factories.HouseholdFactory(area=factories.AreaFactory(code=NEIGHBOUR_VILLAGE))
    fund(cast)
    with pytest.raises(NotFound) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, producer=other.number), now=NOW)
    assert refused.value.field == "producer"
    _nothing_was_bought(cast)


@pytest.mark.parametrize("kind", ["buyer", "workshop", "household"])
def test_only_a_cooperative_or_enterprise_of_the_county_buys(cast: Cast, kind: str) -> None:
    assert cast.farmer.party is not None
    wrong = factories.PartyFactory(kind=kind, area=cast.farmer.party.area)
    far = factories.PartyFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE))
    for party in (wrong, far):
        with pytest.raises(NotFound) as refused:
            services.record_purchase(by=cast.keeper.actor, given=given(cast, buyer=party.number), now=NOW)
        assert refused.value.field == "buyer"
    _nothing_was_bought(cast)


def test_a_party_that_rests_neither_sells_nor_buys(cast: Cast) -> None:
    fund(cast)
    assert cast.farmer.party is not None
    registry.deactivate_party(by=cast.keeper.actor, party=Party.objects.get(pk=cast.farmer.party.pk), version=1)
    with pytest.raises(Invalid) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast), now=NOW)
    assert refused.value.field == "producer"
    _nothing_was_bought(cast)


def test_nobody_weighs_the_own_goods(cast: Cast) -> None:
    fund(cast)
    factories.RepresentativeFactory(party=cast.farmer.party, person=cast.keeper.person)
    with pytest.raises(services.OwnGoods) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast), now=NOW)
    assert refused.value.field == "producer"
    _nothing_was_bought(cast)
    assert services.record_purchase(by=cast.station.actor, given=given(cast), now=NOW).pk


def test_a_cooperative_does_not_buy_from_itself(cast: Cast) -> None:
    assert cast.farmer.party is not None
    own = factories.PartyFactory(area=cast.farmer.party.area).number
    with pytest.raises(Invalid) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, producer=own, buyer=own), now=NOW)
    assert refused.value.field == "buyer"


def test_a_closed_unit_weighs_nothing(cast: Cast) -> None:
    closed = factories.UnitFactory(area=factories.AreaFactory(code="621226101200"), closed_on=TODAY)
    with pytest.raises(Invalid) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, unit=closed.number), now=NOW)
    assert refused.value.field == "unit"


def test_the_notice_goes_down_by_what_was_bought_and_ends_with_the_last_of_it(cast: Cast) -> None:
    notice = noticed(cast)
    bought(cast, notice=notice.number)
    notice.refresh_from_db()
    assert (notice.quantity, notice.standing, notice.version) == (grams(708_000), Status.OPEN, 2)
    last = given(cast, notice=notice.number, gross=grams(708_000), tare=None)
    purchase = services.record_purchase(by=cast.keeper.actor, given=last, now=NOW)
    notice.refresh_from_db()
    assert (notice.standing, purchase.ended_notice) == (Status.BOUGHT, True)


def test_the_farmer_may_have_no_more_of_it(cast: Cast) -> None:
    notice = noticed(cast)
    bought(cast, notice=notice.number, ends_notice=True)
    notice.refresh_from_db()
    assert (notice.quantity, notice.standing) == (grams(800_000), Status.BOUGHT)


def test_another_notice_than_the_producers_open_one_is_refused(cast: Cast) -> None:
    notice = noticed(cast)
    fund(cast)
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=1, now=NOW)
    with pytest.raises(Invalid) as ended:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, notice=notice.number), now=NOW)
    assert ended.value.field == "notice"
    factories.ProductFactory(code="pear", names={"en": "Pear", "zh-hans": "梨"})
    other = noticed(cast)
    wrong = given(cast, notice=other.number, product="pear", variety="")
    with pytest.raises(Invalid):
        services.record_purchase(by=cast.keeper.actor, given=wrong, now=NOW)
    _nothing_was_bought(cast)
    other.refresh_from_db()
    assert other.quantity == grams(800_000)


def test_everybody_above_sees_it_and_both_parties_and_nobody_else(cast: Cast) -> None:
    purchase = bought(cast)
    for member in (cast.keeper, cast.station, cast.centre, cast.bureau, cast.farmer, cast.buyer):
        assert queries.get_purchase(member.actor, purchase.number) == purchase
    for member in (cast.neighbour, cast.stranger, cast.driver):
        with pytest.raises(NotFound):
            queries.get_purchase(member.actor, purchase.number)


def test_the_database_itself_refuses_what_can_never_be(cast: Cast) -> None:
    purchase = bought(cast)
    rows = Purchase.objects.filter(pk=purchase.pk)
    for wrong in (
        {"net_steps": 92_001},
        {"tare_grams": None},
        {"paid_minor": 46_001},
        {"voided_at": NOW},
        {"premium_minor": 5, "reference_minor": None},
        {"buyer": purchase.producer_id},
        {"payable_steps": 91_000},
        {"notice_steps": 4},
    ):
        with (
            pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"),
            pytest.raises(IntegrityError),
            transaction.atomic(),
        ):
            rows.update(**wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"pay_rule": PayRule.AT_SALE},
        {"price_minor": 501, "amount_minor": 46_092},
        {"amount_minor": 46_001},
        {"reference_minor": 1, "premium_minor": 1},
        {"currency": "EUR"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_agreed_at_the_scales_is_never_changed(cast: Cast, change: dict[str, object]) -> None:
    purchase = bought(cast)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Purchase.objects.filter(pk=purchase.pk).update(**change)
    assert Purchase.objects.filter(pk=purchase.pk).values(*change).get() == {
        name: getattr(purchase, name) for name in change
    }


def test_a_payment_is_never_changed(cast: Cast) -> None:
    bought(cast)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        PurchasePayment.objects.update(amount_minor=1)


def test_every_unit_is_named_by_its_number(cast: Cast) -> None:
    with pytest.raises(NotFound) as refused:
        services.record_purchase(by=cast.keeper.actor, given=given(cast, unit="U-NOWHERE"), now=NOW)
    assert refused.value.field == "unit"
    assert unit_of(cast)
