"""A tour by the station to the point as the tests of refusals need it: planned, on its way, home again, given up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

import pytest

from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.quantity import Quantity, Unit
from terrace.logistics import services
from terrace.logistics.domain import Direction
from terrace.logistics.models import Consignment, Parcel, Stop, Tour, Vehicle
from terrace.logistics.services import NewParcel, TourGiven, VehicleGiven
from terrace.network.models import ServiceUnit
from terrace.traceability import services as tracing
from terrace.traceability.domain import NewLot
from tests import factories
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast, Member
from tests.logistics.conftest import NOON, Places, later
from tests.unchanged import nothing_changes

YARD_AT = time(8)


@dataclass(frozen=True, slots=True)
class Day:
    """The tour, `riding` which is put on it for the point, and `waiting` for the station, which is put on nothing."""

    cast: Cast
    places: Places
    tour: Tour
    riding: Parcel
    waiting: Parcel

    @property
    def version(self) -> int:
        """The tour's version as of now."""
        return Tour.objects.get(pk=self.tour.pk).version

    @property
    def station(self) -> Stop:
        """The first stop, for which nothing rides."""
        return self.tour.stops.get(unit=self.places.station)

    @property
    def point(self) -> Stop:
        """The last stop, where the parcel is put down."""
        return self.tour.stops.get(unit=self.places.point)

    @property
    def neighbours(self) -> ServiceUnit:
        """A unit of the centre's area where the tour does not stop."""
        return ServiceUnit.objects.get(area_id=NEIGHBOUR_VILLAGE)

    @property
    def elsewhere(self) -> ServiceUnit:
        """The centre of another county."""
        return ServiceUnit.objects.get(area_id=OTHER_COUNTY_VILLAGE[:6])

    def given(self, **other: object) -> TourGiven:
        """Return the tour as it is planned, an hour later, but for what is said otherwise."""
        told = {"vehicle_id": self.tour.vehicle_id, "driver_id": self.tour.driver_id, "on": self.tour.on}
        return TourGiven(**{**told, "starts_at": time(9), **other})

    def another_vehicle(self, unit: ServiceUnit | None = None, **other: object) -> Vehicle:
        """Return a second vehicle, of the centre unless told otherwise, as big as the first."""
        given = VehicleGiven(**{"plate": "甘K 54321", "capacity_grams": 800_000, **other})
        home = unit or self.places.centre
        by = self.cast.stranger if unit else self.cast.clerk
        return services.add_vehicle(by=by.actor, unit_id=home.pk, given=given)

    def another_tour(self) -> Tour:
        """Return another tour of the same vehicle and driver, with one stop at the neighbours' point."""
        clerk, centre = self.cast.clerk.actor, self.places.centre
        made = services.plan_tour(by=clerk, unit_id=centre.pk, given=self.given(), now=NOON)
        services.add_stop(by=clerk, tour=made, version=1, unit_id=self.neighbours.pk)
        return made

    def another_driver(self, unit: ServiceUnit | None = None) -> Member:
        """Return somebody who drives, but not this tour: for the centre unless told otherwise."""
        return Member(factories.PostFactory(unit=unit or self.places.centre, role="driver").person)

    def goods(self, to: ServiceUnit, *, is_cold: bool = False) -> Consignment:
        """Return 500 kg of apples that lie at the point and go to a unit."""
        assert self.cast.farmer.party
        keeper, at, product = self.cast.keeper.actor, self.places.point, factories.ProductFactory()
        apples = Quantity(500_000, Unit.KILOGRAM)
        new = NewLot(product.pk, None, apples, self.cast.farmer.party.pk, VILLAGE, at.pk, None)
        lot = tracing.create_lot(by=keeper, new=new, now=NOON)
        return services.create_consignment(
            by=keeper, from_unit=at, to_unit=to, lots=[(lot.pk, apples)], is_cold=is_cold, now=later(1)
        )

    def put_on(self, *codes: str) -> None:
        """Put parcels or goods on the tour."""
        services.assign(by=self.cast.clerk.actor, tour=self.tour, version=self.version, codes=codes)


def refused(act: Callable[[], object], error: type[DomainError], says: str | None = None) -> None:
    """Do what is refused; nothing of it stays."""
    with nothing_changes("logistics", "traceability"), pytest.raises(error, match=says):
        act()


def begin(cast: Cast, places: Places, riding: Parcel) -> Day:
    """Plan the tour and put the parcel on it."""
    clerk = cast.clerk.actor
    vehicle = services.add_vehicle(
        by=clerk, unit_id=places.centre.pk, given=VehicleGiven("甘K 12345", 800_000, is_cold=True)
    )
    given = TourGiven(vehicle.pk, cast.driver.person.pk, NOON.date(), YARD_AT)
    tour = services.plan_tour(by=clerk, unit_id=places.centre.pk, given=given, now=NOON)
    services.add_stop(by=clerk, tour=tour, version=1, unit_id=places.station.pk)
    services.add_stop(by=clerk, tour=tour, version=2, unit_id=places.point.pk)
    services.assign(by=clerk, tour=tour, version=3, codes=[riding.number])
    new = NewParcel(
        Direction.DOWN,
        recipient="Wang Li",
        phone="13993905678",
        from_unit_id=places.centre.pk,
        to_unit_id=places.station.pk,
        carrier_id=places.courier.pk,
        weight_grams=1_000,
    )
    return Day(cast, places, tour, riding, services.register_parcel(by=clerk, new=new, now=NOON))


def as_planned(day: Day) -> None:
    """Leave the tour as it is planned."""


def on_its_way(day: Day) -> None:
    """Let it leave the yard, with nothing loaded yet."""
    services.start_tour(by=day.cast.driver.actor, tour=day.tour, now=later(1))


def laden(day: Day) -> None:
    """Let it leave the yard with the parcel on board."""
    on_its_way(day)
    services.take_all(by=day.cast.driver.actor, tour=day.tour, now=later(2))


def at_the_station(day: Day) -> None:
    """Let it arrive where nothing is unloaded."""
    laden(day)
    services.arrive(by=day.cast.driver.actor, tour=day.tour, stop_id=day.station.pk, now=later(20))


def home_again(day: Day) -> None:
    """Let it come home, without having stopped anywhere."""
    on_its_way(day)
    services.finish_tour(by=day.cast.driver.actor, tour=day.tour, now=later(60))


def given_up(day: Day) -> None:
    """Cancel it."""
    services.cancel_tour(by=day.cast.clerk.actor, tour=day.tour, version=day.version, now=later(1))


AFTER = later(90)

PLANNING: dict[str, Callable[[Day, Actor, int], object]] = {
    "change the tour": lambda day, by, version: services.change_tour(
        by=by, tour=day.tour, version=version, given=day.given(), now=NOON
    ),
    "cancel the tour": lambda day, by, version: services.cancel_tour(by=by, tour=day.tour, version=version, now=AFTER),
    "add a stop": lambda day, by, version: services.add_stop(
        by=by, tour=day.tour, version=version, unit_id=day.neighbours.pk
    ),
    "remove a stop": lambda day, by, version: services.remove_stop(
        by=by, tour=day.tour, version=version, stop_id=day.point.pk
    ),
    "move a stop": lambda day, by, version: services.move_stop(
        by=by, tour=day.tour, version=version, stop_id=day.point.pk, places=-1
    ),
    "time a stop": lambda day, by, version: services.time_stop(
        by=by, tour=day.tour, version=version, stop_id=day.point.pk, planned_at=time(10)
    ),
    "put on": lambda day, by, version: services.assign(
        by=by, tour=day.tour, version=version, codes=[day.waiting.number]
    ),
    "take off": lambda day, by, version: services.unassign(
        by=by, tour=day.tour, version=version, load_id=day.tour.loads.get().pk
    ),
}
"""What who plans tours does with one that is there: all with the version that the page was loaded with."""

AT_A_STOP: dict[str, Callable[[Day, Actor, int], object]] = {
    "arrive": lambda day, by, stop: services.arrive(by=by, tour=day.tour, stop_id=stop, now=AFTER),
    "leave": lambda day, by, stop: services.leave(by=by, tour=day.tour, stop_id=stop, now=AFTER),
    "load at a stop": lambda day, by, stop: services.take_all(by=by, tour=day.tour, stop_id=stop, now=AFTER),
    "unload": lambda day, by, stop: services.drop_all(by=by, tour=day.tour, stop_id=stop, now=AFTER),
}
"""What a driver does at a stop."""

DRIVING: dict[str, Callable[[Day, Actor], object]] = {
    "start": lambda day, by: services.start_tour(by=by, tour=day.tour, now=AFTER),
    "load in the yard": lambda day, by: services.take_all(by=by, tour=day.tour, now=AFTER),
    "come home": lambda day, by: services.finish_tour(by=by, tour=day.tour, now=AFTER),
    "report": lambda day, by: services.report_problem(by=by, tour=day.tour, text="The road is closed", now=AFTER),
}
"""What a driver does with the tour as a whole."""
