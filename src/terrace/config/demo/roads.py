"""Roads of the cast's county that are closed or slow these days, so that pages of roads have something to show."""

from datetime import timedelta

from terrace.config.demo.cast import COUNTY
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World
from terrace.logistics import services as logistics
from terrace.logistics.services import ConditionGiven

SNOW = Wording("垭口积雪，带防滑链慢行", "Snow on the pass, drive slowly with chains")
LANDSLIDE = Wording("道路塌方，抢修中", "Landslide, being cleared")
SNOWED_IN, SHUT = (-2, -1), -3
"""Which of the county's townships, in the order of their codes: the road between two, and one that is cut off."""


def close_roads(world: World) -> None:
    """Let the clerk record snow between two townships from today on, and a landslide near another tomorrow."""
    stations = [world.units[one.area.code] for one in world.home.townships if one.area.code in world.units]
    if len(stations) < 3:
        return
    clerk, centre = world.at_post("centre-clerk", COUNTY), world.units[COUNTY]
    one, other = (stations[place].area_id for place in SNOWED_IN)
    snow = ConditionGiven(
        world.day,
        world.write(SNOW),
        pace_percent=60,
        until_on=world.day + timedelta(days=6),
        areas=(one, other),
    )
    tomorrow = world.day + timedelta(days=1)
    landslide = ConditionGiven(
        tomorrow,
        world.write(LANDSLIDE),
        until_on=tomorrow + timedelta(days=1),
        unit_id=stations[SHUT].pk,
        radius_m=800,
    )
    for given in (snow, landslide):
        logistics.add_condition(by=clerk, centre_id=centre.pk, given=given)
