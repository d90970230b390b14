"""What must hold of mandates, and of what was bought by them."""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import TruncDate

from terrace.kernel.checks import Check, misplaced
from terrace.network import queries as network
from terrace.sourcing.models import Mandate, Purchase


def _elsewhere() -> Iterable[str]:
    """A mandate lies in its buyer's area, and knows the area of the unit that it is for."""
    rows = list(Mandate.objects.order_by("number"))
    areas = [(one.number, one.area_id, one.area_path) for one in rows]
    units = network.units_by_id({one.unit_id for one in rows if one.unit_id})
    yield from misplaced(areas, network.paths_of({one.area_id for one in rows}))
    yield from (one.number for one in rows if (units[one.unit_id].area_path if one.unit_id else "") != one.unit_path)


def _bought_beside_them() -> Iterable[str]:
    """What was bought by a mandate is of its buyer, unit and goods, on a day on which it was in force."""
    fits = Q(mandate__buyer=F("buyer"))
    fits &= Q(mandate__unit=None) | Q(mandate__unit=F("unit"))
    fits &= Q(mandate__product=None) | Q(mandate__product=F("product"))
    fits &= Q(mandate__withdrawn_at=None) | Q(mandate__withdrawn_at__gte=F("purchased_at"))
    bought = Purchase.objects.filter(mandate__isnull=False).annotate(day=TruncDate("purchased_at"))
    return bought.exclude(fits, day__lte=F("mandate__ends_on")).order_by("pk").values_list("number", flat=True)


def _bought_without_one() -> Iterable[str]:
    """From its first mandate on, points buy for a firm by its mandates alone."""
    before = Mandate.objects.filter(buyer=OuterRef("buyer"), created_at__lt=OuterRef("created_at"))
    bought = Purchase.objects.filter(Exists(before), mandate=None)
    return bought.order_by("pk").values_list("number", flat=True)


def _overdrawn() -> Iterable[str]:
    """No more was bought by a mandate than it allows, on a day and in all; void purchases do not count."""
    bought = Purchase.objects.filter(mandate__isnull=False, voided_at=None).order_by()
    in_all = bought.values("mandate__number", "mandate__whole_minor").annotate(sum=Sum("amount_minor"))
    days = bought.annotate(day=TruncDate("purchased_at")).values("mandate__number", "mandate__day_minor", "day")
    on_day = days.annotate(sum=Sum("amount_minor"))
    over = [*in_all.filter(sum__gt=F("mandate__whole_minor")), *on_day.filter(sum__gt=F("mandate__day_minor"))]
    return sorted({row["mandate__number"] for row in over})


MANDATE_CHECKS = (
    Check("a mandate lies in its areas", _elsewhere),
    Check("what was bought by a mandate fits it", _bought_beside_them),
    Check("a firm with mandates buys by them alone", _bought_without_one),
    Check("no more was bought than a mandate allows", _overdrawn),
)
