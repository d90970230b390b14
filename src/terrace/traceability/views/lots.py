"""The list of lots, a lot's page, and the report of a test."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.photo_files import A_DAY, send_photo
from terrace.http.request import Request
from terrace.http.ways import ways_from
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _, in_context
from terrace.traceability import queries, services
from terrace.traceability.domain import Permission, element_string, link_path
from terrace.traceability.forms import CopiesForm, LotFilter
from terrace.traceability.models import Lot
from terrace.traceability.queries import Named
from terrace.traceability.views import history
from terrace.traceability.views.growers import grower_in_words
from terrace.traceability.views.results import tests_of
from terrace.traceability.views.rows import areas_to_narrow_to, grade_of, state_of, table, tone_of, where


@needs(Permission.VIEW, or_party=True)
def lots(request: Request) -> HttpResponse:
    """List the lots that the reader sees."""
    form = LotFilter(request.GET, areas=areas_to_narrow_to(request.actor, request.GET.get("area", "")))
    rows = form.narrow(queries.lots_visible_to(request.actor))
    context = {
        "title": _("Lots"),
        "lead": _("What was taken in, where it lies now, and what became of it."),
    }
    return listing.answer(request, "pages/list.html", table(request.actor), rows, form, context)


@needs(Permission.VIEW, or_party=True)
def lot(request: Request, number: str) -> HttpResponse:
    """Show a lot: what it is, where its mass went, its family, and everything that happened to it."""
    found = queries.get_lot(request.actor, number)
    row = queries.named([found], request.actor)[0]
    steps = queries.steps_of([found.pk])
    above, below = history.family_of(request.actor, found)
    context = {
        "title": f"{row.title} · {found.number}",
        "lot": found,
        "breadcrumb": [(_("Lots"), reverse("traceability:lots")), (found.number, "")],
        "facts": _facts(row),
        "tone": tone_of(row),
        "status_label": state_of(row),
        "balance": history.balance_of(found, steps),
        "came_from": above,
        "became": below,
        "events": history.events_of(found, steps),
        "uses": history.uses_table(request.actor, found),
        "rides": history.rides_of(request.actor, steps),
        "tests": tests_of(queries.reach_of(found)),
        "opens_reports": True,
        "copies": CopiesForm({"copies": "1"}),
        "trace_url": link_path(found.gtin, found.number),
        "primary": None,
        "actions": [*ways_from(request.actor, found), *_acts(request.actor, found)],
    }
    return pages.render(request, "traceability/lot.html", context)


@needs(Permission.VIEW, or_party=True)
def document(request: Request, number: str, inspection: int) -> HttpResponse:
    """Send the photo of a test's report to who sees the lot."""
    found = queries.get_lot(request.actor, number)
    test = next((test for test in queries.inspections_of([found.pk]) if test.pk == inspection), None)
    if test is None:
        raise NotFound
    return send_photo(test.document, kept=A_DAY)


def _facts(row: Named) -> list[tuple[Text, str, Any]]:
    lot = row.lot
    producer = (
        (row.producer.name, reverse("registry:party", args=[row.producer.number]))
        if row.producer
        else grower_in_words(row.grower)
    )
    owner = (
        (row.owner.name, reverse("registry:party", args=[row.owner.number]))
        if row.owner
        else grower_in_words(row.owned_by)
    )
    return [
        (_("Product"), "text", row.title),
        (_("Grower"), "link" if row.producer else "text", producer),
        (_("Grew in"), "names", row.place),
        *([(_("Belongs to"), "link" if row.owner else "text", owner)] if lot.owner_id else []),
        (_("Lies at"), "text", where(row)),
        *([(_("Waits in"), "text", lot.set_aside_for.rpartition("/")[2])] if lot.set_aside_for else []),
        (in_context("a lot", "Left"), "quantity", lot.left),
        (_("Grade"), "text", grade_of(lot)),
        (_("Harvested"), "date", lot.harvested_on),
        (_("Since"), "date", lot.created_at),
        (_("GTIN and lot"), "text", element_string(lot.gtin, lot.number)),
    ]


def _acts(actor: Actor, lot: Lot) -> list[dict[str, Any]]:
    """Return what the reader may do with the lot as it is now."""
    records = services.may(actor, Permission.RECORD, lot) and lot.steps > 0
    inspects = services.may(actor, Permission.INSPECT, lot)
    at_hand = lot.unit_at_id is not None and not lot.set_aside_for
    offered: list[tuple[bool, str, Text, str]] = [
        (records and at_hand and not lot.is_recalled, "split", _("Split"), "arrows-exchange"),
        (records and at_hand and not lot.is_recalled, "merge", _("Merge"), "plus"),
        (records and at_hand, "lose", _("Record a loss"), "minus"),
        (records, "step", _("Record a step"), "clock"),
        (inspects, "inspect", _("Record a test"), "clipboard-list"),
        (inspects and at_hand, "grade", _("Grade"), "tag"),
        (inspects and not lot.is_recalled, "recall", _("Recall"), "alert-triangle"),
        (inspects and lot.is_recalled, "end_recall", _("End the recall"), "circle-check"),
    ]
    return [
        {"url": reverse(f"traceability:{name}", args=[lot.number]), "label": label, "icon": icon}
        for is_offered, name, label, icon in offered
        if is_offered
    ]
