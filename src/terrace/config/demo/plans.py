"""Parcels that the carrier has announced on the demo's own day, and the plan of the next day that carries them."""

from datetime import timedelta

from terrace.config.demo import names
from terrace.config.demo.moments import moment
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade
from terrace.config.demo.wording import Wording
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction
from terrace.logistics.domain.routing.by_hand import ByHand
from terrace.logistics.services import NewParcel, NothingToPlan, NoVehicle, PlanGiven

NOTE = Wording("收到明日包裹后", "With tomorrow's parcels")
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
    given = PlanGiven(world.day + timedelta(days=1), SECONDS, world.write(NOTE))
    try:
        plan = logistics.begin_plan(by=centre.clerk, unit_id=centre.unit.pk, given=given)
    except (NothingToPlan, NoVehicle):
        return
    logistics.run_search(plan_id=plan.pk, planner=ByHand())
