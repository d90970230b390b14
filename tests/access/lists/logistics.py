"""Lists of parcels, goods, tours, and of what drives them."""

from datetime import time, timedelta

from terrace.http.workbooks import GivenRow
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.logistics import services
from terrace.logistics.domain import Direction, LoadState, ScanKind, TariffKind, TourStatus
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.domain.tracking import Fix, PositionSource
from terrace.logistics.models import Carrier, Load, Parcel, Stop, Tariff, Tour, TourCost, Vehicle
from terrace.logistics.services import ApproachGiven, ConditionGiven, NewParcel, TariffGiven, TourGiven, VehicleGiven
from terrace.logistics.services.codes import mark_of
from terrace.network.domain.places import Point
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.traceability import services as traceability
from tests import factories
from tests.access.carriage import CODE
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast
from tests.logistics.planned import plan_day, put_on_the_map


def _unit(area: str) -> ServiceUnit:
    return ServiceUnit.objects.filter(area_id=area).order_by("pk")[0]


def _courier(number: int) -> Party:
    courier: Party = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]), kind="enterprise")
    services.add_carrier(by=SYSTEM, unit_id=_unit(VILLAGE[:6]).pk, party=courier.number)
    return courier


def _carrier(cast: Cast, number: int) -> None:
    _courier(number)


def _parcel(cast: Cast, number: int) -> None:
    """Announce a parcel of a carrier of its own."""
    new = NewParcel(
        Direction.DOWN,
        f"Recipient {number}",
        "13993901234",
        _unit(VILLAGE[:6]).pk,
        900,
        to_unit_id=_unit(VILLAGE).pk,
        carrier_id=_courier(number).pk,
    )
    services.register_parcel(by=SYSTEM, new=new)


def _goods(cast: Cast, number: int) -> None:
    """Let a lot of its own wait at the point."""
    product = factories.ProductFactory(code=f"goods-{number}")
    point = _unit(VILLAGE)
    household = factories.HouseholdFactory(area=point.area)
    amount = Quantity(20_000, Unit.KILOGRAM)
    new = traceability.NewLot(product.pk, None, amount, household.pk, VILLAGE, point.pk)
    lot = traceability.create_lot(by=SYSTEM, new=new)
    services.create_consignment(
        by=SYSTEM, from_unit=point, to_unit=_unit(VILLAGE[:6]), lots=[(lot.pk, amount)], crates=1
    )


def _one_vehicle(number: int) -> Vehicle:
    given = VehicleGiven(f"甘K {70_000 + number}", 800_000)
    return services.add_vehicle(by=SYSTEM, unit_id=_unit(VILLAGE[:6]).pk, given=given)


def _vehicle(cast: Cast, number: int) -> None:
    _one_vehicle(number)


def _tour(cast: Cast, number: int) -> None:
    """Plan a tour of a vehicle and a driver of its own."""
    centre = _unit(VILLAGE[:6])
    driver = factories.PostFactory(unit=centre, role="driver").person_id
    given = TourGiven(_one_vehicle(number).pk, driver, clock.today(), time(8))
    services.plan_tour(by=SYSTEM, unit_id=centre.pk, given=given)


def _plan(cast: Cast, number: int) -> None:
    """Let a parcel wait for a vehicle of its own, and plan a day of its own."""
    put_on_the_map(_unit(VILLAGE[:6]), _unit(VILLAGE))
    _vehicle(cast, number)
    _parcel(cast, number)
    plan_day(_unit(VILLAGE[:6]), cast.clerk.actor, clock.today() + timedelta(days=1))


def _hand_in(cast: Cast, number: int) -> None:
    """Let a unit of its own have taken cash for a carrier's parcel and handed it in."""
    unit = factories.UnitFactory(area=factories.AreaFactory(code=VILLAGE))
    centre, price = _unit(VILLAGE[:6]), Money(5_000, "CNY")
    new = NewParcel(
        Direction.DOWN,
        f"Recipient {number}",
        "13993901234",
        centre.pk,
        900,
        to_unit_id=unit.pk,
        carrier_id=_courier(number).pk,
        cod=price,
    )
    parcel = services.register_parcel(by=SYSTEM, new=new)
    services.scan(by=SYSTEM, code=parcel.number, kind=ScanKind.ARRIVED, unit=unit)
    Parcel.objects.filter(pk=parcel.pk).update(code=mark_of(parcel.number, CODE))
    services.hand_over(by=SYSTEM, parcel=parcel, code=CODE, paid=CashWay.NOTES)
    services.hand_in_cash(by=SYSTEM, unit=unit, centre=centre, amount=price)


def _condition(cast: Cast, number: int) -> None:
    wind = ConditionGiven(clock.today(), f"Wind {number}", pace_percent=50, unit_id=_unit(VILLAGE).pk, radius_m=500)
    services.add_condition(by=SYSTEM, centre_id=_unit(VILLAGE[:6]).pk, given=wind)


def _cost(cast: Cast, number: int) -> None:
    """Let a tour of its own have carried a parcel to a unit of its own, at a cost."""
    _tour(cast, number)
    _parcel(cast, number)
    tour, unit = Tour.objects.latest("pk"), factories.UnitFactory(area=factories.AreaFactory(code=VILLAGE))
    stop = Stop.objects.create(tour=tour, place=1, unit=unit)
    told = {"grams": 900, "state": LoadState.DROPPED, "cost_minor": 100}
    Load.objects.create(tour=tour, parcel=Parcel.objects.latest("pk"), drop_at=stop, **told)
    parts = {"energy_minor": 100, "wear_minor": 0, "driver_minor": 0, "standing_minor": 0, "total_minor": 100}
    place = {"area_path": tour.area_path, "county_code": tour.county_code, "on": tour.on, "currency": "CNY"}
    TourCost.objects.create(tour=tour, metres=9_000, seconds=900, **parts, **place)


def _way(cast: Cast, number: int) -> None:
    """Say how vehicles come to one more unit."""
    unit = factories.UnitFactory(area=factories.AreaFactory(code=VILLAGE))
    services.set_approach(by=SYSTEM, unit_id=unit.pk, version=None, given=ApproachGiven(180, is_steep=True))


def _tariff(cast: Cast, number: int) -> None:
    begins, fee = clock.today() + timedelta(days=100 + number), Money(50, "CNY")
    services.set_tariff(by=SYSTEM, given=TariffGiven(TariffKind.FLEET, VILLAGE[:6], begins, fee, fee))


def _fee(cast: Cast, number: int) -> None:
    """Hand a parcel over for which a carrier of its own pays the outlet."""
    if not Tariff.objects.filter(starts_on=clock.today()).exists():
        fee = Money(50, "CNY")
        services.set_tariff(by=SYSTEM, given=TariffGiven(TariffKind.OUTLET, VILLAGE[:6], clock.today(), fee, fee))
    _parcel(cast, number)
    parcel = Parcel.objects.latest("pk")
    services.scan(by=SYSTEM, code=parcel.number, kind=ScanKind.ARRIVED, unit=_unit(VILLAGE))
    Parcel.objects.filter(pk=parcel.pk).update(code=mark_of(parcel.number, CODE))
    services.hand_over(by=SYSTEM, parcel=parcel, code=CODE)


def _unplaced(cast: Cast, number: int) -> None:
    """Let a carrier of its own announce a parcel whose village nobody knows."""
    carrier = Carrier.objects.get(party=_courier(number))
    said = {"waybill": f"U{number}", "recipient": "Zhao", "phone": "13993901234", "weight": "1", "address": "nowhere"}
    services.announce_many(by=SYSTEM, carrier=carrier, rows=[GivenRow("", 1, said)])


def _position(cast: Cast, number: int) -> None:
    """Let the vehicle of the tour that is under way be seen once more."""
    tour = Tour.objects.get(status=TourStatus.UNDER_WAY, area_path__startswith=VILLAGE[:6])
    fix = Fix(clock.now() + timedelta(seconds=number), Point(33.7, 105.7))
    services.take_positions(by=SYSTEM, vehicle=tour.vehicle, fixes=[fix], source=PositionSource.TRACKER)


PAGES = {
    "logistics:unplaced": Case(_unplaced, reader="clerk"),
    "logistics:carriers": Case(_carrier),
    "logistics:consignments": Case(_goods),
    "logistics:fees": Case(_fee),
    "logistics:parcels": Case(_parcel),
    "logistics:approaches": Case(_way),
    "logistics:cash": Case(_hand_in, reader="clerk"),
    "logistics:costs": Case(_cost),
    "logistics:plans": Case(_plan),
    "logistics:roads": Case(_condition),
    "logistics:tariffs": Case(_tariff),
    "logistics:tours": Case(_tour),
    "logistics:vehicles": Case(_vehicle),
}
REST = {
    "/logistics/tours/{driven_tour}/positions": Case(_position),
    "/logistics/carriers": PAGES["logistics:carriers"],
    "/logistics/fees": PAGES["logistics:fees"],
    "/logistics/roads/conditions": PAGES["logistics:roads"],
    "/logistics/plans": PAGES["logistics:plans"],
    "/logistics/vehicles": PAGES["logistics:vehicles"],
    "/logistics/consignments": PAGES["logistics:consignments"],
    "/logistics/parcels": PAGES["logistics:parcels"],
    "/logistics/tariffs": PAGES["logistics:tariffs"],
    "/logistics/tours": PAGES["logistics:tours"],
}
