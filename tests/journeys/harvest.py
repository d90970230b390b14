"""What a season needs before anybody buys: tariffs, an agreement, goods weighed at the point, an offer of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.logistics import services as logistics
from terrace.logistics.domain import TariffKind
from terrace.logistics.models import Parcel
from terrace.logistics.services import TariffGiven
from terrace.market import queries as market
from terrace.market import services
from terrace.market.domain.packing import Box, into_boxes
from terrace.market.models import Offer, Order
from terrace.market.services import AgreementGiven
from terrace.network import queries as network
from terrace.registry.models import Party
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase
from terrace.sourcing.services import PurchaseGiven, Terms
from terrace.traceability import services as traceability
from terrace.traceability.domain import EventKind
from tests import factories
from tests.amounts import fen, grams
from tests.conftest import VILLAGE, Cast
from tests.market.orders import make_offer
from tests.market.settling import carrier, ship


@dataclass(frozen=True, slots=True)
class Season:
    """The people, the purchases and the offer of one story: one grower is paid at the scales, one at the sale."""

    cast: Cast
    at_sale: Purchase
    now: Purchase
    offer: Offer
    point_id: int
    centre_id: int

    @property
    def shop(self) -> Party:
        """Who sells."""
        assert self.cast.buyer.party
        return self.cast.buyer.party


def begin(cast: Cast) -> Season:
    """Set tariffs and an agreement, buy 40 kg of each of two growers, bring both to the centre, offer them."""
    assert cast.farmer.party
    assert cast.buyer.party
    factories.VarietyFactory()
    _rules(cast)
    (point,) = cast.keeper.actor.units
    (centre,) = cast.packer.actor.units
    second = factories.HouseholdFactory(area=cast.farmer.party.area, name="Li Guihua")
    notice = sourcing.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=_terms())
    at_sale = buy(cast, cast.farmer.party, PayRule.AT_SALE, notice=notice.number)
    _fund(cast, 30_000)
    now = buy(cast, second, PayRule.NOW)
    for purchase in (at_sale, now):
        lots = [purchase.lot_id]
        traceability.note(by=SYSTEM, lot_ids=lots, kind=EventKind.SENT, unit_id=point)
        traceability.note(by=SYSTEM, lot_ids=lots, kind=EventKind.ARRIVED, unit_id=centre)
    offer = make_offer(cast.buyer.party, stock=16)
    return Season(cast, at_sale, now, offer, point, centre)


def pack_and_ship(season: Season, order: Order, parcels: int = 1) -> Order:
    """Pack an order as the packer would, from the oldest lots, and hand it to the carrier."""
    return ship(pack(season, order, parcels), by=season.cast.packer.actor)


def pack(season: Season, order: Order, parcels: int = 1) -> Order:
    """Pack an order as the packer would, from the oldest lots."""
    chosen = market.proposal(order, season.centre_id)
    boxes = [Box(contents, sum(one.steps for one in contents) + 500) for contents in into_boxes(chosen, parcels)]
    return services.pack_order(
        by=season.cast.packer.actor,
        order=order,
        version=order.version,
        boxes=boxes,
        carrier_id=carrier().pk,
        unit_id=season.centre_id,
    )


def parcels_of(order: Order) -> list[Parcel]:
    """Return an order's parcels."""
    return list(Parcel.objects.filter(reference=order.reference).order_by("pk"))


def _rules(cast: Cast) -> None:
    county, today = VILLAGE[:6], clock.today()
    for kind, parcel, per_kg in (
        (TariffKind.CARRIER, 300, 100),
        (TariffKind.FLEET, 0, 20),
        (TariffKind.OUTLET, 0, 10),
    ):
        given = TariffGiven(kind, county, today, fen(parcel), fen(per_kg))
        logistics.set_tariff(by=cast.centre.actor, given=given)
    given_agreement = AgreementGiven(
        area=county, starts_on=today, platform_permille=20, packing=fen(150), confirm_days=7
    )
    services.make_agreement(by=cast.centre.actor, given=given_agreement)


def _terms() -> Terms:
    today = clock.today()
    closes_on = today + timedelta(days=7)
    return Terms("apple", grams(800_000), today, closes_on, variety="fuji", price=fen(520))


def buy(cast: Cast, producer: Party, rule: PayRule, **changes: Any) -> Purchase:
    """Buy 40 kg of apples of a grower at the point, for the shop."""
    assert cast.buyer.party
    (point,) = network.units_by_id(cast.keeper.actor.units).values()
    given = PurchaseGiven(
        producer=producer.number,
        buyer=cast.buyer.party.number,
        unit=point.number,
        product="apple",
        variety="fuji",
        gross=grams(42_000),
        tare=grams(2_000),
        price=fen(560),
        pay_rule=rule,
        **changes,
    )
    return sourcing.record_purchase(by=cast.keeper.actor, given=given)


def _fund(cast: Cast, minor: int) -> None:
    """Let the shop have money on its account, as if it had come by the bank."""
    assert cast.buyer.party
    bank = ledger.house_account(AccountKind.BANK)
    own = ledger.account_of_party(cast.buyer.party.pk)
    legs = (Leg(bank.pk, fen(-minor), Part.BANK), Leg(own.pk, fen(minor), Part.BANK))
    ledger.post(by=SYSTEM, draft=Draft(Reason.DEPOSIT, "bank/first", legs, "bank/first"))
