"""How a demo is made: chapter by chapter, by the same acts that people do on the pages, in one transaction."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from django.conf import settings
from django.db import transaction

from terrace.accounts import queries as accounts
from terrace.audit import queries as audit_queries
from terrace.audit import services as audit
from terrace.config.demo.advice import note_advice
from terrace.config.demo.agreed import note_agreement
from terrace.config.demo.arrangements import note_arrangements
from terrace.config.demo.cast import CAST, COUNTY, PREFECTURE, TOWNSHIP, VILLAGE
from terrace.config.demo.centre import Centre
from terrace.config.demo.changes import note_changes
from terrace.config.demo.costs import note_costs
from terrace.config.demo.counter import note_counter
from terrace.config.demo.demand import plan_demand
from terrace.config.demo.firms import register_firms
from terrace.config.demo.harvest import note_harvest
from terrace.config.demo.households import register_households
from terrace.config.demo.moments import SET_UP, moment
from terrace.config.demo.nights import note_market_nights
from terrace.config.demo.notices import note_nights, note_plans
from terrace.config.demo.orders import note_orders
from terrace.config.demo.payouts import note_payouts
from terrace.config.demo.plans import note_plan
from terrace.config.demo.prices import Quotes, note_prices, quote
from terrace.config.demo.recalls import note_recall
from terrace.config.demo.roads import close_roads
from terrace.config.demo.scales import Scale
from terrace.config.demo.seasons import last_season
from terrace.config.demo.sellers import note_many, trades_of_many
from terrace.config.demo.shelf import note_shelf
from terrace.config.demo.supply import plan_supply
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.trade import Trade, note_trade, trade_of_cast
from terrace.config.demo.units import found_bureau, found_network
from terrace.config.demo.world import Tell, World, count_rows
from terrace.kernel import clock, ids
from terrace.kernel.actors import SYSTEM
from terrace.kernel.deployment import current
from terrace.messaging import queries as inbox
from terrace.messaging import services as messaging
from terrace.messaging.domain import Topic
from terrace.network import queries as network
from terrace.registry import queries as registry

LOADED = "config.load_demo"
"""The act that says that a database is a demo's."""


RECOUNTED = (75, 50, 25)
"""How many days before the demo's day the database counts its rows once more: by then there are other ones."""


class CannotLoad(Exception):
    """The demo cannot be loaded here; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a demo was made of."""

    scale: str
    seed: int
    day: date
    language: str

    def __str__(self) -> str:
        return f"scale {self.scale}, seed {self.seed}, {self.day.isoformat()}, {self.language}"


def found() -> Loaded | None:
    """Return which demo this database has, None for none."""
    act = audit_queries.visible_to(SYSTEM).filter(act=LOADED).order_by("-id").first()
    if act is None:
        return None
    told = act.details
    # What was loaded before a demo was written in one language had all texts in both: it counts as this one's own.
    language = told.get("language", settings.LANGUAGE_CODE)
    return Loaded(told["scale"], told["seed"], date.fromisoformat(told["day"]), language)


def build(*, scale: Scale, seed: int, day: date | None = None, language: str = "", tell: Tell | None = None) -> Loaded:
    """Fill the empty database with a demo of `scale` as of `day` (default: today); the same seed makes the same rows.

    Names of people and firms, notes and advice are written in `language` (default: the installation's); nothing else
    depends on it. All or nothing. Raises `CannotLoad` in production, and where anything was
    entered already.
    """
    check_place()
    _check_empty()
    random = Random(seed)  # noqa: S311 - the same for everybody on purpose
    world = World(random, day or clock.today(), scale, tell or _tell_nobody, language or settings.LANGUAGE_CODE)
    with transaction.atomic(), ids.drawn_from(random):
        found_bureau(world)
        found_network(world)
        register_households(world)
        register_firms(world)
        count_rows()
        _read_old_news(world)
        _work(world)
        return _sign(world, seed)


def check_place() -> None:
    """Raise `CannotLoad` where a demo has no place: in production, and in any prefecture but its own."""
    if settings.PRODUCTION:
        raise CannotLoad("The demo's sign-ins are known to everybody, so it is never loaded in production.")
    if current().root_area != PREFECTURE:
        raise CannotLoad(f"The demo plays in Longnan: it needs TERRACE_ROOT_AREA={PREFECTURE}.")


def _check_empty() -> None:
    entered = (network.visible_to(SYSTEM), accounts.visible_to(SYSTEM), registry.visible_to(SYSTEM))
    if any(rows.exists() for rows in entered):
        raise CannotLoad("Units, people or parties were entered here already. Choose an empty database by DATA_DIR=.")


def _work(world: World) -> None:
    """Play two years of prices, the last weeks' notices, the advice on them, what changes among units and people."""
    timeline = Timeline()
    quotes = quote(world)
    supply = plan_supply(world, quotes)
    note_prices(world, timeline, quotes)
    note_plans(world, timeline, supply + plan_demand(world, quotes, supply))
    note_nights(world, timeline)
    note_advice(world, timeline)
    note_changes(world, timeline)
    _trade(world, timeline, quotes)
    timeline.note(moment(world.day - timedelta(days=2), 19), partial(_read_news, world))
    timeline.note(moment(world.day - timedelta(days=1), 17), partial(close_roads, world))
    for days in RECOUNTED:
        timeline.note(moment(world.day - timedelta(days=days), 4), count_rows)
    note_counter(timeline, world)
    timeline.play(world, "Prices, notices, trade")


def _trade(world: World, timeline: Timeline, quotes: Quotes) -> None:
    """Note the trade of the last weeks, of the cast and of many others, and the last season where that was before."""
    home = trade_of_cast(Centre(world), quotes, world.day)
    many = trades_of_many(home)
    note_trade(timeline, home)
    note_arrangements(timeline, home)
    note_agreement(timeline, home)
    note_plan(timeline, home)
    note_harvest(timeline, home, world.scale.purchases)
    note_costs(timeline, home)
    note_orders(timeline, home, world.scale.orders)
    note_recall(timeline, home)
    if home.goods or many:
        note_payouts(timeline, home.centre, _paid_out_in(world, [home, *many]))
    note_shelf(timeline, home, [trade.shop for trade in many])
    note_many(timeline, many)
    note_market_nights(timeline, [home, *many, *_note_season(timeline, home)])


def _note_season(timeline: Timeline, home: Trade) -> list[Trade]:
    """Note what the cast's shop traded at the last harvest and festival, half as much as lately, and return it.

    Nothing where the last weeks have the festival in them.
    """
    world, day = home.world, last_season(home.day)
    if day is None:
        return []
    season = trade_of_cast(home.centre, home.quotes, day)
    note_trade(timeline, season)
    note_harvest(timeline, season, world.scale.purchases // 2)
    note_orders(timeline, season, world.scale.orders // 2)
    return [season]


def _paid_out_in(world: World, trades: list[Trade]) -> list[str]:
    """Return the villages of the cast's county whose households have bank accounts: where few trade, all."""
    trading = {village for trade in trades for village in trade.villages}
    return [one.code for one in world.home.villages if one.code in trading or not world.scale.sellers.count]


def _read_old_news(world: World) -> None:
    """Let the cast have read what they were told two years ago, so that their list shows what is new."""
    with world.at(moment(world.first_day + SET_UP - timedelta(days=1), 20)):
        for member in CAST:
            if member.post:
                messaging.mark_all_read(by=world.at_post(member.post, member.area))


def _read_news(world: World) -> None:
    """Let who trades every day have read what came of it until the day before yesterday."""
    actors = [world.at_post(role, COUNTY) for role in ("centre-manager", "centre-clerk", "packer", "driver")]
    for actor in (*actors, *(world.as_actor(person) for person in world.speakers.values())):
        messaging.mark_all_read(by=actor)
    for actor in (world.keeper(VILLAGE), world.at_post("station-officer", TOWNSHIP)):
        news = inbox.visible_to(actor).filter(read_at=None).exclude(topic=Topic.ADVICE).order_by("id")
        for notice in news:  # advice stays until it is taken note of
            messaging.mark_read(by=actor, notice_id=notice.pk)


def _sign(world: World, seed: int) -> Loaded:
    loaded = Loaded(world.scale.name, seed, world.day, world.language)
    bureau = world.units[PREFECTURE]
    details = asdict(loaded) | {"day": loaded.day.isoformat()}
    with world.at(moment(world.day, 0.02)):
        audit.record(by=SYSTEM, act=LOADED, subject=bureau, area_path=bureau.area_path, details=details)
    return loaded


def _tell_nobody(chapter: str, done: int, total: int) -> None:
    return None
