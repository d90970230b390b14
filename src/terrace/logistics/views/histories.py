"""The way of a parcel or consignment so far, scan by scan, as the timeline wants it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from terrace.kernel.words import Text, _, in_language
from terrace.logistics.domain import Proof, ScanKind
from terrace.logistics.models import Parcel, Scan
from terrace.network import queries as network


@dataclass(frozen=True, slots=True)
class WayStep:
    """A scan as components/timeline.html wants it, with its picture."""

    at: datetime
    title: Text
    who: str
    text: Text
    photo_url: str = ""
    changes: tuple[()] = ()


def steps_of(scans: Iterable[Scan], parcel: Parcel | None = None, *, shows_who: bool = True) -> list[WayStep]:
    """Return what was scanned, newest first; what came late says so. Who scanned is for those at work there."""
    found = list(scans)[::-1]
    units = network.units_by_id(scan.unit_id for scan in found if scan.unit_id)
    steps = []
    for scan in found:
        unit = units.get(scan.unit_id or 0)
        picture = getattr(scan, "picture", None)
        url = reverse("logistics:photo", args=[parcel.number, scan.pk]) if parcel and picture else ""
        late = "" if scan.moved else _("told later")
        where = in_language(unit.names) if unit else str(scan.tour or "") if shows_who else ""
        proof = Proof(scan.proof).label if scan.proof else ""
        other = _("to who was named to collect it") if scan.to_other else ""
        text = " · ".join(str(part) for part in (where, proof, other, late, scan.note) if part)
        steps.append(WayStep(scan.at, ScanKind(scan.kind).label, scan.signed if shows_who else "", text, url))
    return steps
