"""Statements of carriers by month: as a page, as a sheet and on paper; and what a fleet was paid by all of them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages, typeset, workbooks, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.small_tables import Head as Column
from terrace.http.small_tables import Small, plain
from terrace.http.workbooks import Head, Sheet
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _
from terrace.logistics import queries
from terrace.logistics.domain import Permission, TariffKind
from terrace.logistics.models import Carrier
from terrace.logistics.queries.months import MonthStatement, ParcelLine
from terrace.logistics.views.agreements import name_of, way_to
from terrace.registry import queries as registry

SHOWN, MOST_ON_PAPER = 200, 2_000
HEADS = (
    Head("parcel", _("Parcel")),
    Head("waybill", _("Waybill")),
    Head("day", _("Day")),
    Head("weight", _("Weight"), Unit.KILOGRAM.label),
    Head("by", _("Zone or tariff")),
    Head("fleet", _("Fleet")),
    Head("outlet", _("Outlet")),
    Head("return", _("Return")),
    Head("paid", _("paid")),
)


@needs(Permission.DISPATCH, or_party=True)
def statement(request: Request, number: str) -> HttpResponse:
    """Show a carrier's month: what was owed, what its parcels cost, what it paid, what it owes."""
    shared, month = _asked(request, number)
    said = queries.statement_of(shared, month)
    lines = queries.lines_of_month(shared, month)
    months = queries.months_with_fees([shared], clock.today())
    query = f"?month={month:%Y-%m}"
    sheet_url, paper_url = (reverse(f"logistics:statement_{form}", args=[number]) for form in ("sheet", "paper"))
    context = {
        "title": _("Statement of %(month)s") % {"month": written.localdate(month, "month")},
        "lead": name_of(shared),
        "breadcrumb": way_to(shared),
        "actions": [
            {
                "url": sheet_url + query,
                "label": _("xlsx"),
                "icon": "download",
            },
            {"url": paper_url + query, "label": _("PDF"), "icon": "printer"},
        ],
        "months": [(one, one == month) for one in months],
        "facts": _facts(said),
        "lines": _table(lines[:SHOWN]) if lines else None,
        "more": max(0, len(lines) - SHOWN),
    }
    return pages.render(request, "logistics/carrier_statement.html", context)


@needs(Permission.DISPATCH, or_party=True)
def sheet(request: Request, number: str) -> HttpResponse:
    """Send a carrier's month as a workbook: its sums, and each parcel."""
    shared, month = _asked(request, number)
    said = queries.statement_of(shared, month)
    heads = (Head("what", _("What")), Head("amount", _("Amount")))
    sums = Sheet(str(_("Sums")), heads, [(str(label), value) for label, _kind, value in _facts(said)])
    parcels = Sheet(str(_("Parcels")), HEADS, _rows(queries.lines_of_month(shared, month)))
    return workbooks.download(f"{shared.number}-{month:%Y-%m}", sums, parcels)


@needs(Permission.DISPATCH, or_party=True)
def paper(request: Request, number: str) -> HttpResponse:
    """Hand out a carrier's month as PDF."""
    shared, month = _asked(request, number)
    said = queries.statement_of(shared, month)
    lines = queries.lines_of_month(shared, month)[:MOST_ON_PAPER]
    data = {
        "title": str(_("Statement of %(month)s") % {"month": written.localdate(month, "month")}),
        "foot": f"{name_of(shared)} · {shared.number}",
        "facts": [[str(label), written.money(value)] for label, _kind, value in _facts(said)],
        "heads": [str(head) for head in (_("Parcel"), _("Waybill"), _("Fleet"), _("Outlet"), _("Return"), _("State"))],
        "lines": [_printed(line) for line in lines],
    }
    return typeset.answer(f"{shared.number}-{month:%Y-%m}", "logistics/carrier_statement.typ", data)


@needs(Permission.DISPATCH)
def fleet(request: Request) -> HttpResponse:
    """Show what each carrier paid the centre's fleet and outlets for a month, and what it owes."""
    shared = [one for one in queries.carriers_visible_to(request.actor).order_by("id") if _may(request, one)]
    month = _month(request)
    names = registry.parties_by_id({one.party_id for one in shared})
    said = [(names[one.party_id].name, queries.statement_of(one, month)) for one in shared]
    context = {
        "title": _("Fleet's statement of %(month)s") % {"month": written.localdate(month, "month")},
        "lead": _("What carriers were asked for, paid and owe: fleet and outlets together."),
        "breadcrumb": [(_("Carriers"), reverse("logistics:carriers"))],
        "actions": [],
        "months": [(one, one == month) for one in queries.months_with_fees(shared, clock.today())],
        "facts": [],
        "lines": _fleet_table(said) if said else None,
        "more": 0,
    }
    return pages.render(request, "logistics/carrier_statement.html", context)


def _asked(request: Request, number: str) -> tuple[Carrier, date]:
    """Return the carrier and the month that are asked for; only its own people and who plans tours there read them."""
    shared = queries.get_carrier(request.actor, number)
    if not _may(request, shared):
        raise Forbidden(permission=Permission.DISPATCH.value)
    return shared, _month(request)


def _may(request: Request, shared: Carrier) -> bool:
    actor = request.actor
    return actor.speaks_for(shared.party_id) or actor.may(Permission.DISPATCH, shared.area_path)


def _month(request: Request) -> date:
    text = request.GET.get("month", "")
    if not text:
        return clock.today().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as wrong:
        raise NotFound from wrong


def _facts(said: MonthStatement) -> list[tuple[Text, str, Money]]:
    return [
        (_("Owed before"), "money", said.opening),
        (_("Parcels"), "money", said.parcels),
        (_("Returns"), "money", said.returns),
        (_("Up to the minimum"), "money", said.minimum),
        (_("Paid in the month"), "money", said.paid),
        (_("Owed at its end"), "money", said.closing),
    ]


def _rows(lines: list[ParcelLine]) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        yield (
            line.parcel.number,
            line.parcel.waybill,
            clock.today(line.made_at),
            Quantity(line.parcel.weight_grams, Unit.KILOGRAM),
            line.by,
            *(_part(line, kind) for kind in (TariffKind.FLEET, TariffKind.OUTLET, TariffKind.RETURN)),
            line.is_paid,
        )


def _part(line: ParcelLine, kind: TariffKind) -> Money:
    return Money(line.fees.get(kind.value, 0), current().currency)


def _printed(line: ParcelLine) -> list[str]:
    parts = [written.money(_part(line, kind)) for kind in (TariffKind.FLEET, TariffKind.OUTLET, TariffKind.RETURN)]
    state = str(_("paid") if line.is_paid else _("owed"))
    return [line.parcel.number, line.parcel.waybill, *parts, state]


def _table(lines: list[ParcelLine]) -> Small:
    heads = [
        Column(_("Parcel")),
        Column(_("Waybill")),
        Column(_("Fleet"), numeric=True),
        Column(_("Outlet"), numeric=True),
        Column(_("Return"), numeric=True),
        Column(_("State")),
    ]
    rows = []
    for line in lines:
        number, *rest = _printed(line)
        rows.append([(number, reverse("logistics:parcel", args=[number])), *plain(*rest)])
    return Small(_("Parcels"), heads, rows)


def _fleet_table(said: list[tuple[str, MonthStatement]]) -> Small:
    heads = [Column(_("Carrier")), *(Column(label, numeric=True) for label, _kind, _value in _facts(said[0][1]))]
    rows = [
        [
            (name, reverse("logistics:statement", args=[one.carrier.number]) + f"?month={one.month:%Y-%m}"),
            *plain(*(written.money(value) for _label, _kind, value in _facts(one))),
        ]
        for name, one in said
    ]
    return Small(_("Carriers"), heads, rows)
