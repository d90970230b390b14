"""Crates and pallets of a consignment: their numbers, and the labels that bear them."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import barcodes, pages, typeset, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.ends import FROM, TO
from terrace.logistics.domain.sscc import IDENTIFIER, UnitKind
from terrace.logistics.forms import UnitsForm
from terrace.logistics.models import PackedUnit
from terrace.network import queries as network


@needs(Permission.HANDLE)
def units(request: Request, number: str) -> HttpResponse:
    """Give crates or pallets their numbers, then show their labels."""
    found = queries.get_consignment(request.actor, number)
    request.actor.require(Permission.HANDLE, found.from_path)
    form = UnitsForm(pages.sent(request), initial={"kind": UnitKind.CRATE.value, "count": found.crates or 1})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            kind = UnitKind(form.values["kind"])
            services.number_units(by=request.actor, consignment=found, kind=kind, count=form.values["count"])
            return redirect("logistics:packed_labels", number)
    context = {
        "title": _("Labels for the crates of %(number)s") % {"number": number},
        "lead": _("Each gets a number of its own that any scanner reads. Those that have one keep it."),
        "form": form,
        "submit_label": _("Print"),
        "cancel_url": reverse("logistics:consignment", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.VIEW)
def labels(request: Request, number: str) -> HttpResponse:
    """Print the labels of all crates and pallets of a consignment that bear numbers, one on a page."""
    found = queries.get_consignment(request.actor, number)
    packed = list(queries.packed_in(found))
    if not packed:
        raise NotFound
    ends = network.units_by_id([found.from_unit_id, found.to_unit_id])
    counts = {kind: sum(unit.kind == kind for unit in packed) for kind in UnitKind}
    data = {
        "number": found.number,
        "remark": str(_("Cold goods")) if found.is_cold else str(_("Farm goods")),
        "facts": [
            [str(FROM), in_language(ends[found.from_unit_id].names)],
            [str(TO), in_language(ends[found.to_unit_id].names)],
            [str(_("Weight")), written.quantity(Quantity(found.grams, Unit.KILOGRAM))],
        ],
        "labels": [_printed(unit, counts[UnitKind(unit.kind)]) for unit in packed],
    }
    return typeset.answer(f"crates-{found.number}", "logistics/packed.typ", data)


def _printed(unit: PackedUnit, count: int) -> dict[str, str]:
    """Return a crate as its label shows it: the bars with their digits below, and which of how many it is."""
    text = f"{IDENTIFIER}{unit.sscc}"
    of = _("%(kind)s %(place)d of %(count)d")
    return {
        "bars": barcodes.gs1_128(text),
        "code": typeset.qr(text),
        "text": f"({IDENTIFIER}) {unit.sscc}",
        "of": str(of % {"kind": UnitKind(unit.kind).label, "place": unit.place, "count": count}),
    }
