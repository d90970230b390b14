"""Another vehicle, or another driver, goes on with a tour that cannot go on as it is."""

from datetime import datetime

from django.db import IntegrityError, transaction

from terrace.accounts import queries as accounts
from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import Permission, TourStatus
from terrace.logistics.models import Tour, Vehicle
from terrace.logistics.services.driving import NotUnderWay, OtherTour
from terrace.logistics.services.tours import check_loads, lock_tour, tell_driver, tell_no_longer


@transaction.atomic
def relieve(
    *, by: Actor, tour: Tour, version: int, vehicle_id: int, driver_id: int, now: datetime | None = None
) -> Tour:
    """Let a vehicle and a driver of the centre go on with a tour that is under way: its stops and loads stay as they
    are, what is on board is handed over where the first vehicle stands.

    Both drivers are told. Who drove before may still tell late what was done. Raises `Forbidden`, `Stale`,
    `NotUnderWay`, `OtherTour`, `Overloaded`, and `Invalid` for a vehicle or driver that is not the centre's, for cold
    goods on a warm vehicle, and where nothing changes.
    """
    by.require(Permission.DISPATCH, tour.area_path)
    moment, found = now or clock.now(), lock_tour(tour.pk)
    if found.status != TourStatus.UNDER_WAY:
        raise NotUnderWay
    before, plate = found.driver_id, found.vehicle.plate
    if (found.vehicle_id, before) == (vehicle_id, driver_id):
        raise Invalid(_("Choose another vehicle or another driver."), field="vehicle")
    vehicle = Vehicle.objects.filter(pk=vehicle_id, unit_id=found.unit_id, is_active=True).first()
    if vehicle is None:
        raise Invalid(_("This vehicle is not this centre's, or is laid up."), field="vehicle")
    if driver_id not in accounts.holders_of(Permission.DRIVE, found.area_path, clock.today(moment)):
        raise Invalid(_("This person holds no driver's post at the centre on that day."), field="driver")
    found.vehicle, found.driver_id = vehicle, driver_id
    found.relieved_at, found.relieved_id = moment, before
    check_loads(found)
    try:
        with transaction.atomic():
            found.save_version(version, ["vehicle", "driver", "relieved_at", "relieved"])
    except IntegrityError as clash:
        raise OtherTour from clash
    if driver_id != before:
        tell_driver(found, by=by)
        tell_no_longer(found, before, by=by)
    details = {"vehicle": vehicle.plate, "instead_of": plate}
    audit.record(by=by, act="logistics.relieve", subject=found, area_path=found.area_path, details=details, now=moment)
    return found
