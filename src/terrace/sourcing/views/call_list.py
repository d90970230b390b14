"""The list of all calls worth making: who should call whom about what, by product and area."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission
from terrace.sourcing.forms.notices import CallFilter
from terrace.sourcing.queries import CALL_SORTS, Match
from terrace.sourcing.views import calls
from terrace.sourcing.views.areas import own_areas
from terrace.sourcing.views.calls import Call


@needs(Permission.VIEW)
def call_list(request: Request) -> HttpResponse:
    """List every call worth making about the supply of an area, the most promising first."""
    actor = request.actor
    form = CallFilter(request.GET, areas=own_areas(actor, request.GET.get("area", "")))
    plan = queries.calls_under(actor, form.paths(actor), clock.today(), form.product_id())
    context = {
        "title": _("Who should call whom"),
        "lead": _("What is offered and who wants it. No supply is promised twice over its quantity."),
        "is_cut": plan.is_cut,
    }
    return listing.answer_computed(request, "sourcing/call_list.html", _table(actor), plan.calls, form, context)


def _table(actor: Actor) -> Table[Match, Call]:
    return Table(
        name="calls",
        columns=(*_whom(), *_what(), *_SHEET),
        present=lambda matches: _present(actor, matches),
        order=(),
        empty=Empty(
            _("Nobody fits yet"),
            _("A call appears here as soon as somebody wants what is offered in this area."),
            illustration="no-supply",
        ),
    )


def _present(actor: Actor, matches: Sequence[Match]) -> list[Call]:
    return calls.of(actor, "", matches)


def _whom() -> tuple[Column[Call], ...]:
    return (
        Column("goods", _("Product"), lambda call: call.supply.goods, url=_supply_url),
        Column("caller", _("Who calls"), lambda call: call.caller),
        Column("called", _("Whom"), lambda call: call.called, url=_demand_url),
        Column("phone", _("Telephone"), lambda call: call.shown_phone, Kind.PHONE, url=_phone_url),
    )


def _what() -> tuple[Column[Call], ...]:
    return (
        Column(
            "quantity",
            _("For this call"),
            lambda call: call.match.quantity,
            Kind.QUANTITY,
            sort=CALL_SORTS["quantity"],
        ),
        Column(
            "asked",
            _("Asking price"),
            lambda call: call.match.supply.price,
            Kind.MONEY,
            sort=CALL_SORTS["asked"],
            per=lambda call: call.match.supply.quantity.unit.one,
        ),
        Column(
            "price",
            _("Price offered"),
            lambda call: call.match.demand.price,
            Kind.MONEY,
            sort=CALL_SORTS["price"],
            per=lambda call: call.match.supply.quantity.unit.one,
        ),
        Column("fitness", _("Fits, of 100"), lambda call: call.match.fitness, Kind.NUMBER, sort=CALL_SORTS["fitness"]),
    )


# What the page has no room for: both notices tell it, a click away.
_SHEET: tuple[Column[Call], ...] = (
    Column(
        "place",
        _("Place of the supply"),
        lambda call: call.supply.place,
        Kind.NAMES,
        CALL_SORTS["place"],
        sheet_only=True,
    ),
    Column("offered", _("Offered"), lambda call: call.match.supply.quantity, Kind.QUANTITY, sheet_only=True),
    Column("left", _("Then left of it"), lambda call: call.match.left, Kind.QUANTITY, sheet_only=True),
    Column("wanted", _("Wanted"), lambda call: call.match.demand.quantity, Kind.QUANTITY, sheet_only=True),
    Column(
        "closes_on",
        _("Wanted until"),
        lambda call: call.match.demand.closes_on,
        Kind.DATE,
        CALL_SORTS["closes_on"],
        sheet_only=True,
    ),
    Column("days", _("Days in common"), lambda call: call.match.days, Kind.NUMBER, CALL_SORTS["days"], sheet_only=True),
    Column("supply", _("Number of the supply"), lambda call: call.match.supply.number, Kind.CODE, sheet_only=True),
    Column("demand", _("Number of the demand"), lambda call: call.match.demand.number, Kind.CODE, sheet_only=True),
    Column("product_code", _("Product code"), lambda call: call.supply.product.code, sheet_only=True),
    Column("area_code", _("Area code"), lambda call: call.match.supply.area_id, sheet_only=True),
)


def _supply_url(call: Call) -> str:
    return reverse("sourcing:supply_detail", args=[call.match.supply.number])


def _phone_url(call: Call) -> str:
    return f"tel:{call.phone}" if call.phone else ""


def _demand_url(call: Call) -> str:
    return reverse("sourcing:demand_detail", args=[call.match.demand.number])
