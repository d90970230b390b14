"""Goods that a buyer hands in at a counter of the network: a parcel brings them back to where they were packed."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction
from terrace.logistics.domain import Permission as Logistics
from terrace.logistics.models import Parcel
from terrace.logistics.services import NewParcel
from terrace.market.domain import DisputeStatus, ReturnState
from terrace.market.domain.returns import dispute_in, reference_of
from terrace.market.models import Dispute
from terrace.market.queries.returning import return_home, return_parcel
from terrace.market.services import news
from terrace.market.services.disputing import lock_dispute, pass_on_dispute, record, require_returning, step
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry


class HandedIn(DomainError):
    """The goods were handed in already and are on their way."""

    code = "handed_in"
    message = _("These goods were handed in already.")


@transaction.atomic
def take_in_return(
    *, by: Actor, dispute: Dispute, unit: ServiceUnit, weight_grams: int, now: datetime | None = None
) -> Parcel:
    """Take goods in at a unit's counter that a buyer sends back; return the parcel in which they go to the packer.

    Raises `Forbidden` for who does not work at the unit, `NotYourTurn` unless the
    seller asked for the goods, `HandedIn`, `Invalid` at the field, also where
    they were packed at this very unit: then they are back.
    """
    moment = now or clock.now()
    by.require(Logistics.HANDLE, unit.area_path)
    order, dispute = lock_dispute(dispute)
    require_returning(dispute)
    before, home = return_parcel(dispute), return_home(dispute)
    if before is not None and not before.is_lost_or_back:
        raise HandedIn(field="number")
    if home is None or home.pk == unit.pk:
        raise Invalid(_("These goods were packed here: give them to the packer, who notes that they are back."))
    new = NewParcel(
        direction=Direction.UP,
        recipient=registry.parties_by_id([order.seller_id])[order.seller_id].name,
        phone="",
        from_unit_id=unit.pk,
        weight_grams=weight_grams,
        reference=reference_of(dispute.number),
        to_unit_id=home.pk,
        sender_id=order.seller_id,
    )
    parcel = logistics.register_parcel(by=by, new=new, now=moment)
    dispute.return_waybill = parcel.number
    step(dispute, DisputeStatus(dispute.status), moment)
    record(by, "take_in_return", dispute, {"parcel": parcel.number, "unit": unit.number}, moment)
    url = reverse("market:dispute", args=[dispute.number])
    news.to_seller(order, _("The goods of order %(number)s are on their way back"), now=moment, url=url)
    news.to_buyer(order, _("The goods of your order %(number)s were handed in and are on their way back."), now=moment)
    return parcel


@transaction.atomic
def return_arrived(*, reference: str, at: datetime) -> None:
    """Ask the seller to look at goods that are back, with time from now. Other parcels' news changes nothing."""
    known = _on_the_way_back(reference)
    if known is None:
        return
    order, dispute = lock_dispute(known)
    if not DisputeStatus(dispute.status).is_over:
        step(dispute, DisputeStatus(dispute.status), at)
        said = _("The goods of order %(number)s are back. Look at them, so that the buyer gets the money.")
        where = reverse("market:dispute", args=[dispute.number])
    else:
        said = _("Goods of order %(number)s are back, after it was over. Look into the parcel.")
        where = reverse("market:sale", args=[order.number])
    news.to_seller(order, said, now=at, url=where)
    news.to_packers(return_home(dispute), order, said, now=at, url=where)
    news.to_buyer(order, _("The goods of your order %(number)s arrived at the seller's."), now=at)


@transaction.atomic
def return_lost(*, reference: str, at: datetime) -> None:
    """Let the centre decide where goods were lost on their way back. Other parcels' news changes nothing."""
    known = _on_the_way_back(reference)
    if known is None:
        return
    order, dispute = lock_dispute(known)
    if dispute.status == DisputeStatus.RETURNING:
        pass_on_dispute(by=SYSTEM, dispute=dispute, now=at)
        dispute.refresh_from_db()
    dispute.return_state, dispute.returned_at = ReturnState.LOST.value, at  # nobody waits for them any more
    dispute.save_version(dispute.version, ["return_state", "returned_at"])
    record(SYSTEM, "lose_return", dispute, {"parcel": dispute.return_waybill}, at)
    news.to_seller(order, _("The goods of order %(number)s were lost on their way back"), now=at)
    news.to_buyer(order, _("The goods of your order %(number)s were lost on their way back."), now=at)


def _on_the_way_back(reference: str) -> Dispute | None:
    """Return the dispute that a parcel's reference names, if its goods are still to come back."""
    number = dispute_in(reference)
    return Dispute.objects.filter(number=number, asked_back=True, returned_at=None).first() if number else None
