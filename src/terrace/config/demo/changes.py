"""What changes while the installation runs: a point opens and closes, a clerk goes, an officer is on leave."""

from dataclasses import replace
from datetime import timedelta

from terrace.accounts import services as accounts
from terrace.accounts.models import Post
from terrace.config.demo.cast import COUNTY, NEIGHBOUR_TOWNSHIP, TOWNSHIP, VILLAGE
from terrace.config.demo.moments import moment
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.units import POINT, details_of, let_in
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World, names_of
from terrace.network import services as network
from terrace.network.models import Area, ServiceUnit

POINT_OPENS, POINT_CLOSES = 700, 95
CLERK_COMES, CLERK_GOES = 690, 200
LEAVE_IS_ARRANGED, LEAVE_BEGINS, LEAVE_ENDS = 8, 6, -9
"""How many days before the demo's day."""
MARKET_STALL = Wording("集市摊位", "A stall on the market")


def note_changes(world: World, timeline: Timeline) -> None:
    """Note what is over by the demo's day, and who stands in for whom on it."""
    point, clerk = MarketPoint(world), FormerClerk(world)
    acts = (
        (POINT_OPENS, point.open),
        (CLERK_COMES, clerk.come),
        (CLERK_GOES, clerk.go),
        (POINT_CLOSES, point.close),
        (LEAVE_IS_ARRANGED, lambda: _arrange_leave(world)),
    )
    for days, act in acts:
        timeline.note(moment(world.day - timedelta(days=days), 10), act)


class MarketPoint:
    """A second point of a village, on its market, which was closed again; its keeper's post ended with it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.unit: ServiceUnit | None = None

    def open(self) -> None:
        """Found it and post its keeper."""
        world, village = self.world, _market_village(self.world)
        chinese, english = names_of(village)
        details = replace(
            details_of(world, POINT, village),
            names={"en": f"{english} Market Service Point", "zh-hans": f"{chinese}集市电商服务点"},
            address=world.write(MARKET_STALL),
        )
        manager = world.at_post("centre-manager", COUNTY)
        self.unit = network.found_unit(by=manager, area=village.code, details=details, founded_on=world.first_day)
        officer = world.at_post("station-officer", TOWNSHIP)
        keeper = let_in(world, officer, village)
        accounts.give_post(by=officer, person_id=keeper.pk, unit_id=self.unit.pk, role="point-keeper")

    def close(self) -> None:
        """Close it for good."""
        if self.unit is not None:
            manager = self.world.at_post("centre-manager", COUNTY)
            network.close_unit(by=manager, unit=self.unit, version=self.unit.version)


class FormerClerk:
    """A second clerk of the cast's centre, who left."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.post: Post | None = None

    def come(self) -> None:
        """Give the post."""
        world = self.world
        person = let_in(world, world.administrator, world.home.area)
        centre = world.units[COUNTY]
        self.post = accounts.give_post(
            by=world.administrator, person_id=person.pk, unit_id=centre.pk, role="centre-clerk"
        )

    def go(self) -> None:
        """End it."""
        if self.post is not None:
            accounts.end_post(by=self.world.administrator, post_id=self.post.pk)


def _arrange_leave(world: World) -> None:
    """Let somebody stand in for the officer of the next township, from some days ago to some days from now."""
    manager = world.at_post("centre-manager", COUNTY)
    post = world.posts["station-officer", NEIGHBOUR_TOWNSHIP]
    stand_in = let_in(world, manager, world.units[NEIGHBOUR_TOWNSHIP].area)
    first, last = (world.day - timedelta(days=days) for days in (LEAVE_BEGINS, LEAVE_ENDS))
    accounts.act_for(by=manager, post_id=post.pk, person_id=stand_in.pk, starts_on=first, ends_on=last)


def _market_village(world: World) -> Area:
    """Return a village of the cast's township, another one than the cast's if there is one."""
    villages = next(one.villages for one in world.home.townships if one.area.code == TOWNSHIP)
    return next((one for one in villages if one.code != VILLAGE), villages[0])
