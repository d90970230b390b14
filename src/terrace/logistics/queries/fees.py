"""What carriers owe, and what units earned for parcels."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.logistics.domain import Permission
from terrace.logistics.models import Parcel, ParcelFee


def owed_by(party_ids: Iterable[int]) -> dict[int, Money]:
    """Return what each of the carriers owes for parcels that were handed over; who owes nothing is left out."""
    waiting = ParcelFee.objects.filter(paid_at__isnull=True, payer_id__in=list(party_ids))
    sums = waiting.values("payer_id", "currency").annotate(whole=Sum("amount_minor")).order_by("payer_id")
    return {row["payer_id"]: Money(int(row["whole"]), row["currency"]) for row in sums}


def fees_visible_to(actor: Actor) -> QuerySet[ParcelFee]:
    """Return the fees that units below the actor's posts earn, and those that its own parties pay."""
    own = Q(payer__in=actor.own_parties)
    return ParcelFee.objects.filter(within(actor.paths(Permission.VIEW)) | own).select_related(
        "parcel", "tariff", "zone__agreement"
    )


def owed_fees(party_ids: Iterable[int]) -> QuerySet[ParcelFee]:
    """Return the fees that one of the carriers owes. The caller speaks for them."""
    return ParcelFee.objects.filter(payer__in=list(party_ids), paid_at__isnull=True).order_by("id")


def fees_of(parcel: Parcel) -> QuerySet[ParcelFee]:
    """Return what is paid for a parcel, with the tariffs that say why. The caller has authorised the look."""
    return ParcelFee.objects.filter(parcel=parcel).select_related("parcel", "tariff", "zone__agreement").order_by("id")


def earned_by(unit_id: int, first: date, last: date) -> Money:
    """Return what a unit earned for parcels in the days `first` to `last`, what is still owed to it too."""
    begins, ends = clock.begin_of(first), clock.begin_of(last + timedelta(days=1))
    fees = ParcelFee.objects.filter(unit_id=unit_id, created_at__gte=begins, created_at__lt=ends)
    currency = current().currency
    whole = fees.filter(currency=currency).aggregate(whole=Sum("amount_minor"))["whole"]
    return Money(int(whole or 0), currency)
