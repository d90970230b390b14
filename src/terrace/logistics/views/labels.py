"""The label of a parcel or consignment: what a phone scans at each stop, and what can be typed where it does not."""

from django.http import HttpResponse

from terrace.http import typeset, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _, in_language
from terrace.logistics import queries
from terrace.logistics.domain import Permission
from terrace.logistics.domain.ends import FROM, TO
from terrace.logistics.models import Consignment, Parcel
from terrace.network import queries as network


@needs(Permission.VIEW, or_party=True)
def parcel_label(request: Request, number: str) -> HttpResponse:
    """Print a parcel's label. It names nobody: who it is for stands on the carrier's own."""
    found = queries.get_parcel(request.actor, number)
    remarks = (found.waybill, str(_("Rides cold")) if found.is_cold else "")
    return _label(found, found.weight_grams, " · ".join(filter(None, remarks)))


@needs(Permission.VIEW)
def consignment_label(request: Request, number: str) -> HttpResponse:
    """Print a consignment's label, one for each crate if need be."""
    found = queries.get_consignment(request.actor, number)
    return _label(found, found.grams, str(_("Cold goods")) if found.is_cold else str(_("Farm goods")))


def _label(row: Parcel | Consignment, grams: int, remark: str) -> HttpResponse:
    units = network.units_by_id(pk for pk in (row.from_unit_id, row.to_unit_id) if pk is not None)
    target = in_language(units[row.to_unit_id].names) if row.to_unit_id is not None else getattr(row, "region", "")
    data = {
        "number": row.number,
        "code": typeset.qr(row.number),
        "facts": [
            [str(FROM), in_language(units[row.from_unit_id].names)],
            [str(TO), target],
            [str(_("Weight")), written.quantity(Quantity(grams, Unit.KILOGRAM))],
        ],
        "remark": remark,
    }
    return typeset.answer(f"label-{row.number}", "logistics/label.typ", data)
