"""What is wanted: by cooperatives, firms and group-buy leaders, with the gaps and surpluses that their county has."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from terrace.config.demo.cast import COUNTY
from terrace.config.demo.moments import working
from terrace.config.demo.notices import DEMAND, Plan, money
from terrace.config.demo.prices import Quotes
from terrace.config.demo.produce import CROPS, GROWN
from terrace.config.demo.supply import main_crop
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Unit
from terrace.registry.models import Party
from terrace.sourcing.services import Terms

HOUSEHOLDS_OF_AN_ORDER = 8
"""One order asks for what so many households with plenty have."""
MOST_ORDERS = 40
AN_EARLIER_ROUND = timedelta(days=35)
NOTES = (
    Wording("要求果面干净", "Clean skins only"),
    Wording("当天结算", "Paid on the day"),
    Wording("可上门收", "Collected at the point"),
    Wording("长期要货", "Wanted all season"),
    Wording("五公斤箱装", "In 5 kg boxes"),
)


def plan_demand(world: World, quotes: Quotes, supply: list[Plan]) -> list[Plan]:
    """Return orders for what is for sale, more or less of it by product; and those of an earlier round, now over."""
    plans = _of_cast(world, quotes)
    ordered = _sums(world, plans)
    for (county, code), steps in _sums(world, supply).items():
        unit = Unit(world.goods.products[code].unit)
        sought = steps * CROPS[code].sought * world.random.uniform(0.85, 1.15)
        wanted = max(CROPS[code].least, (sought - ordered[county, code]) / unit.steps)
        orders = min(MOST_ORDERS, 2 + int(wanted / (CROPS[code].most * HOUSEHOLDS_OF_AN_ORDER)))
        for _ in range(orders):
            plans += _one(world, quotes, county, code, wanted / orders)
    return plans


def _sums(world: World, plans: list[Plan]) -> dict[tuple[str, str], int]:
    """Return what counts on the demo's day, in steps by county and product."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for plan in plans:
        if plan.counts_on(world.day):
            sums[plan.county, plan.terms.product] += plan.terms.quantity.steps
    return sums


def _one(world: World, quotes: Quotes, county: str, code: str, amount: float) -> list[Plan]:
    """Return one order by some trader of the county and, for every second, the one of an earlier round."""
    trader = world.random.choice(world.traders[county])
    clerk = world.at_post("centre-clerk", county)
    on = world.day - timedelta(days=world.random.randint(1, 20))
    plans = [_plan(world, quotes, clerk, trader, county, code, amount, on)]
    if world.random.random() < 0.5:
        on -= AN_EARLIER_ROUND
        plans.append(_plan(world, quotes, clerk, trader, county, code, amount * 0.7, on))
    return plans


def _of_cast(world: World, quotes: Quotes) -> list[Plan]:
    """Return what the cast's shop and leader want, the cast's village's main crop and two others; and what is over."""
    main = main_crop(world)
    others = [code for code in GROWN[COUNTY] if code != main and CROPS[code].sought > 1]
    plans = []
    for sign_in, households in (("shop", 2), ("leader", 0.5)):
        by, party = world.as_actor(world.speakers[sign_in]), world.own[sign_in]
        for code in (main, *others[:2]):
            on = world.day - timedelta(days=world.random.randint(1, 4))
            amount = CROPS[code].most * households
            plans.append(_plan(world, quotes, by, party, COUNTY, code, amount, on))
        over, bought = (world.day - timedelta(days=days) for days in (45, 18))
        plans.append(_plan(world, quotes, by, party, COUNTY, main, amount, over))
        plans.append(replace(_plan(world, quotes, by, party, COUNTY, main, amount, bought), is_sold=True))
    return plans


def _plan(
    world: World, quotes: Quotes, by: Actor, party: Party, county: str, code: str, amount: float, on: date
) -> Plan:
    random = world.random
    opens_on = on + timedelta(days=random.randint(1, 6))
    offered = quotes.latest(county, code, on) * random.uniform(0.96, 1.08)
    terms = Terms(
        product=code,
        quantity=world.goods.amount(code, amount),
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=random.randint(14, 26)),
        price=money(offered) if random.random() < 0.92 else None,
        note=world.write(random.choice(NOTES)) if random.random() < 0.3 else "",
    )
    return Plan(DEMAND, by, party, county, working(random, on), on, terms)
