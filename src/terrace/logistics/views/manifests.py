"""The manifest of a tour: all that rides on it, by carrier, with its sums, for driver and centre to sign."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from terrace.accounts import queries as accounts
from terrace.http import typeset, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _, in_language, plural
from terrace.logistics import queries
from terrace.logistics.domain import LoadState, Permission
from terrace.logistics.domain.ends import FROM, TO
from terrace.logistics.models import Load
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry


@needs(Permission.VIEW, Permission.DRIVE)
def manifest(request: Request, number: str) -> HttpResponse:
    """Print what rides, or rode, on a tour. It names no recipient."""
    found = queries.get_tour(request.actor, number)
    loads = [load for load in queries.loads_of(found) if load.state != LoadState.LEFT]
    driver = accounts.people_by_id([found.driver_id]).get(found.driver_id)
    data = {
        "title": str(_("Manifest")),
        "number": found.number,
        "facts": [
            [str(_("Day")), written.localdate(found.on)],
            [str(_("Vehicle")), found.vehicle.plate],
            [str(_("Driver")), driver.name if driver else ""],
        ],
        "heads": [str(head) for head in (_("Number"), _("Waybill"), FROM, TO, _("Weight"), _("To collect"))],
        "parts": _parts(loads),
        "total": _sum(loads),
        "nothing": str(_("Nothing rides on it.")),
        "signatures": [str(_("Driver")), str(_("Centre"))],
    }
    return typeset.answer(f"manifest-{found.number}", "logistics/manifest.typ", data)


def _parts(loads: Sequence[Load]) -> list[dict[str, Any]]:
    """Return what rides by whose it is: each carrier's parcels, parcels without one, farm goods."""
    carriers = registry.parties_by_id(
        {load.parcel.carrier_id for load in loads if load.parcel and load.parcel.carrier_id}
    )
    by_name: dict[str, list[Load]] = {}
    for load in loads:
        name = str(_("Farm goods"))
        if load.parcel is not None:
            carrier = load.parcel.carrier_id
            name = carriers[carrier].name if carrier else str(_("Without a carrier"))
        by_name.setdefault(name, []).append(load)
    units = network.units_by_id(
        pk for load in loads for pk in (_row(load).from_unit_id, _row(load).to_unit_id) if pk is not None
    )
    return [
        {"name": name, "rows": [_line(load, units) for load in rows], "total": _sum(rows)}
        for name, rows in sorted(by_name.items())
    ]


def _row(load: Load) -> Any:
    return load.parcel or load.consignment


def _line(load: Load, units: dict[int, ServiceUnit]) -> list[str]:
    row = _row(load)
    to = in_language(units[row.to_unit_id].names) if row.to_unit_id else row.region
    extra, waybill = "", ""
    if load.parcel is not None:
        waybill, extra = load.parcel.waybill, written.money(load.parcel.cod) if load.parcel.cod else ""
    elif load.consignment is not None and load.consignment.crates:
        crates = load.consignment.crates
        waybill = str(plural("%(count)d crate", "%(count)d crates", crates) % {"count": crates})
    weight = written.quantity(Quantity(load.grams, Unit.KILOGRAM))
    return [row.number, waybill, in_language(units[row.from_unit_id].names), to, weight, extra]


def _sum(loads: Sequence[Load]) -> str:
    count, grams = len(loads), sum(load.grams for load in loads)
    told = plural("%(count)d item, %(weight)s", "%(count)d items, %(weight)s", count)
    return str(told % {"count": count, "weight": written.quantity(Quantity(grams, Unit.KILOGRAM))})
