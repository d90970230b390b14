"""Parcels that the carrier has announced on the demo's own day, and the plans of the next day that carry them.

One is as the centre works today; in the other, on two levels, a tricycle that stands at a station drives its round.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from terrace.accounts import services as accounts
from terrace.config.demo import names
from terrace.config.demo.moments import moment
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.config.demo.wording import Wording
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction
from terrace.logistics.domain.fleet import Energy, Equipment, VehicleKind
from terrace.logistics.domain.routing.by_hand import ByHand
from terrace.logistics.services import NewParcel, NothingToPlan, NoVehicle, PlanGiven, VehicleGiven
from terrace.network.models import ServiceUnit

NOTE = Wording("收到明日包裹后", "With tomorrow's parcels")
ON_TWO_LEVELS = Wording("两级：到站点，再由站点送村", "To the stations, and rounds from there")
TRICYCLE = Wording("站点三轮车", "The station's tricycle")
SECOND_DRIVER = Wording("石有根", "Shi Yougen")
PAYLOAD, STATION = 400_000, 9
SECONDS, PARCELS = 30, 12
GRAMS = (800, 2_400, 1_200, 5_600, 700)


def note_plan(timeline: Timeline, home: Trade) -> None:
    """Note that parcels are announced and the next day is planned."""
    timeline.note(moment(home.world.day, 0.02), lambda: _plan(home))


def _plan(home: Trade) -> None:
    """Announce parcels for the points of the trade's villages and plan the next day, by a rule that needs no engine."""
    world, centre = home.world, home.centre
    points = [world.units[village] for village in home.villages if village in world.units]
    if centre.carrier is None or not points:
        return
    for number in range(PARCELS):
        new = NewParcel(
            Direction.DOWN,
            recipient=world.write(names.person(world.random, "f")),
            phone=names.mobile(next(world.mobiles)),
            from_unit_id=centre.unit.pk,
            to_unit_id=points[number % len(points)].pk,
            carrier_id=centre.carrier.pk,
            weight_grams=GRAMS[number % len(GRAMS)],
        )
        logistics.register_parcel(by=centre.clerk, new=new)
    _stand_at_a_station(home, points)
    _hire_a_driver(home)
    tomorrow = world.day + timedelta(days=1)
    for given in (
        PlanGiven(tomorrow, SECONDS, world.write(ON_TWO_LEVELS), on_two_levels=True),
        PlanGiven(tomorrow, SECONDS, world.write(NOTE)),
    ):
        try:
            plan = logistics.begin_plan(by=centre.clerk, unit_id=centre.unit.pk, given=given)
        except (NothingToPlan, NoVehicle):
            return
        logistics.run_search(plan_id=plan.pk, planner=ByHand())


def _hire_a_driver(home: Trade) -> None:
    """Give the centre a second driver: nobody drives two vehicles on one day."""
    world, area = home.world, home.world.units[home.centre.county].area_path
    person = accounts.open_account(
        by=world.administrator,
        name=world.write(SECOND_DRIVER),
        username=f"driver2-{home.centre.county}",
        password="",
        phone=names.mobile(next(world.mobiles)),
        area_path=area,
    )
    accounts.give_post(by=world.administrator, person_id=person.pk, unit_id=home.centre.unit.pk, role="driver")


def _stand_at_a_station(home: Trade, points: Sequence[ServiceUnit]) -> None:
    """Buy a tricycle that stands at the station above the last of the points."""
    centre, units = home.centre, home.world.units
    station = next(unit for code, unit in units.items() if len(code) == STATION and points[-1].area_id.startswith(code))
    given = VehicleGiven(f"甘K3T{centre.county[-2:]}", PAYLOAD, home.world.write(TRICYCLE))
    tricycle = logistics.add_vehicle(by=centre.manager, unit_id=centre.unit.pk, given=given)
    has = Equipment(VehicleKind.TRICYCLE, width_cm=120, energy=Energy.ELECTRICITY, pace_percent=60, reloads=2)
    has = replace(has, begins_at_id=station.pk)
    logistics.equip_vehicle(by=centre.clerk, vehicle=tricycle, version=tricycle.version, given=has)
