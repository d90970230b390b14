"""Advice from bureau, centres and stations, and who below has taken note of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from terrace.config.demo.cast import NEIGHBOUR_VILLAGE, PREFECTURE, TOWNSHIP, VILLAGE
from terrace.config.demo.moments import working
from terrace.config.demo.produce import GROWN
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World
from terrace.kernel.actors import Actor
from terrace.kernel.tiers import Workspace
from terrace.messaging import services as messaging
from terrace.network import queries as network
from terrace.sourcing import services as sourcing
from terrace.sourcing.models import Advice

ALWAYS = tuple(range(1, 13))
BUREAU_DAYS, CENTRE_DAYS, STATION_DAYS = (20, 2), (30, 9, 1), (5,)
"""How many days before the demo's day each tier gave its advice."""
WAITS_AFTER = 6
"""Advice of so many last days still waits for the cast's keeper and station."""


@dataclass(frozen=True, slots=True)
class Words:
    """One piece of advice, in both languages, and in which months and about which product it makes sense."""

    title: Wording
    text: Wording
    months: tuple[int, ...] = ALWAYS
    product: str = ""


GENERAL = (
    Words(
        Wording("双十二备货：先报数量", "Double 12: record quantities first"),
        Wording(
            "请各点在本周内登记可发货数量，中心按登记数安排车辆。",
            "Record this week what you can send; the centre plans its vehicles by what is recorded.",
        ),
        (11,),
    ),
    Words(
        Wording("年货订单开始", "New Year goods are being ordered"),
        Wording(
            "腊肉、挂面、蜂蜜需求大，请提前登记。",
            "Cured pork, noodles and honey are wanted: record them early.",
        ),
        (12, 1, 2),
    ),
    Words(
        Wording("快递提前一小时截单", "Parcels leave an hour earlier"),
        Wording(
            "天黑得早，下乡车辆提前一小时返程。",
            "Vehicles return an hour earlier while days are short.",
        ),
        (10, 11, 12, 1, 2),
    ),
    Words(
        Wording("参考价每周一更新", "Reference prices are new every Monday"),
        Wording(
            "报价前请先看参考价，低于参考价一成以上请与中心联系。",
            "Look at the reference price before you ask one; call the centre if yours is a tenth below.",
        ),
    ),
    Words(
        Wording("统一使用五公斤箱", "Use the 5 kg boxes"),
        Wording(
            "买家反映箱规不一，请到站里领取统一纸箱。",
            "Buyers complain of mixed boxes: the station has the common ones.",
        ),
    ),
)
LOCAL = (
    Words(
        Wording("周三收件车晚一小时", "Wednesday's van comes an hour later"),
        Wording(
            "桥面维修，请各点周三下午五点前备好货。",
            "The bridge is mended: have parcels ready by five on Wednesday.",
        ),
    ),
)
ABOUT = (
    Words(
        Wording("霜冻前采完富士", "Pick Fuji before the frost"),
        Wording(
            "周末夜间将到零下三度，请今明两天采完，预冷后再登记。",
            "Nights fall to -3 °C at the weekend: pick today and tomorrow, cool, then record.",
        ),
        (10, 11),
        "apple",
    ),
    Words(
        Wording("果园花期防霜", "Protect the blossom from frost"),
        Wording(
            "清晨可能有霜，请备好熏烟材料。",
            "Frost is likely at dawn: have smoke ready in the orchards.",
        ),
        (3, 4, 5),
        "apple",
    ),
    Words(
        Wording("花椒趁晴晾晒", "Dry Sichuan pepper while it is sunny"),
        Wording(
            "未来五天晴，采下当天晾晒，色好价高。",
            "Five dry days: spread it on the day of picking; colour is price.",
        ),
        (6, 7, 8, 9),
        "sichuan-pepper",
    ),
    Words(
        Wording("核桃有缺口，不急卖", "Walnuts are short: do not hurry"),
        Wording(
            "本县需求大于登记数，请先登记，再由中心联系买家。",
            "More is wanted than recorded here: record first, the centre will call buyers.",
        ),
        product="walnut",
    ),
    Words(
        Wording("马铃薯供大于求，分批出", "Potatoes are plentiful: sell in portions"),
        Wording(
            "窖藏好的可等到开春，本周每户建议不超过一吨。",
            "What keeps can wait for spring; at most a tonne a household this week.",
        ),
        product="potato",
    ),
    Words(
        Wording("蜂蜜有买家在等", "Buyers are waiting for honey"),
        Wording(
            "请登记波美度和花种。",
            "Record density and blossom with it.",
        ),
        product="honey",
    ),
)


def note_advice(world: World, timeline: Timeline) -> None:
    """Note what bureau, centres and the cast's station advised in the last weeks."""
    officer = world.at_post("bureau-officer", PREFECTURE)
    _note_series(world, timeline, officer, PREFECTURE, BUREAU_DAYS, GENERAL)
    for county in world.counties:
        if county.townships:
            words = tuple(one for one in ABOUT if one.product in GROWN[county.code])
            manager = world.at_post("centre-manager", county.code)
            _note_series(world, timeline, manager, county.code, CENTRE_DAYS, words)
    station = world.at_post("station-officer", TOWNSHIP)
    _note_series(world, timeline, station, TOWNSHIP, STATION_DAYS, LOCAL)


def _note_series(
    world: World, timeline: Timeline, by: Actor, area: str, days: tuple[int, ...], words: tuple[Words, ...]
) -> None:
    """Note one piece of advice for each of `days`, what fits the season first."""
    fitting = sorted((one for one in words if world.day.month in one.months), key=lambda one: one.months == ALWAYS)
    for before, one in zip(reversed(days), fitting, strict=False):
        on = world.day - timedelta(days=before)
        story = Story(world, by, area, one)
        timeline.note(working(world.random, on), story.give)
        _note_receipts(world, timeline, story, on)


class Story:
    """One piece of advice; those who take note of it share the row that giving it makes."""

    def __init__(self, world: World, by: Actor, area: str, words: Words) -> None:
        self.world, self.by, self.area, self.words = world, by, area, words
        self.advice: Advice | None = None

    def give(self) -> None:
        """Send it."""
        words, write = self.words, self.world.write
        self.advice = sourcing.give_advice(
            by=self.by,
            area=self.area,
            title=write(words.title),
            text=write(words.text),
            product=words.product,
            sure=True,
        )

    def acknowledge(self, by: Actor) -> None:
        """Take note of it for a unit below, having read what came."""
        if self.advice is not None:
            messaging.mark_all_read(by=by)
            sourcing.acknowledge_advice(by=by, advice=self.advice.number)


def _note_receipts(world: World, timeline: Timeline, story: Story, on: date) -> None:
    """Note who takes note of it within a few days: most of what is old, little of what came yesterday."""
    age = (world.day - on).days
    share = 0.92 if age > 2 * WAITS_AFTER else 0.7 if age > WAITS_AFTER else 0.35
    for actor, area in _receivers(world, story):
        day = on + timedelta(days=world.random.randint(1, 4))
        late = world.random.random() > share or day >= world.day
        if not late and not _waits(area, age):
            timeline.note(_noon(world, day), partial(story.acknowledge, actor))


def _waits(area: str, age: int) -> bool:
    """Say whether the demo lets advice wait: what is new for the cast's own, what is old for the keeper next door."""
    if area == NEIGHBOUR_VILLAGE:
        return age > 2 * WAITS_AFTER
    return area in (VILLAGE, TOWNSHIP) and age <= WAITS_AFTER


def _receivers(world: World, story: Story) -> list[tuple[Actor, str]]:
    """Return who answers for the stations and points below, each with the area of the unit."""
    path = network.get_area(story.area).path
    units = network.units_under(path, (Workspace.STATION, Workspace.POINT))
    actors = ((_holder(world, unit.area_id), unit.area_id) for unit in units)
    return [(actor, area) for actor, area in actors if actor.person_id != story.by.person_id]


def _holder(world: World, area: str) -> Actor:
    role = "station-officer" if ("station-officer", area) in world.staff else "point-keeper"
    return world.at_post(role, area)


def _noon(world: World, day: date) -> datetime:
    return working(world.random, day)
