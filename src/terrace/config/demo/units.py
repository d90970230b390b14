"""Units at all four tiers, founded from the top down, each by the unit above it, and their people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from terrace.accounts import services as accounts
from terrace.accounts.models import Person
from terrace.catalog import services as catalog
from terrace.config.demo import names
from terrace.config.demo.cast import COUNTY, PREFECTURE, Member, posted
from terrace.config.demo.moments import moment, spread
from terrace.config.demo.places import County, Township, choose
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import World, names_of
from terrace.kernel.actors import SYSTEM, Actor
from terrace.network import queries as network
from terrace.network import services as network_services
from terrace.network.domain import Service
from terrace.network.domain.hours import Period
from terrace.network.models import Area, ServiceUnit
from terrace.network.services import Details

WORKDAYS, SIX_DAYS, EVERY_DAY = (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6, 7)
FIELD_DEGREES = 0.012
"""How far from its township's point a village's is put: about a kilometre and a half either way."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What units of one tier have in common: the words of their names, services, opening hours, years since founding.

    Of `sometimes` each unit has some; a point has its goods shelf or it has not.
    """

    chinese: str
    english: str
    services: tuple[Service, ...]
    sometimes: tuple[Service, ...]
    hours: tuple[tuple[Period, ...], ...]
    years: tuple[int, int]
    addresses: tuple[Wording, ...]


def _hours(days: tuple[int, ...], *periods: tuple[int, int, int, int]) -> tuple[Period, ...]:
    return tuple(Period(days, time(a, b), time(c, d)) for a, b, c, d in periods)


BUREAU = Kind(
    "电子商务发展局",
    "E-commerce Development Bureau",
    (Service.TRAINING, Service.FINANCE),
    (),
    (_hours(WORKDAYS, (8, 30, 12, 0), (14, 30, 18, 0)),),
    (11, 12),
    (Wording("政务大厅四楼", "4th floor, government hall"),),
)
CENTRE = Kind(
    "电商服务中心",
    "E-commerce Service Centre",
    (Service.SELL, Service.SEND, Service.TRAINING, Service.LIVE, Service.COLD),
    (Service.FINANCE,),
    (_hours(WORKDAYS, (8, 30, 12, 0), (14, 0, 18, 0)),),
    (8, 10),
    (Wording("电商产业园一号楼", "E-commerce park, building 1"), Wording("客运站对面", "Opposite the bus station")),
)
STATION = Kind(
    "电商服务站",
    "Service Station",
    (Service.SELL, Service.BUY, Service.SEND, Service.RECEIVE, Service.INPUTS),
    (Service.TRAINING, Service.COLD, Service.LIVE),
    (_hours(SIX_DAYS, (8, 30, 12, 0), (14, 0, 18, 0)), _hours(SIX_DAYS, (8, 30, 17, 30))),
    (5, 8),
    (
        Wording("文化站旁", "Beside the culture station"),
        Wording("集市东头", "East end of the market"),
        Wording("卫生院隔壁", "Next to the clinic"),
    ),
)
POINT = Kind(
    "电商服务点",
    "Service Point",
    (Service.SELL, Service.BUY, Service.RECEIVE),
    (Service.SEND, Service.INPUTS, Service.FINANCE),
    (
        _hours(EVERY_DAY, (8, 0, 12, 0), (14, 0, 20, 0)),
        _hours(EVERY_DAY, (7, 30, 19, 30)),
        _hours(SIX_DAYS, (9, 0, 18, 0)),
    ),
    (3, 7),
    (
        Wording("村委会院内", "Village committee yard"),
        Wording("小卖部内", "In the village shop"),
        Wording("老戏台旁", "By the old stage"),
    ),
)


def found_bureau(world: World) -> None:
    """Load what ships, then let the system found the bureau and post its first administrator: nobody else could."""
    with world.at(moment(world.first_day, 8)):
        network_services.import_shipped(by=SYSTEM)
        catalog.load_shipped_products(by=SYSTEM)
        top = network.get_area(PREFECTURE)
        _found(world, SYSTEM, BUREAU, top)
        appoint(world, SYSTEM, "bureau-administrator", top)
        appoint(world, world.administrator, "bureau-officer", top)
    world.counties = choose(world.random, world.scale)


def found_network(world: World) -> None:
    """Found every centre by the administrator, every station and point by its centre's manager."""
    total = sum(len(county.townships) + len(county.villages) for county in world.counties)
    done = 0
    for county in world.counties:
        with world.at(moment(world.first_day + timedelta(days=1), 9)):
            _found_centre(world, county)
    for county in world.counties:
        for township in county.townships:
            with world.at(spread(world.first_day + timedelta(days=2), 12, done, total)):
                _found_station(world, county, township)
            done += 1 + len(township.villages)
            world.tell("Units and their people", done, total)


def appoint(world: World, by: Actor, role: str, area: Area) -> None:
    """Open an account for who is to hold the post, the cast's member if it is one, and give the post."""
    person = let_in(world, by, area, posted(role, area.code))
    unit = world.units[area.code]
    world.posts[role, area.code] = accounts.give_post(by=by, person_id=person.pk, unit_id=unit.pk, role=role)
    world.staff[role, area.code] = person


def let_in(world: World, by: Actor, area: Area, member: Member | None = None) -> Person:
    """Open an account for somebody of an area: for a member of the cast, or for anybody, who then has no password."""
    number = next(world.mobiles)
    name = member.name if member else names.person(world.random, world.random.choice("fm"))
    return accounts.open_account(
        by=by,
        name=world.write(name),
        username=member.sign_in if member else names.user_name(name, number),
        password=member.password if member else "",
        phone=names.mobile(number),
        area_path=area.path,
    )


def _found_centre(world: World, county: County) -> None:
    _found(world, world.administrator, CENTRE, county.area)
    appoint(world, world.administrator, "centre-manager", county.area)
    appoint(world, world.administrator, "centre-clerk", county.area)
    if county.code == COUNTY or (world.scale.sellers.count and county.villages):
        appoint(world, world.administrator, "packer", county.area)
        appoint(world, world.administrator, "driver", county.area)


def _found_station(world: World, county: County, township: Township) -> None:
    manager = world.at_post("centre-manager", county.code)
    _found(world, manager, STATION, township.area)
    appoint(world, manager, "station-officer", township.area)
    officer = world.at_post("station-officer", township.area.code)
    for village in township.villages:
        _found(world, manager, POINT, village)
        appoint(world, officer, "point-keeper", village)


def _found(world: World, by: Actor, kind: Kind, area: Area) -> ServiceUnit:
    latitude, longitude = _place(world, kind, area)
    unit = network_services.found_unit(
        by=by,
        area=area.code,
        details=details_of(world, kind, area),
        founded_on=_founded_on(world, kind),
        latitude=latitude,
        longitude=longitude,
    )
    world.units[area.code] = unit
    return unit


def details_of(world: World, kind: Kind, area: Area) -> Details:
    """Return what a unit tells its visitors."""
    chinese, english = names_of(area)
    return Details(
        names={"en": f"{english} {kind.english}", "zh-hans": f"{chinese}{kind.chinese}"},
        services=[service.value for service in (*kind.services, *_some(world, kind.sometimes))],
        hours=world.random.choice(kind.hours),
        phone=names.landline(next(world.landlines)),
        address=world.write(world.random.choice(kind.addresses)),
    )


def _some(world: World, services: Sequence[Service]) -> list[Service]:
    return world.random.sample(services, world.random.randint(0, len(services)))


def _founded_on(world: World, kind: Kind) -> date:
    years = world.random.uniform(*kind.years)
    return world.day - timedelta(days=int(365.25 * years))


def _place(world: World, kind: Kind, area: Area) -> tuple[float | None, float | None]:
    """Put a point somewhere around its township's, so that not all points of a township lie on one spot of the map."""
    if kind is not POINT or area.point is None:
        return None, None
    north, east = (world.random.uniform(-FIELD_DEGREES, FIELD_DEGREES) for _ in range(2))
    return area.point.latitude + north, area.point.longitude + east
