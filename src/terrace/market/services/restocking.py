"""How much of an offer there is to sell: put in, and taken out by its seller. What orders take is in `stock`."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.market.domain import Standing
from terrace.market.domain.offers import LARGEST_STOCK
from terrace.market.models import Offer
from terrace.market.services.offer_terms import check_stock
from terrace.market.services.offers import OfferEnded
from terrace.market.services.selling import require_seller


@transaction.atomic
def restock(*, by: Actor, offer: Offer, quantity: int, now: datetime | None = None) -> Offer:
    """Put `quantity` more into stock. Raises `Forbidden`, `OfferEnded`, `Invalid` at `quantity`.

    One statement that adds: what is sold in the same moment is not lost.
    """
    require_seller(by, offer)
    check_stock(quantity, field="quantity")
    _refuse_ended(offer, now)
    rows = Offer.objects.filter(pk=offer.pk, stocked__lte=LARGEST_STOCK - quantity)
    if not rows.update(stocked=F("stocked") + quantity, available=F("available") + quantity):
        raise Invalid(_("This is more than any seller has. Is it a slip?"), field="quantity")
    return _recorded(by, "market.restock", offer, quantity, now)


@transaction.atomic
def take_out(*, by: Actor, offer: Offer, quantity: int, now: datetime | None = None) -> Offer:
    """Take `quantity` out of what is left: spoilt, or sold elsewhere. What orders hold stays theirs.

    Raises `Forbidden`, `OfferEnded`, and `Invalid` at `quantity` when less is left.
    """
    require_seller(by, offer)
    check_stock(quantity, field="quantity")
    _refuse_ended(offer, now)
    rows = Offer.objects.filter(pk=offer.pk, available__gte=quantity)
    if not rows.update(stocked=F("stocked") - quantity, available=F("available") - quantity):
        left = Offer.objects.values_list("available", flat=True).get(pk=offer.pk)
        raise Invalid(_("Only %(left)s are left.") % {"left": left}, field="quantity")
    return _recorded(by, "market.take_out", offer, quantity, now)


def _refuse_ended(offer: Offer, now: datetime | None) -> None:
    if offer.standing_on(clock.today(now)) is Standing.ENDED:
        raise OfferEnded


def _recorded(by: Actor, act: str, offer: Offer, quantity: int, now: datetime | None) -> Offer:
    offer.refresh_from_db(fields=["stocked", "available"])
    details = {"quantity": quantity, "left": offer.available}
    audit.record(by=by, act=act, subject=offer, area_path=offer.area_path, details=details, now=now)
    return offer
