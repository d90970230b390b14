"""Which disputes an actor sees, and whose turn it is."""

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.market.domain import DisputeStatus, Permission
from terrace.market.models import Dispute, Order
from terrace.market.queries.brought_back import parcels_brought_back
from terrace.market.queries.selling import has_a_stake, is_buyer

TO_BUYER, TO_SELLER = "buyer", "seller"
"""To which side the centre says its words."""
WITH_SELLER = (DisputeStatus.OPEN, DisputeStatus.RETURNING)


def disputes_visible_to(actor: Actor) -> QuerySet[Dispute]:
    """Return the disputes of the sellers below the actor's posts, and those about its own parties' orders."""
    return Dispute.objects.filter(within(actor.paths(Permission.VIEW)) | Q(order__in=_own_orders(actor)))


def _own_orders(actor: Actor) -> QuerySet[Order, int]:
    """Return the ids of the orders in which the actor has a stake, as `has_a_stake` says it of one."""
    mine = Q(seller__in=actor.own_parties) | Q(buyer__in=actor.own_parties)
    if actor.person_id is not None:
        mine |= Q(person=actor.person_id)
    return Order.objects.filter(mine).values_list("pk", flat=True)


def disputes_with_seller(actor: Actor) -> QuerySet[Dispute]:
    """Return the disputes in which it is the turn of a seller for whom the actor acts: to answer, to take goods in."""
    own = Order.objects.filter(seller__in=actor.parties).values("pk")
    mine = within(actor.paths(Permission.SELL)) | Q(order__in=own)
    return Dispute.objects.filter(mine, status__in=WITH_SELLER)


def disputes_to_decide(actor: Actor) -> QuerySet[Dispute]:
    """Return the disputes that the actor decides for the centre, the longest waiting first: no own ones."""
    here = within(actor.paths(Permission.DISPUTES))
    waiting = Dispute.objects.filter(here, status=DisputeStatus.WITH_CENTRE)
    return waiting.exclude(order__in=_own_orders(actor)).order_by("with_centre_at", "id")


def words_read_by(actor: Actor, dispute: Dispute) -> frozenset[str]:
    """Return whose words of the centre the actor reads: each side its own, who is on neither side both."""
    if actor.speaks_for(dispute.order.seller_id):
        return frozenset({TO_SELLER})
    return frozenset({TO_BUYER} if is_buyer(actor, dispute.order) else {TO_BUYER, TO_SELLER})


def waits_for_goods(dispute: Dispute) -> bool:
    """Say whether goods come back that nobody has counted in: from the buyer, also too late, or by the carrier."""
    return sent_back(dispute) or bool(parcels_brought_back(dispute.order))


def sent_back(dispute: Dispute) -> bool:
    """Say whether the buyer sends goods back, also those that the centre waits for no more."""
    late = dispute.status == DisputeStatus.WITH_CENTRE and dispute.asked_back and not dispute.returned_at
    return late or dispute.status == DisputeStatus.RETURNING


def may_decide(actor: Actor, dispute: Dispute) -> bool:
    """Say whether the actor decides the dispute for the centre: never who sold or bought the goods itself."""
    return actor.may(Permission.DISPUTES, dispute.area_path) and not has_a_stake(actor, dispute.order)


def get_dispute(actor: Actor, number: str) -> Dispute:
    """Return the dispute `number`, or raise `NotFound` when the actor does not see it."""
    found = disputes_visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def disputes_of(order: Order) -> list[Dispute]:
    """Return the disputes about an order, the latest first."""
    return list(order.disputes.order_by("-id"))


def is_decided(order: Order) -> bool:
    """Say whether the centre decided about what a buyer said of the order, and nothing has arrived since."""
    decided = order.disputes.filter(decided_at__isnull=False, parcel=None)
    return decided.filter(decided_at__gte=order.delivered_at).exists() if order.delivered_at else decided.exists()


def open_dispute_of(order_id: int) -> Dispute | None:
    """Return the dispute about the order that is not over, None where there is none."""
    return Dispute.objects.filter(order=order_id, ended_at=None).order_by("id").first()
