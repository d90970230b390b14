"""What a scan is answered with on the desk and on the driver's page: what it meant, and what to do if it looks odd."""

from django.contrib import messages

from terrace.http.request import Request
from terrace.kernel.words import Text, _, in_language
from terrace.logistics.domain import Effect, ParcelStatus, ScanKind
from terrace.logistics.models import Consignment, Parcel, Tour
from terrace.logistics.services.following import open_load
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


def say(
    request: Request, row: Parcel | Consignment, effect: Effect, unit: ServiceUnit | None, tour: Tour | None = None
) -> None:
    """Tell who scanned what came of it."""
    named = {"number": row.number}
    if effect is Effect.REPEAT:
        messages.info(request, _("%(number)s was scanned before. Nothing changed.") % named)
    elif effect is Effect.LATE:
        messages.info(request, _("%(number)s has gone on since. Its way was completed.") % named)
    else:
        messages.success(request, _("%(number)s: %(status)s") % {**named, "status": row.get_status_display()})
    if odd := _odd(row, unit, tour) if effect is not Effect.LATE else "":
        messages.warning(request, odd)


def _odd(row: Parcel | Consignment, unit: ServiceUnit | None, tour: Tour | None) -> Text:
    """Return what looks wrong about where it is now, and what to do then; "" for nothing."""
    if row.status == ParcelStatus.ON_VEHICLE and tour is not None:
        return _off_the_tour(row, tour)
    if unit is not None and isinstance(row, Parcel) and row.is_astray:
        told = _("%(number)s does not belong here. Lay it aside: the next tour takes it to %(unit)s.")
        return told % {"number": row.number, "unit": _name(row.to_unit_id or row.from_unit_id)}
    lies_elsewhere = unit is not None and row.unit_at_id == unit.pk and row.to_unit_id not in (None, unit.pk)
    if not lies_elsewhere or row.from_unit_id == row.unit_at_id or (isinstance(row, Parcel) and row.is_refused):
        return ""
    told = _("%(number)s goes to %(unit)s. If it does not stay here for now, scan it as loaded again.")
    return told % {"number": row.number, "unit": _name(row.to_unit_id)}


def _off_the_tour(row: Parcel | Consignment, tour: Tour) -> Text:
    load = open_load(row)
    is_homeward = row.to_unit_id in (None, tour.unit_id) or (isinstance(row, Parcel) and row.is_refused)
    if load is None or load.drop_at_id is not None or is_homeward:
        return ""
    told = _("This tour does not stop at %(unit)s, where %(number)s goes to. Leave it, or it comes home with you.")
    return told % {"number": row.number, "unit": _name(row.to_unit_id)}


def _name(unit_id: int | None) -> str:
    units = network.units_by_id([unit_id] if unit_id is not None else [])
    return next((in_language(unit.names) for unit in units.values()), "")


KEPT_KINDS = frozenset({ScanKind.ARRIVED, ScanKind.LOADED})
"""What is said of many things one after another: the next scan begins with it. Trouble is said of one."""
