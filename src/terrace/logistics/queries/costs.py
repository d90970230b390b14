"""What carrying costs, by the units where it ends or begins and by for whom it is: from the tours that came home."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.logistics.domain import Permission
from terrace.logistics.models import Load, Tour, TourCost


@dataclass(frozen=True, slots=True)
class Carriage:
    """What carrying cost for one unit, or for one carrier (None for none of them): pieces, grams, and its parcels."""

    of_id: int | None
    pieces: int
    grams: int
    cost: Money
    parcels: int
    parcels_cost: Money

    @property
    def per_kg(self) -> Money | None:
        """What a kilogram cost."""
        return self.cost.per(1_000, self.grams) if self.grams else None

    @property
    def per_parcel(self) -> Money | None:
        """What a parcel cost."""
        return self.parcels_cost.per(1, self.parcels) if self.parcels else None


def tour_costs_visible_to(actor: Actor) -> QuerySet[TourCost]:
    """Return what the tours cost of the areas where the actor plans tours."""
    return TourCost.objects.filter(within(actor.paths(Permission.DISPATCH)))


def cost_of_tour(tour: Tour) -> TourCost | None:
    """Return what a tour cost, None until it was reckoned. The caller has authorised the look."""
    return TourCost.objects.filter(tour=tour).first()


def carriage_by_unit(actor: Actor, first: date, last: date) -> list[Carriage]:
    """Return what carrying cost by the unit where things were taken or put down, in days `first` to `last`.

    The dearest kilogram first.
    """
    at = Coalesce("drop_at__unit_id", "take_at__unit_id")
    found = [row for row in _summed(_loads(actor, first, last), at) if row.of_id]
    return sorted(found, key=lambda row: (-(row.per_kg.minor if row.per_kg else 0), row.of_id or 0))


def carriage_by_carrier(actor: Actor, first: date, last: date) -> list[Carriage]:
    """Return what carrying cost by for whom it was, in days `first` to `last`; None is farm goods. The most first."""
    found = _summed(_loads(actor, first, last), F("parcel__carrier_id"))
    return sorted(found, key=lambda row: (-row.cost.minor, row.of_id or 0))


def _loads(actor: Actor, first: date, last: date) -> QuerySet[Load]:
    tours = tour_costs_visible_to(actor).filter(on__gte=first, on__lte=last).values("tour_id")
    return Load.objects.filter(tour__in=tours, cost_minor__isnull=False)


def _summed(loads: QuerySet[Load], key: Coalesce | F) -> list[Carriage]:
    """Return the loads summed by what `key` says of them."""
    currency, is_parcel = current().currency, Q(parcel__isnull=False)
    rows = loads.values(of=key).annotate(
        pieces=Count("pk"),
        whole_grams=Sum("grams"),
        whole=Sum("cost_minor"),
        parcels=Count("pk", filter=is_parcel),
        parcels_whole=Sum("cost_minor", filter=is_parcel, default=0),
    )
    return [
        Carriage(
            row["of"],
            row["pieces"],
            int(row["whole_grams"]),
            Money(int(row["whole"]), currency),
            row["parcels"],
            Money(int(row["parcels_whole"]), currency),
        )
        for row in rows.order_by("of")
    ]
