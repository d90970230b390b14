"""Where the money went on a lot's public page: exact, for lots that were split and mixed as well."""

from collections import defaultdict

import pgtrigger
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import Part
from terrace.market import services
from terrace.market.domain.packing import Box, Content
from terrace.market.domain.tracing import NO_LOT, SoldOrder, mixed, shares_of, sold_by_root
from terrace.market.models import Order, Settlement
from terrace.market.queries import money_of_lot
from terrace.market.queries.money import _sold
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase, PurchasePayment
from terrace.traceability import services as traceability
from terrace.traceability.domain import Section
from terrace.traceability.models import Lot
from tests.amounts import grams
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin
from tests.market.orders import paid_order
from tests.market.settling import carrier, deliver, ship

ROOTS = st.integers(1, 4)
MINOR = st.integers(0, 100_000)
GOODS = st.dictionaries(st.integers(1, 3), st.dictionaries(ROOTS, st.integers(1, 50_000), min_size=1), min_size=1)


@st.composite
def orders(draw: st.DrawFn) -> SoldOrder:
    """Draw an order: lines at prices above nothing, goods of some of them, and parts that may be anything."""
    goods = draw(GOODS)
    lines = {line: draw(st.integers(1, 100_000)) for line in goods}
    parts = draw(st.dictionaries(st.sampled_from(Part), MINOR, min_size=1))
    return SoldOrder(parts, lines, goods, draw(st.dictionaries(ROOTS, MINOR)), draw(st.dictionaries(ROOTS, MINOR)))


@given(orders())
def test_the_lots_shares_of_an_order_are_all_of_its_money(order: SoldOrder) -> None:
    shares = shares_of(order)
    got: dict[Part, int] = defaultdict(int)
    for parts in shares.values():
        assert min(parts.values()) >= 0
        for part, minor in parts.items():
            got[part] += minor
    assert sum(got.values()) == sum(order.parts.values())
    for part, minor in order.parts.items():
        if part not in (Part.GROWER, Part.SELLER):
            assert got[part] == minor


@given(st.lists(orders(), min_size=1, max_size=3), st.dictionaries(ROOTS, st.integers(1, 9_000), min_size=1))
def test_a_lot_of_one_delivery_tells_its_average_and_a_mixture_lies_between(
    sold: list[SoldOrder], origins: dict[int, int]
) -> None:
    by_root = sold_by_root(sold)
    told = sum(mixed(by_root, list(origins.items()), 5_000).values())
    alone = [sum(mixed(by_root, [(root, 7)], 5_000).values()) for root in origins if root in by_root]
    if not alone:
        assert told == 0
        return
    assert min(alone) <= told <= max(alone)


def test_goods_without_a_lot_keep_their_part_of_the_money() -> None:
    order = SoldOrder({Part.SELLER: 100}, {1: 60, 2: 40}, {1: {7: 5}, 2: {NO_LOT: 5}})
    assert shares_of(order)[7][Part.SELLER] == 60
    assert mixed(sold_by_root([order]), [(7, 5)], 5) == {Part.GROWER: 0, Part.SELLER: 60}


def test_growers_have_what_was_theirs_and_not_by_weight() -> None:
    order = SoldOrder({Part.GROWER: 10, Part.SELLER: 90}, {1: 100}, {1: {7: 1, 8: 1}}, {7: 10}, {8: 30})
    shares = shares_of(order)
    assert shares[7] == {Part.GROWER: 10, Part.SELLER: 40}
    assert shares[8] == {Part.GROWER: 30, Part.SELLER: 20}


def _packed_from(season: Season, lot: Lot, boxes: int) -> Order:
    """Return a completed order of so many boxes, all of them packed from one lot at the centre."""
    order = paid_order(season.offer, boxes)
    contents = tuple(Content(line.pk, lot.pk, line.content.steps) for line in order.lines.order_by("pk"))
    packed = services.pack_order(
        by=season.cast.packer.actor,
        order=order,
        version=order.version,
        boxes=[Box(contents, 5_500 * boxes)],
        carrier_id=carrier().pk,
        unit_id=season.centre_id,
    )
    done = deliver(ship(packed, by=season.cast.packer.actor))
    return services.complete_order(by=SYSTEM, order=done)


def _mixture(season: Season) -> tuple[Lot, Lot]:
    """Split 15 kg off one purchase's lot and put them together with the other's 40 kg; return part and mixture."""
    (part,) = traceability.split_lot(by=SYSTEM, lot=season.at_sale.lot, parts=[grams(15_000)])
    return part, traceability.merge_lots(by=SYSTEM, lots=[part, season.now.lot])


def _told(lot: Lot) -> Section:
    (section,) = money_of_lot(lot.pk)
    return section


def test_every_lot_of_a_family_tells_where_the_money_went(cast: Cast) -> None:
    season = begin(cast)
    part, mixture = _mixture(season)
    assert money_of_lot(mixture.pk) == []
    order = _packed_from(season, mixture, 2)
    for lot in (mixture, part, season.at_sale.lot, season.now.lot):
        section = _told(lot)
        amounts = {str(share.label): share.amount.minor for share in section.shares}
        assert amounts["Grower"] == 2_800, "5.60 a kilogram, whichever rule he is paid by"
        assert sum(amounts.values()) == order.escrow.minor // 2
        assert section.facts[0].value == grams(5_000)
        assert "goods of this lot" in str(section.note)
        page = Client().get(f"/01/{lot.gtin}/10/{lot.number}").content.decode()
        assert "Where the money went" in page
    assert sum(sum(one.parts.values()) for one in sold_by_root(_sold([order.pk])).values()) == order.escrow.minor


def test_a_lot_of_which_nothing_is_sold_tells_of_its_delivery_and_says_so(cast: Cast) -> None:
    season = begin(cast)
    part, _rest = traceability.split_lot(by=SYSTEM, lot=season.at_sale.lot, parts=[grams(15_000), grams(5_000)])
    _packed_from(season, season.at_sale.lot, 1)
    assert "same deliveries" in str(_told(part).note)
    assert "goods of this lot" in str(_told(season.at_sale.lot).note)
    assert money_of_lot(season.now.lot_id) == []


def test_boxes_of_different_sizes_are_told_by_the_kilogram(cast: Cast) -> None:
    season = begin(cast)
    first = _packed_from(season, season.at_sale.lot, 1)
    season.offer.content_steps = 2_500
    season.offer.save(update_fields=["content_steps"])
    second = _packed_from(season, season.at_sale.lot, 1)
    section = _told(season.at_sale.lot)
    assert section.facts[0].value == grams(1_000)
    paid = sum(Settlement.objects.filter(order__in=[first, second]).values_list("escrow_minor", flat=True))
    whole = sum(share.amount.minor for share in section.shares)
    assert abs(whole * 7_500 - paid * 1_000) <= 7_500


def test_growers_are_told_to_have_what_was_paid_and_not_what_was_agreed(cast: Cast) -> None:
    season = begin(cast)
    _packed_from(season, season.now.lot, 1)
    assert _amounts(season.now.lot)["Grower"] == 2_800
    with pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"):
        Purchase.objects.filter(pk=season.now.pk).update(pay_rule=PayRule.AT_GRADING)
    with pgtrigger.ignore():
        PurchasePayment.objects.filter(purchase=season.now).delete()
    assert "Grower" not in _amounts(season.now.lot), "graded or not, nobody has paid it yet"
    _packed_from(season, season.at_sale.lot, 1)
    assert _amounts(season.at_sale.lot)["Grower"] == 2_800
    ledger.deposit(by=SYSTEM, party=season.shop, amount=Money(20_000, "CNY"), bank_reference="a second one")
    sourcing.pay_purchase(by=cast.buyer.actor, purchase=Purchase.objects.get(pk=season.at_sale.pk))
    _packed_from(season, season.at_sale.lot, 1)
    assert _amounts(season.at_sale.lot)["Grower"] > 2_450, "what is paid by hand is theirs too"


def _amounts(lot: Lot) -> dict[str, int]:
    return {str(share.label): share.amount.minor for share in _told(lot).shares}
