"""What is for sale: of households through their keeper, of cooperatives and workshops through the centre."""

from dataclasses import replace
from datetime import date, timedelta

from terrace.config.demo.cast import COUNTY, VILLAGE
from terrace.config.demo.moments import working
from terrace.config.demo.notices import SUPPLY, WEEKS_OF_NOTICES, Plan, money
from terrace.config.demo.photos import HEAPED
from terrace.config.demo.prices import Quotes
from terrace.config.demo.produce import CROPS, GROWN
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import Producer, World
from terrace.kernel.actors import Actor
from terrace.sourcing.services import Terms

A_DAY, LONGEST_WAIT = timedelta(days=1), timedelta(days=9)
FIRM_HAS = 6
"""A cooperative has so many times what a household has."""
NOTICES_PER_FIRM = 2
EVERY_PHOTO, MOST_PHOTOS = 5, 16
"""Which of the notices that can have a photo have one, and how many at most."""
NOTES = (
    Wording("可送到服务点", "Can bring it to the point"),
    Wording("可先看样", "Samples on request"),
    Wording("已分级", "Graded"),
    Wording("要自带筐", "Bring your own crates"),
    Wording("今年头茬", "The first of this year"),
    Wording("数量可商量", "Quantity can be discussed"),
)


def plan_supply(world: World, quotes: Quotes) -> list[Plan]:
    """Return what everybody has recorded for sale in the last weeks."""
    plans = _of_farmer(world, quotes)
    for village, households in world.households.items():
        for producer in households:
            plans += _of_household(world, quotes, village, producer)
    for county, firms in world.firms.items():
        manager = world.at_post("centre-manager", county)
        for firm in firms:
            for _ in range(NOTICES_PER_FIRM):
                plans += plan_one(world, quotes, manager, firm, _some_day(world, WEEKS_OF_NOTICES * 7))
    return _with_photos(world, plans)


def _with_photos(world: World, plans: list[Plan]) -> list[Plan]:
    """Give every few of the notices of the cast's county a photo, as many as a demo is quick with."""
    photographed = [n for n, plan in enumerate(plans) if plan.county == COUNTY and plan.terms.product in HEAPED]
    chosen = set(photographed[::EVERY_PHOTO][:MOST_PHOTOS])
    return [_with_photo(world, plan) if n in chosen else plan for n, plan in enumerate(plans)]


def _with_photo(world: World, plan: Plan) -> Plan:
    has_one = plan.terms.product in HEAPED
    return replace(plan, photo_seed=world.random.getrandbits(32)) if has_one else plan


def main_crop(world: World) -> str:
    """Return what the cast's story is about: its county's first crop that is for sale from the demo's day on."""
    days = (world.day, world.day + LONGEST_WAIT)
    return next(code for code in GROWN[COUNTY] if all(world.goods.for_sale(code, day) for day in days))


def plan_one(world: World, quotes: Quotes, by: Actor, producer: Producer, on: date, crop: str = "") -> list[Plan]:
    """Return the plan of one notice, recorded on the day `on`, of something that can be for sale; else none.

    With `crop`, which is for sale from the demo's day on, it is that, and not before.
    """
    opens_on = on + world.random.randint(1, LONGEST_WAIT.days) * A_DAY
    if crop:
        opens_on = max(opens_on, world.day)
    offered = [code for code in producer.crops if world.goods.for_sale(code, opens_on)]
    if not (crop or offered):
        return []
    code = crop or world.random.choice(offered)
    terms = _terms(world, quotes, producer, code, on, opens_on)
    return [Plan(SUPPLY, by, producer.party, producer.county, working(world.random, on), on, terms)]


def _of_household(world: World, quotes: Quotes, village: str, producer: Producer) -> list[Plan]:
    """Return a household's notices; in the cast's village all of them are of the last two weeks."""
    at_home = village == VILLAGE
    expected, days = (1.3, 14) if at_home else (world.scale.supplies, WEEKS_OF_NOTICES * 7)
    count = int(expected + world.random.random())
    keeper = world.keeper(village)
    return [plan for _ in range(count) for plan in plan_one(world, quotes, keeper, producer, _some_day(world, days))]


def _of_farmer(world: World, quotes: Quotes) -> list[Plan]:
    """Return what the cast's farmer offers, one notice by her keeper, one by herself; and what is sold or over."""
    household = world.households[VILLAGE][0]
    herself = world.as_actor(world.speakers["farmer"])
    crop = main_crop(world)
    by_keeper = plan_one(world, quotes, world.keeper(VILLAGE), household, world.day - 3 * A_DAY, crop)
    plans = by_keeper + plan_one(world, quotes, herself, household, world.day - A_DAY, crop)
    sold = plan_one(world, quotes, herself, household, world.day - 16 * A_DAY)
    over = plan_one(world, quotes, herself, household, world.day - 45 * A_DAY)
    return [_with_photo(world, plan) for plan in plans] + [replace(plan, is_sold=True) for plan in sold] + over


def _terms(world: World, quotes: Quotes, producer: Producer, code: str, on: date, opens_on: date) -> Terms:
    crop, random = CROPS[code], world.random
    amount = random.triangular(crop.least, crop.most, crop.least * 2) * (FIRM_HAS if producer.is_firm else 1)
    days = random.randint(4, 10) if world.goods.is_perishable(code) else random.randint(7, 28)
    asked = quotes.latest(producer.county, code, on) * random.uniform(0.97, 1.1)
    return Terms(
        product=code,
        variety=world.goods.variety(random, code, opens_on),
        quantity=world.goods.amount(code, amount),
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=days),
        price=money(asked) if random.random() < 0.88 else None,
        note=world.write(random.choice(NOTES)) if random.random() < 0.25 else "",
    )


def _some_day(world: World, days: int) -> date:
    """Return a day of the last `days`, rather a late one than an early one."""
    return world.day - timedelta(days=int(world.random.triangular(1, days, 3)))
