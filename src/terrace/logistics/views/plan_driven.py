"""What a plan became: its tours as they were driven, beside what was planned."""

from django.urls import reverse

from terrace.http import written
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import TourStatus
from terrace.logistics.models import DayPlan, Tour
from terrace.logistics.views.driven import hour
from terrace.logistics.views.plan_cards import kilometres

HEADS = (
    (_("Tour"), False),
    (_("Vehicle"), False),
    (_("State"), False),
    (_("Leaves at"), False),
    (_("Left"), False),
    (_("Came home"), False),
    (_("Way"), True),
    (_("Cost"), True),
)
Cells = list[tuple[object, str]]


def driven_of(found: DayPlan) -> dict[str, object] | None:
    """Return the tours of an approved plan as `components/table.html` draws them, None where it has none.

    Way and cost of a tour are there once they were reckoned; those of all stand beside the plan's own.
    """
    tours = queries.tours_of_plan(found)
    if not tours:
        return None
    return {
        "caption": _("What became of it"),
        "columns": [{"label": label, "numeric": numeric, "unit": ""} for label, numeric in HEADS],
        "rows": [*(_line(tour) for tour in tours), *_together(found, tours)],
    }


def _line(tour: Tour) -> Cells:
    cost = getattr(tour, "cost", None)
    return [
        (tour.number, reverse("logistics:tour", args=[tour.number])),
        (tour.vehicle.plate, ""),
        (TourStatus(tour.status).label, ""),
        (f"{tour.starts_at:%H:%M}", ""),
        (hour(tour.started_at), ""),
        (hour(tour.finished_at), ""),
        (kilometres(cost.metres) if cost else "", ""),
        (written.money(cost.total) if cost else "", ""),
    ]


def _together(found: DayPlan, tours: list[Tour]) -> list[Cells]:
    """Return what was planned, and what was reckoned for the tours that came home."""
    rows: list[Cells] = []
    if found.figures is not None and found.cost is not None:
        rows.append(_sum(_("By plan"), kilometres(found.figures.distance), written.money(found.cost)))
    costs = [tour.cost for tour in tours if hasattr(tour, "cost")]
    if costs:
        told = _("As driven") if len(costs) == len(tours) else _("As driven so far")
        metres = kilometres(sum(cost.metres for cost in costs))
        whole = written.money(Money(sum(cost.total_minor for cost in costs), found.currency))
        rows.append(_sum(told, metres, whole))
    return rows


def _sum(label: object, way: object, cost: object) -> Cells:
    return [(label, ""), *[("", "")] * (len(HEADS) - 3), (way, ""), (cost, "")]
