"""An outlet's result month by month, what its keeper enters as costs, and the ranking of an area's outlets."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, typeset, workbooks
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.pieces import Figure
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _, in_language
from terrace.ledger.domain import Part
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.statistics import queries, services
from terrace.statistics.domain import CostKind, Period, Permission, Span, month_of
from terrace.statistics.forms import CostForm
from terrace.statistics.queries import OutletMonth, Ranked
from terrace.statistics.services import CostGiven
from terrace.statistics.views import outlet_papers, telling
from terrace.statistics.views.places import area_for, crumbs

MONTHS = 12
SERVICES = (Part.OUTLET, Part.FLEET, Part.PACKING)


@needs(Permission.VIEW)
def outlet(request: Request, number: str) -> HttpResponse:
    """Show what an outlet earned, spent and had left in each of the last twelve months, and one's costs.

    For a month before them it shows the twelve that end with it.
    """
    unit = queries.get_outlet(request.actor, number)
    today = clock.today()
    month = _month(request.GET.get("month", ""), today)
    is_recent = (today.year - month.year) * 12 + today.month - month.month < MONTHS
    months = queries.months_of(unit, today if is_recent else month, MONTHS)
    shown = next(one for one in months if one.month == month)
    may_record = request.actor.may(Permission.COSTS, unit.area_path)
    said = queries.outlet_statement(unit, month)
    helps = queries.helps_for(unit, month) if shown.costs and shown.result.is_loss else []
    context = {
        "title": in_language(unit.names),
        "actions": [_paper(unit, month, "pdf", "printer"), _paper(unit, month, "xlsx", "download")],
        "fees": outlet_papers.fees(said),
        "cash": outlet_papers.cash(said) if said.cash_parcels or said.cash_owed else [],
        "helps": outlet_papers.told(helps),
        "lead": _("What the outlet earned by fees, what it cost to run, and what is left, month by month."),
        "breadcrumb": crumbs(request.actor, unit.area_path, ""),
        "figures": _figures(shown),
        "chart": _chart(months),
        "months": [_row(unit, one) for one in reversed(months)],
        "month": telling.month_name(shown.month),
        "earned": [(part.label, shown.earned[part]) for part in SERVICES if part in shown.earned],
        "costs": [_cost(unit, shown, kind, may_record) for kind in CostKind],
        "may_record": may_record,
    }
    return pages.render(request, "statistics/outlet.html", context)


@needs(Permission.VIEW)
def outlet_statement(request: Request, number: str, month: str, form: str) -> HttpResponse:
    """Print the statement of an outlet's month, or hand it out as a workbook."""
    unit = queries.get_outlet(request.actor, number)
    on = _month_or_404(month)
    if on > clock.today():
        raise NotFound
    said = queries.outlet_statement(unit, on)
    name = f"{unit.number}-{month}"
    if form == "xlsx":
        return workbooks.download(name, *outlet_papers.sheets(said))
    return typeset.answer(name, "statistics/outlet_statement.typ", outlet_papers.on_paper(said))


@needs(Permission.VIEW)
def own(request: Request) -> HttpResponse:
    """Lead to the outlet of the reader's own post, or to the ranking of its area's outlets."""
    mine = network.units_by_id(request.actor.units).values()
    outlets = sorted((unit for unit in mine if _is_outlet(unit)), key=lambda unit: unit.pk)
    if len(outlets) == 1:
        return redirect("statistics:outlet", outlets[0].number)
    return redirect("statistics:outlets")


@needs(Permission.COSTS)
def cost(request: Request, number: str, month: str, kind: str) -> HttpResponse:
    """Enter what an outlet paid for one kind of thing in a month, or correct it."""
    unit = queries.get_outlet(request.actor, number)
    request.actor.require(Permission.COSTS, unit.area_path)
    on, what = _month_or_404(month), _kind_or_404(kind)
    form = CostForm.of(pages.sent(request), queries.find_cost(unit, on, what))
    back = f"{reverse('statistics:outlet', args=[number])}?month={month}"
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = CostGiven(on, what, form.values["amount"], form.values["note"])
            services.record_cost(by=request.actor, unit=unit, given=given, version=form.values["version"])
            return redirect(back)
    context = {
        "title": what.label,
        "lead": f"{in_language(unit.names)} · {telling.month_name(on)}",
        "breadcrumb": [*crumbs(request.actor, unit.area_path, ""), (in_language(unit.names), back), (what.label, "")],
        "form": form,
        "cancel_url": back,
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.VIEW)
def ranking(request: Request) -> HttpResponse:
    """List the stations and points of the reader's area by what a month left them, those in loss first."""
    place, today = area_for(request.actor, request.GET.get("area", "")), clock.today()
    period = Period.of(Span.MONTH, _month(request.GET.get("month", ""), today))
    rows = queries.ranking(place.path, period.days.first)
    told = {
        "month": telling.name_of(period),
        "place": in_language(place.names),
        "losses": sum(one.result.is_loss for one in rows),
        "count": len(rows),
    }
    lead = _("%(month)s, %(place)s: %(losses)d of %(count)d outlets in loss. Costs are what their keepers entered.")
    context = {
        "title": _("Outlets"),
        "lead": lead % told,
        "breadcrumb": crumbs(request.actor, place.path, ""),
        "actions": _neighbours(place.code, period, today),
    }
    return listing.answer_computed(request, "pages/list.html", _table(), rows, FilterForm(request.GET), context)


def _paper(unit: ServiceUnit, month: date, form: str, icon: str) -> dict[str, Any]:
    url = reverse("statistics:outlet_statement", args=[unit.number, f"{month:%Y-%m}", form])
    return {"url": url, "label": _("Statement") if form == "pdf" else _("As a sheet"), "icon": icon}


def _is_outlet(unit: ServiceUnit) -> bool:
    return current().plan.get(unit.tier).workspace in queries.OUTLETS


def _month(text: str, today: date) -> date:
    """Return the month that an address names as 2026-10, this one where it names none that has come."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return month_of(today)
    return found if date(2000, 1, 1) <= found <= today else month_of(today)


def _month_or_404(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFound from None


def _kind_or_404(text: str) -> CostKind:
    try:
        return CostKind(text)
    except ValueError:
        raise NotFound from None


def _figures(shown: OutletMonth) -> list[Figure]:
    result, month = shown.result, telling.month_name(shown.month)
    left = _("Loss") if result.is_loss else _("Profit")
    unknown = _("no costs entered yet") if not shown.costs else month
    return [
        Figure(left, telling.told(result.profit), line=unknown),
        Figure(_("Earned by fees"), telling.told(result.earned), line=month),
        Figure(_("Costs"), telling.told(result.spent), line=month),
    ]


def _chart(months: Sequence[OutletMonth]) -> dict[str, Any]:
    return {
        "kind": "bar",
        "title": _("Fees and costs by month"),
        "unit": current().currency,
        "head": _("Month"),
        "series": [_("Earned by fees"), _("Costs"), _("What is left")],
        "rows": [(telling.month_name(one.month), _points(one)) for one in months],
    }


def _points(one: OutletMonth) -> list[tuple[Any, Money]]:
    found = one.result
    return [(amount.amount, amount) for amount in (found.earned, found.spent, found.profit)]


def _row(unit: ServiceUnit, one: OutletMonth) -> dict[str, Any]:
    url = f"{reverse('statistics:outlet', args=[unit.number])}?month={one.month:%Y-%m}"
    return {"name": telling.month_name(one.month), "url": url, "result": one.result, "has_costs": bool(one.costs)}


def _cost(unit: ServiceUnit, shown: OutletMonth, kind: CostKind, may_record: bool) -> dict[str, Any]:
    address = [unit.number, f"{shown.month:%Y-%m}", kind.value]
    found = shown.costs.get(kind)
    return {
        "label": kind.label,
        "amount": found.amount if found else None,
        "note": found.note if found else "",
        "url": reverse("statistics:outlet_cost", args=address) if may_record and _had_begun(unit, shown) else "",
    }


def _had_begun(unit: ServiceUnit, shown: OutletMonth) -> bool:
    return month_of(unit.founded_on) <= shown.month


def _neighbours(area: str, period: Period, today: date) -> list[dict[str, Any]]:
    found = [(period.before, "chevron-left")]
    if period.days.last < today:
        found.append((period.after, "chevron-right"))
    return [
        {
            "label": telling.name_of(one),
            "url": f"{reverse('statistics:outlets')}?area={area}&month={one.days.first:%Y-%m}",
            "icon": icon,
        }
        for one, icon in found
    ]


def _table() -> Table[Ranked, Ranked]:
    return Table(
        name="outlets",
        columns=(
            Column("outlet", _("Outlet"), lambda one: one.unit.names, Kind.NAMES),
            Column("number", _("Number"), lambda one: one.unit.number, Kind.CODE, sheet_only=True),
            Column("state", _("Result"), _state, tone=_tone, kind=Kind.BADGE),
            _money("earned", _("Earned by fees")),
            _money("spent", _("Costs")),
            _money("profit", _("What is left")),
            Column("more", _("More parcels a day to cover it"), lambda one: one.more_parcels, Kind.NUMBER),
        ),
        present=list,
        order=(),
        empty=Empty(_("No outlets here"), _("Stations and points appear here as soon as they are founded.")),
        url=lambda one: f"{reverse('statistics:outlet', args=[one.unit.number])}?month={one.result.month:%Y-%m}",
    )


def _money(name: str, label: Text) -> Column[Ranked]:
    def value(one: Ranked) -> Money:
        found: Money = getattr(one.result, name)
        return found

    return Column(name, label, value, Kind.MONEY, sort=f"result__{name}__minor")


def _state(one: Ranked) -> Text:
    if not one.has_costs:
        return _("No costs entered")
    return _("Loss") if one.result.is_loss else _("Profit")


def _tone(one: Ranked) -> str:
    if not one.has_costs:
        return "neutral"
    return "bad" if one.result.is_loss else "good"
