"""What growers get of goods that came back, were lost or are owed for adds up, whatever came first."""

from datetime import datetime, timedelta

import pgtrigger
import pytest
from django.urls import reverse

from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.logistics import services as logistics
from terrace.logistics.domain import ParcelStatus, ScanKind, TariffKind
from terrace.logistics.models import Tariff
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import DisputeStatus, ReturnState
from terrace.market.domain.packing import Box, Chosen, Drawn, into_boxes
from terrace.market.models import Dispute, Order, SettlementLine
from terrace.market.services.links import signature
from terrace.messaging.models import Notice
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase, PurchaseDebt
from terrace.traceability import services as traceability
from terrace.traceability.domain import EventKind, LossReason
from terrace.traceability.models import Lot
from tests import factories
from tests.amounts import fen
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, buy, pack, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.returned import give_back, paid_though_sent_back, sent_back
from tests.market.settling import balance, carrier, deliver, disputed, ship
from tests.planted import found

BOX = 5_000
"""Grams in a box of the season's offer, of which a purchase fills eight."""


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season with goods at the centre."""
    return begin(cast)


def _purchase(season: Season) -> Purchase:
    return Purchase.objects.get(pk=season.at_sale.pk)


def _unit(pk: int) -> ServiceUnit:
    return network.units_by_id([pk])[pk]


def _leave(season: Season, minor: int) -> None:
    """Let the shop's account hold so much."""
    bank, own = ledger.house_account(AccountKind.BANK), ledger.account_of_party(season.shop.pk)
    more = minor - balance(party=season.shop)
    legs = (Leg(bank.pk, fen(-more), Part.BANK), Leg(own.pk, fen(more), Part.BANK))
    ledger.post(by=SYSTEM, draft=Draft(Reason.DEPOSIT, "bank/more", legs, f"bank/more/{minor}"))


def _lose(lot_id: int, grams: int) -> None:
    lot, quantity = Lot.objects.get(pk=lot_id), Quantity(grams, Unit.KILOGRAM)
    traceability.lose(by=SYSTEM, lot=lot, quantity=quantity, reason=LossReason.ROTTEN)


def _put_away(season: Season, order: Order, now: datetime | None = None) -> None:
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND, now=now)


def _sell(season: Season, boxes: int = 1) -> Order:
    return services.complete_order(by=SYSTEM, order=deliver(pack_and_ship(season, paid_order(season.offer, boxes))))


def _brought_back(season: Season) -> Order:
    """Return an order that was given back in full as its carrier brought the goods back."""
    order = pack_and_ship(season, paid_order(season.offer, 1))
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.RETURNED)
    give_back(season, order)
    return order


@pytest.mark.parametrize("days", [20, 61])
def test_what_is_owed_for_a_part_stands_when_the_rest_comes_back_however_late(season: Season, days: int) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    lost, brought = parcels_of(order)
    _leave(season, 100)
    carrier_says(by=SYSTEM, parcel=lost, status=ParcelStatus.LOST)
    give_back(season, order)
    carrier_says(by=SYSTEM, parcel=brought, status=ParcelStatus.RETURNED)
    services.make_good(now=clock.now() + timedelta(days=15))
    assert PurchaseDebt.objects.get().steps == 2 * BOX

    then = clock.now() + timedelta(days=days)
    _put_away(season, order, then)

    assert PurchaseDebt.objects.get().steps == BOX
    _leave(season, 50_000)
    services.make_good(now=then + timedelta(hours=1))
    assert _purchase(season).paid == _purchase(season).worth_of(BOX)
    assert found() == {}


def test_the_parts_of_a_purchase_add_up_when_one_between_them_was_taken_back(season: Season) -> None:
    with pgtrigger.ignore("sourcing.Purchase:sourcing_bought_for_good"):
        Purchase.objects.filter(pk=season.at_sale.pk).update(amount_minor=20_803)
    _sell(season)
    order = _brought_back(season)
    _leave(season, 100)
    services.make_good(now=clock.now() + timedelta(days=15))
    assert PurchaseDebt.objects.get().amount_minor == 2_601
    _sell(season)
    _put_away(season, order)
    assert not PurchaseDebt.objects.exists()

    for _box in range(6):
        _sell(season)

    assert Lot.objects.get(pk=season.at_sale.lot_id).steps == 0
    assert (_purchase(season).paid, _purchase(season).owed) == (fen(20_803), fen(0))


def test_a_debt_is_paid_though_its_goods_were_sold_once_before(season: Season) -> None:
    _put_away(season, paid_though_sent_back(season, 1))
    gone = pack_and_ship(season, paid_order(season.offer, 1))
    carrier_says(by=SYSTEM, parcel=parcels_of(gone)[0], status=ParcelStatus.LOST)
    give_back(season, gone)
    _leave(season, 100)
    services.make_good()
    _sell(season, 7)

    _leave(season, 50_000)
    services.make_good()

    assert (_purchase(season).owed, PurchaseDebt.objects.count()) == (fen(0), 0)
    assert found() == {}


@pytest.mark.parametrize("carrier_first", [True, False])
def test_a_promise_is_kept_whichever_of_two_parcels_is_looked_into_first(season: Season, carrier_first: bool) -> None:
    Tariff.objects.filter(kind=TariffKind.CARRIER).delete()
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    sent, brought = parcels_of(order)
    carrier_says(by=SYSTEM, parcel=sent, status=ParcelStatus.DELIVERED)
    dispute = sent_back(season, order, order.goods)
    carrier_says(by=SYSTEM, parcel=brought, status=ParcelStatus.RETURNED)

    if carrier_first:
        _put_away(season, order)
    services.take_back_goods(by=season.cast.packer.actor, dispute=dispute, state=ReturnState.SOUND)
    assert found() == {}
    if not carrier_first:
        _put_away(season, order)

    assert Dispute.objects.get(pk=dispute.pk).status == DisputeStatus.SETTLED
    assert found() == {}


def test_a_carrier_is_not_paid_for_a_parcel_that_it_never_took(season: Season) -> None:
    order = pack(season, paid_order(season.offer, 2), parcels=2)
    code = parcels_of(order)[0].number
    at = _unit(season.centre_id)
    logistics.scan(by=season.cast.packer.actor, code=code, kind=ScanKind.RETURNED, unit=at)
    give_back(season, order, fen(2_000))

    services.complete_order(by=SYSTEM, order=deliver(ship(order, by=season.cast.packer.actor)))

    line = SettlementLine.objects.get(settlement__order=order, part="carrier")
    assert (line.numbers["parcels"], line.numbers["grams"]) == (1, parcels_of(order)[1].weight_grams)


def test_what_lies_elsewhere_is_not_called_back_from_there_and_who_works_there_is_told(season: Season) -> None:
    order = pack(season, paid_order(season.offer, 2), parcels=2)
    lost, other = parcels_of(order)
    carrier_says(by=SYSTEM, parcel=lost, status=ParcelStatus.LOST)
    logistics.scan(by=season.cast.keeper.actor, code=other.number, kind=ScanKind.ARRIVED, unit=_unit(season.point_id))
    order.refresh_from_db()
    give_back(season, order)

    services.make_good()

    other.refresh_from_db()
    assert (other.status, other.unit_at_id) == (ParcelStatus.AT_POINT, season.point_id)
    told = Notice.objects.filter(
        person_id=season.cast.keeper.person.pk, url=reverse("logistics:parcel", args=[other.number])
    )
    assert "keep it for its sender" in told.get().title


def test_a_loss_of_what_was_paid_for_is_not_shown_as_the_growers(season: Season) -> None:
    _put_away(season, paid_though_sent_back(season, 2))
    address = reverse("sourcing:purchase", args=[season.at_sale.number])
    read = season.cast.farmer.client.get

    _lose(season.at_sale.lot_id, BOX)
    assert "Borne by the producer" not in read(address).content.decode()

    _lose(season.at_sale.lot_id, 2 * BOX)
    (loss,) = read(f"/api/v1/purchases/{season.at_sale.number}").json()["losses"]
    assert (loss["quantity"]["steps"], loss["amount"]["minor"]) == (BOX, _purchase(season).worth_of(BOX).minor)


def test_goods_that_the_network_brings_back_are_not_said_to_be_lost_by_others(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    dispute, by = disputed(order, order.escrow.minor), season.cast.buyer.actor
    services.ask_goods_back(by=by, dispute=dispute, version=dispute.version, amount=order.escrow, words="Back")
    parcel = services.take_in_return(
        by=season.cast.keeper.actor, dispute=dispute, unit=_unit(season.point_id), weight_grams=10_000
    )
    services.withdraw_dispute(by=ANONYMOUS, dispute=dispute, proof=signature(order.reference))
    order.refresh_from_db()
    services.complete_order(by=SYSTEM, order=order)

    with pytest.raises(Invalid, match=parcel.number):
        services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.LOST)

    assert Dispute.objects.get(pk=dispute.pk).return_state == ""
    at = _unit(season.centre_id)
    logistics.scan(by=season.cast.packer.actor, code=parcel.number, kind=ScanKind.ARRIVED, unit=at)
    _put_away(season, order)
    assert found() == {}


def _packed_of_two(season: Season, order: Order, other: Purchase) -> Order:
    """Pack an order of two boxes, one of each purchase."""
    for kind, at in ((EventKind.SENT, season.point_id), (EventKind.ARRIVED, season.centre_id)):
        traceability.note(by=SYSTEM, lot_ids=[other.lot_id], kind=kind, unit_id=at)
    line = order.lines.get()
    drawn = (Drawn(season.at_sale.lot_id, BOX), Drawn(other.lot_id, BOX))
    contents = into_boxes([Chosen(line.pk, 2, line.content_steps, drawn)], 1)
    boxes = [Box(one, sum(part.steps for part in one) + 500) for one in contents]
    by, unit = season.cast.packer.actor, season.centre_id
    return services.pack_order(
        by=by, order=order, version=order.version, boxes=boxes, carrier_id=carrier().pk, unit_id=unit
    )


def test_what_came_back_before_it_was_made_good_is_the_buyers_own_too(season: Season) -> None:
    neighbour = factories.HouseholdFactory(area=season.cast.farmer.party.area, name="Zhao Wei")
    purchases = [season.at_sale, buy(season.cast, neighbour, PayRule.AT_SALE)]
    order = _packed_of_two(season, paid_order(season.offer, 2), purchases[1])
    order = deliver(ship(order, by=season.cast.packer.actor))
    services.pass_on_dispute(by=season.cast.buyer.actor, dispute=sent_back(season, order))
    give_back(season, order, order.escrow - fen(1))
    services.complete_order(by=SYSTEM, order=order)
    _put_away(season, order)
    _leave(season, 100_000)
    services.make_good(now=clock.now() + timedelta(hours=1))

    for purchase in purchases:
        _lose(purchase.lot_id, BOX)

    found_now = Purchase.objects.filter(pk__in=[one.pk for one in purchases])
    assert {(one.paid, one.lost) for one in found_now} == {(purchases[0].worth_of(BOX), Money(0, "CNY"))}
