"""The list of parties, with its filters and its workbook."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import _, one_by_one
from terrace.registry import queries, services
from terrace.registry.domain import Mark, Permission
from terrace.registry.forms import PartyFilter
from terrace.registry.models import Party
from terrace.registry.queries import Shown
from terrace.registry.services.import_rows import ADDRESS, EMAIL, KIND, NAME, NUMBER, PHONE, PLACE


@needs(Permission.VIEW, or_own=True)
def parties(request: Request) -> HttpResponse:
    """List the parties that the reader sees."""
    actor = request.actor
    form = PartyFilter(request.GET, actor=actor)
    rows = _narrow(actor, queries.visible_to(actor), form.given())
    if request.GET.get("export") == "xlsx" and form.is_valid():
        services.record_export(by=actor, rows=rows)
    may_register = actor.holds(Permission.MANAGE)
    context = {
        "title": _("Producers and buyers"),
        "lead": _("Households, cooperatives, enterprises, workshops and buyers."),
        "primary": {"url": reverse("registry:party_new"), "label": _("Register"), "icon": "plus"}
        if may_register
        else None,
        "actions": [{"url": reverse("registry:import"), "label": _("Import"), "icon": "upload"}]
        if may_register
        else [],
    }
    return listing.answer(request, "pages/list.html", _table(actor, may_register), rows, form, context)


def phone_of(shown: Shown) -> str:
    """Return the phone as the reader's country writes it, or masked as it is."""
    if not shown.has_contact:
        return shown.phone
    return show_phone(shown.phone, current().region)


def _phone_url(shown: Shown) -> str:
    return f"tel:{shown.phone}" if shown.has_contact and shown.phone else ""


def _narrow(actor: Actor, rows: QuerySet[Party], given: dict[str, Any]) -> QuerySet[Party]:
    marked = given.pop("mark", "")
    rows = queries.narrowed(actor, rows, **given)
    if marked:
        mark = Mark(marked)
        rows = queries.marked(rows, mark, services.look_for_mark(by=actor, mark=mark))
    return rows


def _table(actor: Actor, may_register: bool) -> Table[Party, Shown]:
    return Table(
        name="parties",
        columns=(
            Column("name", NAME, lambda shown: shown.name, sort="name"),
            Column("kind", KIND, lambda shown: shown.kind.label if shown.kind else "", sort="kind"),
            Column("area", PLACE, lambda shown: shown.place, Kind.NAMES, sort="area_path"),
            Column("phone", PHONE, phone_of, Kind.PHONE, url=_phone_url),
            Column("email", EMAIL, lambda shown: shown.email, sheet_only=True),
            Column("address", ADDRESS, lambda shown: shown.address, sheet_only=True),
            Column("cooperatives", _("Cooperatives"), lambda shown: one_by_one(shown.cooperatives)),
            Column("state", _("State"), lambda shown: shown.state or "", Kind.BADGE, tone=_tone),
            Column("number", NUMBER, lambda shown: shown.number, Kind.CODE, sort="number"),
        ),
        present=lambda rows: queries.shown_to(actor, rows),
        order=("name", "pk"),
        empty=Empty(
            _("Nobody is registered here yet"),
            _("Register households first: their supply can be recorded at once."),
            reverse("registry:party_new") if may_register else "",
            _("Register") if may_register else "",
            "no-people",
        ),
        url=lambda shown: reverse("registry:party", args=[shown.number]),
    )


def _tone(shown: Shown) -> str:
    return shown.state.tone if shown.state else ""
