"""What is refused of vehicles, carriers and parcels to take back: its error says why, and nothing comes of it."""

from collections.abc import Callable
from functools import partial

import pytest

from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from terrace.logistics import services
from terrace.logistics.domain import ParcelStatus, ScanKind
from terrace.logistics.models import Carrier, Parcel, Vehicle
from terrace.logistics.services import HasLeft, KnownCarrier, KnownPlate, VehicleGiven
from terrace.network.models import ServiceUnit
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast, Member
from tests.logistics import day as days
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, refused
from tests.unchanged import nothing_changes, rows_of

Act = Callable[[], object]
GIVEN = VehicleGiven("甘K 77777", 800_000, "The blue one")


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a tour that is planned, with a parcel for its last stop."""
    return days.begin(cast, places, down)


def company(**other: object) -> str:
    """Return the number of a courier company that does not share the network yet."""
    area = factories.AreaFactory(code=VILLAGE[:6])
    return str(factories.PartyFactory(**{"area": area, "kind": "enterprise", "name": "Plum Rain Post", **other}).number)


def add(day: Day, unit: ServiceUnit | None = None, *, by: Member | None = None, given: VehicleGiven = GIVEN) -> Act:
    """Return the act that adds a vehicle, to the centre unless told otherwise."""
    home = unit or day.places.centre
    return partial(services.add_vehicle, by=(by or day.cast.clerk).actor, unit_id=home.pk, given=given)


def change(day: Day, *, by: Member | None = None, late: int = 0, **other: object) -> Act:
    """Return the act that changes the tour's vehicle, from a page that is so many versions old."""
    vehicle = Vehicle.objects.get(pk=day.tour.vehicle_id)
    told = {"plate": vehicle.plate, "capacity_grams": vehicle.capacity_grams, "is_cold": vehicle.is_cold, **other}
    actor, given = (by or day.cast.clerk).actor, VehicleGiven(**told)
    return partial(services.change_vehicle, by=actor, vehicle=vehicle, version=vehicle.version - late, given=given)


def share(day: Day, party: str, unit: ServiceUnit | None = None, *, by: Member | None = None) -> Act:
    """Return the act that lets a carrier share a network, the centre's unless told otherwise."""
    home = unit or day.places.centre
    return partial(services.add_carrier, by=(by or day.cast.clerk).actor, unit_id=home.pk, party=party)


def let_rest(day: Day, *, by: Member | None = None, late: int = 0) -> Act:
    """Return the act that lets the carrier hand over nothing more, from a page that is so many versions old."""
    carrier = Carrier.objects.get()
    version = carrier.version - late
    return partial(
        services.change_carrier, by=(by or day.cast.clerk).actor, carrier=carrier, version=version, is_active=False
    )


def under_way(day: Day, **other: object) -> Act:
    """Return the act that changes the vehicle while it is on the road."""
    days.on_its_way(day)
    return change(day, **other)


def closed(day: Day) -> ServiceUnit:
    """Return a centre that was closed."""
    area = factories.AreaFactory(code=VILLAGE[:6])
    return factories.UnitFactory(area=area, closed_on=NOON.date())


def known(day: Day) -> VehicleGiven:
    """Return what bears another vehicle's plate, written in small letters."""
    return VehicleGiven(f" {day.another_vehicle().plate.lower()}", 800_000)


DONE: dict[str, Callable[[Day], Act]] = {
    "a vehicle is added": add,
    "a vehicle that is planned gets another plate and name": lambda day: change(day, plate="甘K 88888", label="Old"),
    "a carrier shares the network": lambda day: share(day, company()),
    "a carrier rests": let_rest,
}

REFUSED: dict[str, tuple[Callable[[Day], Act], type[DomainError], str]] = {
    "a vehicle without a plate": (lambda day: add(day, given=VehicleGiven(" ", 1_000)), Invalid, "Enter the plate"),
    "a vehicle that carries nothing": (lambda day: add(day, given=VehicleGiven("甘K 1", 0)), Invalid, "at most 40 t"),
    "a vehicle of 41 t": (lambda day: add(day, given=VehicleGiven("甘K 1", 41_000_000)), Invalid, "at most 40 t"),
    "a second vehicle with a plate": (lambda day: add(day, given=known(day)), KnownPlate, "this plate"),
    "a vehicle of a station": (lambda day: add(day, day.places.station, by=day.cast.clerk), Invalid, "to a centre"),
    "a vehicle of a closed centre": (lambda day: add(day, closed(day)), NotFound, "no such unit"),
    "a vehicle for another county": (lambda day: add(day, day.elsewhere), Forbidden, ""),
    "a vehicle by a keeper": (lambda day: add(day, by=day.cast.keeper), Forbidden, ""),
    "a plate changed to nothing": (lambda day: change(day, plate=""), Invalid, "Enter the plate"),
    "a plate changed to another's": (lambda day: change(day, plate=known(day).plate), KnownPlate, "this plate"),
    "a planned vehicle that carries less": (lambda day: change(day, capacity_grams=700_000), Invalid, "is planned"),
    "a planned vehicle that cools no more": (lambda day: change(day, is_cold=False), Invalid, "is planned"),
    "a planned vehicle laid up": (lambda day: change(day, is_active=False), Invalid, "is planned"),
    "a vehicle laid up on the road": (lambda day: under_way(day, is_active=False), Invalid, "is planned"),
    "a vehicle changed on an old page": (lambda day: change(day, late=1), Stale, ""),
    "a vehicle changed by its driver": (lambda day: change(day, by=day.cast.driver), Forbidden, ""),
    "a vehicle changed from another county": (lambda day: change(day, by=day.cast.stranger), Forbidden, ""),
    "a carrier nobody knows": (lambda day: share(day, "P-NOBODY"), NotFound, "no party with this number"),
    "a carrier of elsewhere": (
        lambda day: share(day, company(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE[:6]))),
        NotFound,
        "in your area",
    ),
    "a household as a carrier": (lambda day: share(day, day.cast.farmer.party.number), Invalid, "is an enterprise"),
    "a carrier that takes no part": (lambda day: share(day, company(is_active=False)), Invalid, "that takes part"),
    "a carrier twice": (lambda day: share(day, day.places.courier.number), KnownCarrier, "already"),
    "a carrier of a station": (lambda day: share(day, company(), day.places.station), Invalid, "to a centre"),
    "a carrier by a keeper": (lambda day: share(day, company(), by=day.cast.keeper), Forbidden, ""),
    "a carrier that rests on an old page": (lambda day: let_rest(day, late=1), Stale, ""),
    "a carrier that rests for a keeper": (lambda day: let_rest(day, by=day.cast.keeper), Forbidden, ""),
    "a carrier that rests for a stranger": (lambda day: let_rest(day, by=day.cast.stranger), Forbidden, ""),
}
"""What is asked for, how it comes to that and is tried, and what is answered."""


@pytest.mark.parametrize("what", DONE)
def test_the_centre_sees_to_it_that(day: Day, what: str) -> None:
    act = DONE[what](day)
    before = rows_of("logistics")
    act()
    assert rows_of("logistics") != before


@pytest.mark.parametrize("what", REFUSED)
def test_the_centre_is_told_why_not(day: Day, what: str) -> None:
    make, error, says = REFUSED[what]
    refused(make(day), error, says or None)


def test_only_who_handles_it_takes_a_parcel_back_and_only_once(cast: Cast, up: Parcel) -> None:
    for who in (cast.neighbour, cast.stranger, cast.buyer):
        refused(partial(services.withdraw_parcel, by=who.actor, parcel=up, now=later(5)), Forbidden)
    assert services.withdraw_parcel(by=cast.packer.actor, parcel=up, now=later(5)).status == ParcelStatus.RETURNED
    with nothing_changes("logistics"):
        services.withdraw_parcel(by=cast.packer.actor, parcel=up, now=later(6))


def handed_to_its_carrier(day: Day, up: Parcel) -> Parcel:
    """Return the parcel that goes up, which its carrier took."""
    return services.hand_to_carrier(by=day.cast.packer.actor, parcel=up, waybill="SC77", now=later(5))


def on_a_vehicle(day: Day, up: Parcel) -> Parcel:
    """Return the parcel that goes up, which lies on the tour's vehicle."""
    days.on_its_way(day)
    services.scan(by=day.cast.driver.actor, code=up.number, kind=ScanKind.LOADED, tour=day.tour, now=later(5))
    return up


def one_that_comes_down(day: Day, up: Parcel) -> Parcel:
    """Return a parcel that its carrier announced."""
    return day.waiting


@pytest.mark.parametrize("which", [handed_to_its_carrier, on_a_vehicle, one_that_comes_down])
def test_what_has_left_or_comes_down_is_not_taken_back(
    day: Day, up: Parcel, which: Callable[[Day, Parcel], Parcel]
) -> None:
    parcel = which(day, up)
    refused(partial(services.withdraw_parcel, by=day.cast.clerk.actor, parcel=parcel, now=later(6)), HasLeft, "left")
