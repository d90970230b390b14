"""What carrying costs: by village and by carrier, month by month, by the published rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language
from terrace.logistics import queries
from terrace.logistics.domain import Permission
from terrace.logistics.forms.costs import CostFilter
from terrace.logistics.queries import Carriage
from terrace.network import queries as network
from terrace.registry import queries as registry

RULE = _(
    "A tour's energy, wear, driver and vehicle are shared by kilogram-kilometres: weight and half a kilogram, "
    "times the direct way and five kilometres. The shares add up to the tour."
)


Present = Callable[[Sequence[Carriage]], Sequence["CostRow"]]


@dataclass(frozen=True, slots=True)
class CostRow:
    """What carrying cost for one unit or carrier, with its name."""

    carriage: Carriage
    name: Text


@needs(Permission.DISPATCH)
def costs(request: Request) -> HttpResponse:
    """Show what a parcel and a kilogram cost in each village, or for each carrier, in some days."""
    form = CostFilter(request.GET)
    first, last = form.days(clock.today())
    context = {
        "title": _("What carrying costs"),
        "lead": RULE,
        "breadcrumb": [(_("Plans of days"), reverse("logistics:plans")), (_("What carrying costs"), "")],
    }
    read = queries.carriage_by_carrier if form.is_by_carrier else queries.carriage_by_unit
    rows = read(request.actor, first, last)
    table = _table(_carriers, _("Carrier")) if form.is_by_carrier else _table(_units, _("Unit"))
    return listing.answer_computed(request, "pages/list.html", table, rows, form, context)


def _table(present: Present, whose: Text) -> Table[Carriage, CostRow]:
    columns: tuple[Column[CostRow], ...] = (
        Column("of", whose, lambda row: row.name),
        Column("pieces", _("Carried"), lambda row: row.carriage.pieces, Kind.NUMBER, sort="pieces"),
        Column(
            "weight",
            _("Weight"),
            lambda row: Quantity(row.carriage.grams, Unit.KILOGRAM),
            Kind.QUANTITY,
            sort="grams",
        ),
        Column("cost", _("Cost"), lambda row: row.carriage.cost, Kind.MONEY, sort="cost"),
        Column("per_parcel", _("For each parcel"), lambda row: row.carriage.per_parcel, Kind.MONEY),
        Column("per_kg", _("For each kilogram"), lambda row: row.carriage.per_kg, Kind.MONEY),
    )
    return Table(
        name="costs",
        columns=columns,
        present=present,
        order=(),
        empty=Empty(
            _("No tours came home in these days"),
            _("Once a tour has come home, what it cost is shared among what it carried."),
        ),
    )


def _units(rows: Sequence[Carriage]) -> list[CostRow]:
    units = network.units_by_id(row.of_id for row in rows if row.of_id)
    return [CostRow(row, in_language(units[row.of_id or 0].names)) for row in rows]


def _carriers(rows: Sequence[Carriage]) -> list[CostRow]:
    parties = registry.parties_by_id({row.of_id for row in rows if row.of_id})
    return [CostRow(row, parties[row.of_id].name if row.of_id else _("Farm goods and others")) for row in rows]
