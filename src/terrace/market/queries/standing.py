"""Where offers stand on a day, as conditions on their columns: what `domain.standing` says of one."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from terrace.market.domain import OfferStatus, Standing


def on_sale(today: date) -> Q:
    """Return the condition that an offer is sold on `today`, stock apart."""
    return Q(status=OfferStatus.ON_SALE, opens_on__lte=today, closes_on__gte=today)


def standing_at(wanted: Standing, today: date) -> Q:
    """Return the condition that an offer stands at `wanted` on `today`."""
    goes_on = Q(closes_on__gte=today)
    conditions: Mapping[Standing, Q] = {
        Standing.DRAFT: Q(status=OfferStatus.DRAFT),
        Standing.COMING: goes_on & Q(status=OfferStatus.ON_SALE, opens_on__gt=today),
        Standing.ON_SALE: on_sale(today) & Q(available__gt=0),
        Standing.SOLD_OUT: on_sale(today) & Q(available=0),
        Standing.PAUSED: goes_on & Q(status=OfferStatus.PAUSED),
        Standing.ENDED: ~Q(status=OfferStatus.DRAFT) & (Q(status=OfferStatus.ENDED) | ~goes_on),
    }
    return conditions[wanted]
