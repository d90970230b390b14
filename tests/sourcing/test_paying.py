"""What producers are paid, when, and that nothing is paid twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from terrace.accounts.models import Person
from terrace.kernel import events
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import Text
from terrace.ledger.models import Transfer
from terrace.messaging.models import Notice, OutgoingMessage
from terrace.registry.domain import DataRequested, ErasureAsked
from terrace.registry.models import Party, Representative
from terrace.sourcing import services
from terrace.sourcing.domain import PaidState, PayRule
from terrace.sourcing.models import Purchase, PurchasePayment
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests import factories
from tests.amounts import fen, grams
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import balance, bought, fund, given

LATER = NOW + timedelta(days=3)


def _owed(cast: Cast, rule: PayRule) -> Purchase:
    return services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=rule), now=NOW)


def _graded(cast: Cast, purchase: Purchase) -> Purchase:
    lot = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    tracing.grade(by=cast.centre.actor, lot=lot, grade=tracing.Grade.FIRST, now=LATER)
    return Purchase.objects.get(pk=purchase.pk)


def test_grading_the_lot_pays_its_producer(cast: Cast) -> None:
    fund(cast)
    purchase = _graded(cast, _owed(cast, PayRule.AT_GRADING))
    assert (purchase.state, balance(cast.farmer)) == (PaidState.PAID, 46_000)
    assert purchase.due_at is not None
    _graded(cast, purchase)  # graded again, of the same lot: paid once
    assert balance(cast.farmer) == 46_000


def test_nobody_is_paid_at_grading_while_a_part_of_the_goods_has_no_grade(cast: Cast) -> None:
    fund(cast)
    purchase = _owed(cast, PayRule.AT_GRADING)
    lot = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    (part,) = tracing.split_lot(by=cast.keeper.actor, lot=lot, parts=[grams(1_000)], now=NOW)
    tracing.grade(by=cast.centre.actor, lot=part, grade=tracing.Grade.PROCESSING, now=LATER)
    assert (Purchase.objects.get(pk=purchase.pk).state, balance(cast.farmer)) == (PaidState.AT_GRADING, 0)
    assert (_graded(cast, purchase).state, balance(cast.farmer)) == (PaidState.PAID, 46_000)


def test_goods_that_are_graded_at_the_scales_are_not_bought_to_be_paid_at_grading(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        services.record_purchase(by=SYSTEM, given=given(cast, grade="first", pay_rule=PayRule.AT_GRADING), now=NOW)
    assert refused.value.field == "pay_rule"
    assert not Purchase.objects.exists()


def test_grading_a_mixture_pays_all_whose_goods_are_in_it(cast: Cast) -> None:
    fund(cast)
    first, second = _owed(cast, PayRule.AT_GRADING), _owed(cast, PayRule.AT_GRADING)
    known = lots.lots_by_id([first.lot_id, second.lot_id])
    (part,) = tracing.split_lot(by=cast.keeper.actor, lot=known[first.lot_id], parts=[grams(2_000)], now=NOW)
    mixed = tracing.merge_lots(by=cast.keeper.actor, lots=[part, known[second.lot_id]], now=NOW)
    assert _graded(cast, first).state is PaidState.AT_GRADING
    tracing.grade(by=cast.centre.actor, lot=mixed, grade=tracing.Grade.FIRST, now=LATER)
    assert balance(cast.farmer) == 92_000
    assert {purchase.state for purchase in Purchase.objects.order_by("pk")} == {PaidState.PAID}


def test_grading_stands_where_the_buyer_cannot_pay_and_the_buyer_is_told(cast: Cast) -> None:
    purchase = _graded(cast, _owed(cast, PayRule.AT_GRADING))
    assert (purchase.state, purchase.paid) == (PaidState.DUE, fen(0))
    assert lots.lots_by_id([purchase.lot_id])[purchase.lot_id].grade == "first"
    told = {notice.person_id for notice in Notice.objects.filter(created_at__gte=NOW, url__contains=purchase.number)}
    assert {cast.buyer.person.pk, cast.keeper.person.pk} <= told
    fund(cast)
    paid = services.pay_purchase(by=cast.buyer.actor, purchase=purchase, now=LATER)
    assert (paid.state, balance(cast.farmer)) == (PaidState.PAID, 46_000)


def test_a_purchase_that_is_paid_now_or_at_sale_does_not_care_for_grades(cast: Cast) -> None:
    fund(cast)
    purchase = _graded(cast, _owed(cast, PayRule.AT_SALE))
    assert (purchase.state, balance(cast.farmer)) == (PaidState.AT_SALE, 0)


def test_before_it_is_due_only_the_buyer_pays_from_its_account(cast: Cast) -> None:
    purchase = _owed(cast, PayRule.AT_SALE)
    fund(cast)
    for member in (cast.farmer, cast.neighbour, cast.clerk, cast.keeper):
        with pytest.raises(Forbidden):
            services.pay_purchase(by=member.actor, purchase=purchase, now=NOW)
    assert balance(cast.farmer) == 0
    services.pay_purchase(by=cast.buyer.actor, purchase=purchase, now=NOW)
    with pytest.raises(services.NothingOwed):
        services.pay_purchase(by=cast.buyer.actor, purchase=purchase, now=NOW)
    assert balance(cast.farmer) == 46_000


def test_who_buys_at_the_unit_pays_what_is_due_but_not_for_the_own_goods(cast: Cast) -> None:
    purchase = _graded(cast, _owed(cast, PayRule.AT_GRADING))
    assert purchase.state is PaidState.DUE
    fund(cast)
    assert cast.farmer.party
    factories.RepresentativeFactory(party=cast.farmer.party, person=cast.keeper.person)
    with pytest.raises(Forbidden):
        services.pay_purchase(by=cast.keeper.actor, purchase=purchase, now=LATER)
    assert balance(cast.farmer) == 0
    Representative.objects.filter(person=cast.keeper.person).delete()
    services.pay_purchase(by=cast.keeper.actor, purchase=purchase, now=LATER)
    assert balance(cast.farmer) == 46_000


def _throw_away(cast: Cast, lot: Lot) -> None:
    reason = LossReason.SORTED_OUT
    tracing.lose(by=cast.keeper.actor, lot=lot, quantity=lot.left, reason=reason, now=LATER)


def _pack(_cast: Cast, lot: Lot) -> None:
    tracing.pack(by=SYSTEM, lot_id=lot.pk, quantity=lot.left, reference="parcel/W-1", now=LATER)


@pytest.mark.parametrize("use_up", [_throw_away, _pack])
def test_what_waits_for_a_grade_is_paid_when_the_rest_is_gone(cast: Cast, use_up: Callable[[Cast, Lot], None]) -> None:
    fund(cast)
    purchase = _owed(cast, PayRule.AT_GRADING)
    rest = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    (good,) = tracing.split_lot(by=cast.keeper.actor, lot=rest, parts=[grams(80_000)], now=NOW)
    tracing.grade(by=cast.centre.actor, lot=good, grade=tracing.Grade.FIRST, now=LATER)
    assert balance(cast.farmer) == 0
    rest.refresh_from_db()
    use_up(cast, rest)
    assert (Purchase.objects.get().state, balance(cast.farmer)) == (PaidState.PAID, 46_000)


def test_goods_that_are_packed_without_a_grade_are_paid(cast: Cast) -> None:
    fund(cast)
    purchase = _owed(cast, PayRule.AT_GRADING)
    _pack(cast, lots.lots_by_id([purchase.lot_id])[purchase.lot_id])
    assert balance(cast.farmer) == 46_000


def _from_sale(purchase: Purchase, minor: int, key: str = "order/O-1/grower") -> Purchase:
    return services.pay_from_sale(
        by=SYSTEM, purchase_id=purchase.pk, amount=fen(minor), key=key, reference="order/O-1", now=LATER
    )


def test_a_sale_pays_its_part_once_and_moves_no_money_itself(cast: Cast) -> None:
    purchase = _owed(cast, PayRule.AT_SALE)
    assert _from_sale(purchase, 20_000).owed == fen(26_000)
    assert _from_sale(purchase, 20_000).paid == fen(20_000)
    assert not Transfer.objects.exists()
    assert _from_sale(purchase, 26_000, "order/O-2/grower").state is PaidState.PAID


def test_a_sale_pays_no_more_than_is_owed_and_no_void_purchase(cast: Cast) -> None:
    purchase = _owed(cast, PayRule.AT_SALE)
    with pytest.raises(services.MoreThanOwed):
        _from_sale(purchase, 46_001)
    with pytest.raises(Invalid):
        _from_sale(purchase, 0)
    with pytest.raises(NotFound):
        services.pay_from_sale(by=SYSTEM, purchase_id=0, amount=fen(1), key="k", reference="order/O-1", now=NOW)
    assert not PurchasePayment.objects.exists()
    services.void_purchase(by=cast.keeper.actor, purchase=purchase, reason="Wrong crates", now=NOW)
    with pytest.raises(services.MoreThanOwed):
        _from_sale(purchase, 1)


def test_one_key_says_one_thing(cast: Cast) -> None:
    purchase = _owed(cast, PayRule.AT_SALE)
    _from_sale(purchase, 20_000)
    with pytest.raises(ValueError, match="other words"):
        _from_sale(purchase, 20_001)


def test_what_was_sold_can_no_longer_be_voided(cast: Cast) -> None:
    purchase = _owed(cast, PayRule.AT_SALE)
    _from_sale(purchase, 20_000)
    with pytest.raises(services.PaidBySale):
        services.void_purchase(by=cast.keeper.actor, purchase=purchase, reason="Wrong crates", now=NOW)
    purchase.refresh_from_db()
    assert (purchase.is_void, purchase.paid) == (False, fen(20_000))


def test_what_a_sale_left_the_buyer_may_pay(cast: Cast) -> None:
    purchase = _owed(cast, PayRule.AT_SALE)
    _from_sale(purchase, 20_000)
    fund(cast)
    paid = services.pay_purchase(by=cast.buyer.actor, purchase=purchase, now=LATER)
    assert (paid.state, balance(cast.farmer)) == (PaidState.PAID, 26_000)


@for_all(st.lists(st.integers(1, 92_000), min_size=1, max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_lots_parts_are_worth_the_whole_to_half_a_cent_each(cast: Cast, parts: list[int]) -> None:
    purchase = Purchase(net_steps=sum(parts), amount_minor=46_000, currency="CNY")
    worth = sum((purchase.worth_of(part) for part in parts), start=Money(0, "CNY"))
    assert abs(2 * (worth.minor - 46_000)) <= len(parts)


def test_a_household_that_signs_in_nowhere_gets_an_sms_in_the_houses_language(cast: Cast) -> None:
    Representative.objects.filter(party=cast.farmer.party).delete()
    Party.objects.filter(pk=cast.farmer.party.pk).update(phone="+8613800001234")
    bought(cast)
    (sms,) = OutgoingMessage.objects.filter(channel="sms")
    assert sms.address == "+8613800001234"
    assert sms.text.replace("\N{NO-BREAK SPACE}", " ").endswith("92 kg Fuji, CN¥460.00, paid")


def test_who_signs_in_reads_it_in_the_own_language(cast: Cast) -> None:
    Person.objects.filter(pk=cast.farmer.person.pk).update(language="zh-hans")
    bought(cast)
    text = Notice.objects.get(person_id=cast.farmer.person.pk).text
    assert "富士" in text
    assert "¥460.00" in text


def test_nobody_is_erased_while_money_is_on_its_way(cast: Cast) -> None:
    _owed(cast, PayRule.AT_SALE)
    for member in (cast.farmer, cast.buyer):
        reasons: list[Text] = []
        events.publish(ErasureAsked(member.party.pk, reasons.append))
        assert [str(reason) for reason in reasons] == [
            "Money for a purchase is still on its way. It has to be paid first."
        ]


def test_paid_purchases_stand_in_nobodys_way_and_are_handed_out(cast: Cast) -> None:
    purchase = bought(cast)
    reasons: list[Text] = []
    events.publish(ErasureAsked(purchase.producer_id, reasons.append))
    assert "on its way" not in str(reasons)
    held: dict[str, list[dict[str, object]]] = {}
    events.publish(DataRequested(purchase.producer_id, held.__setitem__))
    (row,) = held["purchases"]
    assert (row["number"], row["as"], row["amount"]) == (purchase.number, "producer", "460.00 CNY")


def test_the_trace_tells_day_and_premium_and_no_name(cast: Cast) -> None:
    area = cast.centre.party or cast.farmer.party.area_id[:6]
    price = services.PriceGiven("apple", NOW.date(), area, fen(420), "fuji", sure_of_price=True)
    services.set_reference_price(by=cast.centre.actor, given=price, now=NOW)
    purchase = bought(cast)
    lot = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    (part,) = tracing.split_lot(by=cast.keeper.actor, lot=lot, parts=[grams(2_000)], now=NOW)
    (section,) = [one for one in tracing.sections_of(part) if one.title == "Bought at the point"]
    told = {str(fact.label): fact.value for fact in section.facts}
    assert told["Bought on"] == NOW.date()
    assert str(told["Above the market price"]).replace("\N{NO-BREAK SPACE}", " ") == "CN¥0.80 / kg"
    assert "Zhao" not in str(section)


@pytest.mark.parametrize("stale", ["variety", "place"])
def test_a_stale_price_hides_no_fresh_one(cast: Cast, stale: str) -> None:
    assert cast.farmer.party
    county, village = VILLAGE[:6], VILLAGE
    old, new = NOW.date() - timedelta(days=200), NOW.date() - timedelta(days=1)
    quoted = (
        [(old, county, "fuji"), (new, county, "")]
        if stale == "variety"
        else [(old, county, "fuji"), (new, village, "fuji")]
    )
    bought(cast)
    for on, area, variety in quoted:
        given = services.PriceGiven("apple", on, area, fen(420), variety, sure_of_price=True)
        services.set_reference_price(by=cast.centre.actor, given=given, now=NOW)
    purchase = bought(cast)
    assert (purchase.reference_price, purchase.premium is not None) == (fen(420), True)


def test_a_void_purchase_is_no_part_of_the_trace(cast: Cast) -> None:
    purchase = bought(cast)
    services.void_purchase(by=cast.keeper.actor, purchase=purchase, reason="Wrong crates", now=NOW)
    lot = lots.lots_by_id([purchase.lot_id])[purchase.lot_id]
    assert [one for one in tracing.sections_of(lot) if one.title == "Bought at the point"] == []
