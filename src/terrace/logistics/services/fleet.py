"""Vehicles of a centre, and the carriers that share its network."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from terrace.audit import services as audit
from terrace.kernel import ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import _
from terrace.logistics.domain import Permission, TourStatus
from terrace.logistics.domain.shelf import ShelfDays
from terrace.logistics.models import Carrier, Tour, Vehicle
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.domain import Kind

MOST_GRAMS = 40_000_000
"""Forty tonnes: no lorry carries more."""


class KnownPlate(DomainError):
    """Another vehicle bears this plate."""

    code = "known_plate"
    message = _("A vehicle with this plate is there already.")


class KnownCarrier(DomainError):
    """The carrier shares the centre's network already."""

    code = "known_carrier"
    message = _("This carrier shares the network already.")


@dataclass(frozen=True, slots=True)
class VehicleGiven:
    """What is known of a vehicle."""

    plate: str
    capacity_grams: int
    label: str = ""
    is_cold: bool = False
    is_active: bool = True


def home_of(unit_id: int) -> ServiceUnit:
    """Return the open centre with the id, from whose yard vehicles leave, or raise `Invalid`."""
    unit = network.units_by_id([unit_id]).get(unit_id)
    if unit is None or not unit.is_open:
        raise NotFound(_("There is no such unit."), field="unit")
    if current().plan.get(unit.tier).workspace is not Workspace.CENTRE:
        raise Invalid(_("Vehicles and carriers belong to a centre."), field="unit")
    return unit


@transaction.atomic
def add_vehicle(*, by: Actor, unit_id: int, given: VehicleGiven) -> Vehicle:
    """Add a vehicle to a centre. Raises `Forbidden`, `Invalid` at the field, `KnownPlate`."""
    unit = home_of(unit_id)
    by.require(Permission.DISPATCH, unit.area_path)
    vehicle = Vehicle(
        number=ids.reference("V"),
        unit=unit,
        area_path=unit.area_path,
        county_code=network.place(unit.area_id).county_code,
    )
    _put(vehicle, given)
    _refuse_known_plate(vehicle)
    vehicle.save(force_insert=True)
    audit.record(by=by, act="logistics.add_vehicle", subject=vehicle, area_path=vehicle.area_path)
    return vehicle


@transaction.atomic
def change_vehicle(*, by: Actor, vehicle: Vehicle, version: int, given: VehicleGiven) -> Vehicle:
    """Change what is known of a vehicle; one that is laid up is put on no new tour.

    Raises `Forbidden`, `Stale`, `Invalid`, `KnownPlate`, and `Invalid` for one that open tours count on.
    """
    by.require(Permission.DISPATCH, vehicle.area_path)
    before = vehicle.capacity_grams, vehicle.is_cold, vehicle.is_active
    _put(vehicle, given)
    _refuse_known_plate(vehicle)
    if (given.capacity_grams, given.is_cold, given.is_active) != before:
        _refuse_planned(vehicle)
    vehicle.save_version(version, ["plate", "label", "capacity_grams", "is_cold", "cold_grams", "is_active"])
    audit.record(by=by, act="logistics.change_vehicle", subject=vehicle, area_path=vehicle.area_path)
    return vehicle


@transaction.atomic
def add_carrier(*, by: Actor, unit_id: int, party: str) -> Carrier:
    """Let the enterprise with the number `party` share a centre's network.

    Raises `Forbidden`, `NotFound` for a party that the actor does not see, `Invalid`
    for one that is no enterprise or rests, `KnownCarrier`.
    """
    unit = home_of(unit_id)
    by.require(Permission.DISPATCH, unit.area_path)
    found = registry.find_party(by, party)
    if found is None:
        raise NotFound(_("There is no party with this number in your area."), field="party")
    if Kind(found.kind) is not Kind.ENTERPRISE or not found.is_active:
        raise Invalid(_("A carrier is an enterprise of the register that takes part."), field="party")
    carrier = Carrier(
        number=ids.reference("X"),
        party_id=found.pk,
        unit=unit,
        area_path=unit.area_path,
        county_code=network.place(unit.area_id).county_code,
    )
    try:
        with transaction.atomic():
            carrier.save(force_insert=True)
    except IntegrityError as clash:
        raise KnownCarrier(field="party") from clash
    details = {"party": found.number}
    audit.record(by=by, act="logistics.add_carrier", subject=carrier, area_path=carrier.area_path, details=details)
    return carrier


@transaction.atomic
def change_carrier(*, by: Actor, carrier: Carrier, version: int, is_active: bool) -> Carrier:
    """Let a carrier hand over no new parcels, or again. What is under way goes on. Raises `Forbidden`, `Stale`."""
    by.require(Permission.DISPATCH, carrier.area_path)
    carrier.is_active = is_active
    carrier.save_version(version, ["is_active"])
    details = {"is_active": is_active}
    audit.record(by=by, act="logistics.change_carrier", subject=carrier, area_path=carrier.area_path, details=details)
    return carrier


@transaction.atomic
def set_shelf_days(*, by: Actor, carrier: Carrier, version: int, days: ShelfDays | None) -> Carrier:
    """Say how long a carrier's parcels wait on the shelves of a network, None for as long as everybody's.

    It counts for what comes from now on. Raises `Forbidden`, `Stale`.
    """
    by.require(Permission.DISPATCH, carrier.area_path)
    carrier.remind_days, carrier.keep_days = (days.remind, days.keep) if days else (None, None)
    carrier.save_version(version, ["remind_days", "keep_days"])
    details = {"remind": carrier.remind_days, "keep": carrier.keep_days}
    audit.record(by=by, act="logistics.set_shelf_days", subject=carrier, area_path=carrier.area_path, details=details)
    return carrier


@transaction.atomic
def lay_up_carrier(*, by: Actor, party_id: int) -> int:
    """Let a carrier that takes no part hand over nothing anywhere; return at how many centres that was new."""
    shared = list(Carrier.objects.select_for_update().filter(party_id=party_id, is_active=True).order_by("id"))
    for carrier in shared:
        change_carrier(by=by, carrier=carrier, version=carrier.version, is_active=False)
    return len(shared)


def _put(vehicle: Vehicle, given: VehicleGiven) -> None:
    plate = given.plate.strip().upper()
    if not plate:
        raise Invalid(_("Enter the plate."), field="plate")
    if not 0 < given.capacity_grams <= MOST_GRAMS:
        most = MOST_GRAMS // 1_000_000
        raise Invalid(
            _("A vehicle carries more than nothing and at most %(most)d t.") % {"most": most}, field="capacity"
        )
    vehicle.plate, vehicle.label = plate, given.label.strip()
    vehicle.capacity_grams, vehicle.is_cold, vehicle.is_active = given.capacity_grams, given.is_cold, given.is_active
    if vehicle.cold_grams is not None:
        vehicle.cold_grams = min(vehicle.cold_grams, given.capacity_grams) if given.is_cold else None


def _refuse_known_plate(vehicle: Vehicle) -> None:
    if Vehicle.objects.filter(plate=vehicle.plate).exclude(pk=vehicle.pk).exists():
        raise KnownPlate(field="plate")


def _refuse_planned(vehicle: Vehicle) -> None:
    """Refuse where tours that are planned or under way were loaded by what it carried so far."""
    planned = Tour.objects.filter(vehicle=vehicle, status__in=[TourStatus.PLANNED, TourStatus.UNDER_WAY])
    if first := planned.order_by("on", "id").first():
        told = _("Tour %(tour)s is planned with this vehicle. Change or cancel that first.")
        raise Invalid(told % {"tour": first.number})
