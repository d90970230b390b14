"""Orders on their way: packed, shipped, delivered, by the real services."""

from datetime import datetime

from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.ledger.models import Account
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Carrier, Parcel
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import DisputeKind
from terrace.market.domain.packing import Box, Content
from terrace.market.models import Dispute, Order
from terrace.market.queries.packing import unit_for
from terrace.market.services import DisputeGiven
from terrace.market.services.links import signature
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from tests import factories
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.market.orders import make_offer, paid_order


def carrier(unit: ServiceUnit | None = None) -> Party:
    """Return a courier company that takes parcels at the unit, or else in the county of the cast."""
    found = Party.objects.filter(name="Swift Valley Express").first()
    found = found or factories.PartyFactory(kind="enterprise", name="Swift Valley Express")
    where = unit or ServiceUnit.objects.filter(area_id=VILLAGE[:6]).order_by("id")[0]
    known = {"number": f"X-TEST{where.pk:04}", "area_path": where.area_path, "county_code": where.area_path[:6]}
    Carrier.objects.get_or_create(party=found, unit=where, defaults=known)
    return found


def pack(order: Order, *, by: Actor, unit_id: int | None = None) -> Order:
    """Pack an order into one parcel that the seller packs himself, half a kilogram of wrapping."""
    contents = tuple(Content(line.pk, None, line.content.steps) for line in order.lines.order_by("pk"))
    weight = sum(content.steps for content in contents) + 1_000
    return services.pack_order(
        by=by,
        order=order,
        version=order.version,
        boxes=[Box(contents, weight)],
        carrier_id=carrier(unit_for(order)).pk,
        unit_id=unit_id,
    )


def ship(order: Order, *, by: Actor = SYSTEM, now: datetime | None = None) -> Order:
    """Hand all parcels of a packed order to the carrier."""
    parcels = Parcel.objects.filter(reference=order.reference, ended_at=None)
    waybills = {parcel.number: f"SV-{parcel.number}" for parcel in parcels}
    return services.ship_order(by=by, order=order, version=order.version, waybills=waybills, now=now)


def deliver(order: Order, *, now: datetime | None = None) -> Order:
    """Let the carrier say that all parcels of an order arrived."""
    for parcel in Parcel.objects.filter(reference=order.reference, ended_at=None).order_by("pk"):
        carrier_says(by=SYSTEM, parcel=parcel, status=ParcelStatus.DELIVERED, now=now)
    order.refresh_from_db()
    return order


def sent_order(cast: Cast, quantity: int = 1) -> Order:
    """Return an order of the shop that is on its way."""
    assert cast.buyer.party
    return ship(pack(paid_order(make_offer(cast.buyer.party), quantity), by=cast.buyer.actor))


def balance(*, party: Party | None = None, unit_id: int | None = None, reference: str = "") -> int:
    """Return what lies on an account, in minor units; nothing where there is none."""
    wanted = {"party": party} if party else {"unit": unit_id} if unit_id else {"reference": reference}
    found = Account.objects.filter(**wanted).first()
    return found.balance_minor if found else 0


def disputed(order: Order, wanted: int = 1_000) -> Dispute:
    """Return a dispute that the buyer opened."""
    given = DisputeGiven(DisputeKind.SPOILT, "Two apples are rotten", fen(wanted))
    return services.open_dispute(by=ANONYMOUS, order=order, given=given, proof=signature(order.reference))
