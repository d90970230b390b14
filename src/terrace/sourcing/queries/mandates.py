"""Which mandates an actor sees, and what was bought by them."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import Mandate, Purchase


def mandates_visible_to(actor: Actor) -> QuerySet[Mandate]:
    """Return the mandates of firms below the actor's posts, those for the units there, and those of its own parties."""
    paths = actor.paths(Permission.VIEW)
    counties = {area.county_code for path in paths for area in network.ancestors(path)[-1:]}
    for_units = (within(paths, "unit_path") & ~Q(unit_path="")) | Q(unit_path="", county_code__in=counties - {""})
    return Mandate.objects.filter(within(paths) | for_units | Q(buyer__in=actor.own_parties))


def get_mandate(actor: Actor, number: str) -> Mandate:
    """Return the mandate `number`, or raise `NotFound` when the actor does not see it."""
    found = mandates_visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def mandates_fitting(buyer_id: int, unit: ServiceUnit, product_id: int, today: date) -> list[Mandate]:
    """Return the mandates in force by which a unit may buy a product for a firm, the narrowest first."""
    rows = Mandate.objects.filter(buyer=buyer_id, withdrawn_at=None, ends_on__gte=today)
    fitting = rows.filter(Q(unit=unit.pk) | Q(unit=None), Q(product=product_id) | Q(product=None))
    return sorted(fitting.order_by("pk"), key=lambda one: (one.unit_id is None, one.product_id is None, one.pk))


def gives_mandates(buyer_id: int) -> bool:
    """Say whether a firm has ever given a mandate: from then on its points buy by mandates alone."""
    return Mandate.objects.filter(buyer=buyer_id).exists()


def bought_by(mandates: Collection[Mandate], day: date | None = None) -> dict[int, Money]:
    """Return what was bought by each mandate, in all or on one day, by its id. Void purchases do not count."""
    rows = Purchase.objects.filter(mandate__in=[one.pk for one in mandates], voided_at=None)
    if day is not None:
        begin, end = clock.begin_of(day), clock.begin_of(day + timedelta(days=1))
        rows = rows.filter(purchased_at__gte=begin, purchased_at__lt=end)
    sums = dict(rows.order_by("mandate").values_list("mandate").annotate(Sum("amount_minor")))
    return {one.pk: Money(sums.get(one.pk, 0), one.currency) for one in mandates}


def left_of(mandates: Collection[Mandate], today: date) -> dict[int, Money]:
    """Return how much each mandate still allows to buy today."""
    on_day, in_all = bought_by(mandates, today), bought_by(mandates)
    found = {}
    for one in mandates:
        limits = [(one.a_day, on_day[one.pk]), (one.in_all, in_all[one.pk])]
        left = min(limit - spent for limit, spent in limits if limit is not None)
        found[one.pk] = max(left, Money(0, one.currency))
    return found
