"""Goods that come back to their seller, by the real services."""

from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.kernel.money import Money
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import ReturnState
from terrace.market.models import Dispute, Order
from terrace.market.services.links import signature
from tests.journeys.harvest import Season, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.settling import deliver, disputed


def half_lost_half_sent_back(season: Season, state: ReturnState) -> Order:
    """Return an order of two parcels: the carrier lost the first, the buyer sent the second back."""
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    lost, arrived = parcels_of(order)
    carrier_says(by=SYSTEM, parcel=arrived, status=ParcelStatus.DELIVERED)
    dispute = disputed(order, order.escrow.minor)
    services.ask_goods_back(
        by=season.cast.buyer.actor,
        dispute=dispute,
        version=dispute.version,
        amount=order.escrow,
        words="Send back what came",
    )
    carrier_says(by=SYSTEM, parcel=lost, status=ParcelStatus.LOST)
    services.take_back_goods(by=season.cast.packer.actor, dispute=dispute, state=state)
    order.refresh_from_db()
    return order


def sent_back(season: Season, order: Order, amount: Money | None = None) -> Dispute:
    """Return the dispute in which the buyer of an order has sent its goods back, for all or some of the money."""
    dispute, money = disputed(order), amount or order.escrow
    services.ask_goods_back(
        by=season.cast.buyer.actor, dispute=dispute, version=dispute.version, amount=money, words="Back"
    )
    proof = signature(order.reference)
    return services.hand_in_return(by=ANONYMOUS, dispute=dispute, waybill="SF-1", proof=proof)


def give_back(season: Season, order: Order, amount: Money | None = None) -> None:
    """Let the centre give all or some of an order's money back, whose dispute it has."""
    dispute = Dispute.objects.get(order=order, ended_at=None)
    services.decide_dispute(
        by=season.cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=amount or order.escrow,
        words_to_buyer="It comes back",
        words_to_seller="It goes back",
    )
    order.refresh_from_db()


def paid_though_sent_back(season: Season, boxes: int) -> Order:
    """Return an order whose buyer sent the goods back, said then that all is well, and let its money be shared."""
    order = deliver(pack_and_ship(season, paid_order(season.offer, boxes)))
    dispute = sent_back(season, order)
    services.withdraw_dispute(by=ANONYMOUS, dispute=dispute, proof=signature(order.reference))
    order.refresh_from_db()
    return services.complete_order(by=SYSTEM, order=order)
