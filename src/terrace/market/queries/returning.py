"""Where goods are that a buyer sends back through the network."""

from dataclasses import dataclass
from datetime import datetime

from terrace.kernel.errors import NotFound
from terrace.kernel.words import Names, Text, _
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Parcel
from terrace.market.domain.returns import reference_of
from terrace.market.models import Dispute
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class WayStep:
    """Where goods that go back were seen, as buyer and seller may know it: without any name of a person."""

    at: datetime
    label: Text
    place: Names | None


@dataclass(frozen=True, slots=True)
class WayBack:
    """The parcel in which goods go back, where it goes to, where it stands and was."""

    parcel: str
    status: ParcelStatus
    target: Names
    steps: tuple[WayStep, ...]


def find_returning(number: str) -> Dispute:
    """Return the dispute whose goods are to be sent back, for who takes them in at a counter; raise `NotFound`."""
    found = Dispute.objects.filter(number=number.strip().upper()).select_related("order").first()
    if found is None:
        raise NotFound(_("There is no return with this number. Read it again from the buyer's phone."), field="number")
    return found


def return_parcel(dispute: Dispute) -> Parcel | None:
    """Return the parcel in which the goods of a dispute were last handed in, None for none."""
    return logistics.parcels_about(reference_of(dispute.number)).last()


def return_home(dispute: Dispute) -> ServiceUnit | None:
    """Return the unit that the goods of a dispute go back to: where they were packed. None where none was."""
    packed = [row.parcel_id for row in dispute.order.parcels.filter(undone_at=None).order_by("pk")]
    parcels = logistics.parcels_by_id(packed)
    units = network.units_by_id([parcels[packed[-1]].from_unit_id]) if packed else {}
    return next((unit for unit in units.values()), None)


def way_back(dispute: Dispute) -> WayBack | None:
    """Return where the goods of a dispute are on their way back, None where they do not go through the network."""
    parcel = return_parcel(dispute)
    if parcel is None or parcel.to_unit_id is None:
        return None
    scans = [scan for scan in logistics.scans_of(parcel) if scan.moved]
    units = network.units_by_id({parcel.to_unit_id, *(scan.unit_id for scan in scans if scan.unit_id)})
    steps = tuple(
        WayStep(scan.at, _label(ParcelStatus(scan.status)), units[scan.unit_id].names if scan.unit_id else None)
        for scan in scans
    )
    return WayBack(parcel.number, ParcelStatus(parcel.status), units[parcel.to_unit_id].names, steps)


def _label(status: ParcelStatus) -> Text:
    """Return what a status is called of goods that go back: nobody hands them over, they arrive."""
    words = {ParcelStatus.REGISTERED: _("Handed in"), ParcelStatus.DELIVERED: _("Arrived where it was packed")}
    return words.get(status, status.label)
