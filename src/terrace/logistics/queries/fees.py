"""What carriers owe, and what units earned for parcels."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Least

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.logistics.domain import Permission, TariffKind
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


@dataclass(frozen=True, slots=True)
class CarrierFees:
    """What one carrier paid an outlet in some days: for how many parcels and grams, by the parcel and by weight."""

    payer_id: int
    parcels: int
    grams: int
    by_parcel: Money
    by_weight: Money

    @property
    def amount(self) -> Money:
        """All of it."""
        return self.by_parcel + self.by_weight


def outlet_fees(unit_id: int, first: date, last: date) -> list[CarrierFees]:
    """Return what carriers paid an outlet in the days `first` to `last`, by carrier; what is owed still is left out.

    The part by the parcel is the tariff's price of a parcel, the rest is for the weight. The caller has authorised it.
    """
    currency = current().currency
    paid = _outlet_fees([unit_id], first, last)
    by_parcel = Least(Coalesce("tariff__per_parcel_minor", "amount_minor"), "amount_minor")
    rows = paid.values("payer_id").annotate(
        count=Count("pk"), grams=Sum("parcel__weight_grams"), whole=Sum("amount_minor"), parcels=Sum(by_parcel)
    )
    return [
        CarrierFees(
            row["payer_id"],
            row["count"],
            row["grams"],
            Money(row["parcels"], currency),
            Money(row["whole"] - row["parcels"], currency),
        )
        for row in rows.order_by("payer_id")
    ]


def fees_per_parcel(unit_ids: Collection[int], first: date, last: date) -> dict[int, tuple[int, Money]]:
    """Return for how many parcels carriers paid outlets in the days `first` to `last`, and how much, by unit."""
    currency = current().currency
    rows = _outlet_fees(unit_ids, first, last).values("unit_id").annotate(count=Count("pk"), whole=Sum("amount_minor"))
    return {row["unit_id"]: (row["count"], Money(row["whole"], currency)) for row in rows.order_by("unit_id")}


def _outlet_fees(unit_ids: Collection[int], first: date, last: date) -> QuerySet[ParcelFee]:
    begins, ends = clock.begin_of(first), clock.begin_of(last + timedelta(days=1))
    fees = ParcelFee.objects.filter(unit__in=unit_ids, kind=TariffKind.OUTLET, currency=current().currency)
    return fees.filter(paid_at__gte=begins, paid_at__lt=ends)


def owed_to(unit_id: int) -> Money:
    """Return what carriers still owe a unit for parcels. The caller has authorised it."""
    waiting = ParcelFee.objects.filter(unit_id=unit_id, paid_at__isnull=True, currency=current().currency)
    return Money(int(waiting.aggregate(whole=Sum("amount_minor"))["whole"] or 0), current().currency)


def earned_by(unit_id: int, first: date, last: date) -> Money:
    """Return what a unit earned for parcels in the days `first` to `last`, what is still owed to it too."""
    begins, ends = clock.begin_of(first), clock.begin_of(last + timedelta(days=1))
    fees = ParcelFee.objects.filter(unit_id=unit_id, created_at__gte=begins, created_at__lt=ends)
    currency = current().currency
    whole = fees.filter(currency=currency).aggregate(whole=Sum("amount_minor"))["whole"]
    return Money(int(whole or 0), currency)
