"""Households of every village, registered by its keeper: who lives there, what they grow, which carry a mark."""

from datetime import timedelta

from terrace.accounts import services as accounts
from terrace.config.demo import names
from terrace.config.demo.cast import TOWNSHIP, VILLAGE, of_cast
from terrace.config.demo.moments import spread
from terrace.config.demo.produce import GROWN
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import Producer, World, count_rows
from terrace.network.models import Area
from terrace.registry import services as registry
from terrace.registry.domain import Kind, Mark, Sex, TraceName
from terrace.registry.models import Party
from terrace.registry.services import MemberGiven, Profile

HOME_HOUSEHOLDS = 20
COUNT_EVERY = 100
"""After so many villages the database is told how far its tables have grown."""
MARKS = {Mark.WOMEN_LED: 0.2, Mark.LOW_INCOME: 0.15, Mark.DISABILITY: 0.05}
"""How often a household carries each mark."""


def register_households(world: World) -> None:
    """Register every village's households, village by village, over the weeks before the first price."""
    villages = [(county.code, village) for county in world.counties for village in county.villages]
    for number, (county, village) in enumerate(villages):
        with world.at(spread(world.first_day + timedelta(days=15), 40, number, len(villages))):
            _register_village(world, county, village)
        if (number + 1) % COUNT_EVERY == 0:
            count_rows()
        world.tell("Households", number + 1, len(villages))


def _register_village(world: World, county: str, village: Area) -> None:
    """A village has few family names, and grows few of the county's crops."""
    families = names.families_of_a_village(world.random)
    crops = _crops_of_village(world, county)
    heads = names.people(world.random, _count(world, village), families)
    if village.code == VILLAGE:
        farmer = of_cast("farmer").name
        heads = [(farmer, "f"), *(head for head in heads if head[0].latin != farmer.latin)][:HOME_HOUSEHOLDS]
    world.households[village.code] = [
        Producer(_register(world, village, head, sex, place), _some_of(world, crops), county)
        for place, (head, sex) in enumerate(heads)
    ]
    if village.code == VILLAGE:
        _let_farmer_in(world, world.households[village.code][0].party)


def _register(world: World, village: Area, head: Wording, sex: str, place: int) -> Party:
    keeper = world.keeper(village.code)
    party = registry.register_party(
        by=keeper,
        kind=Kind.HOUSEHOLD,
        profile=Profile(world.write(head), village.code, phone=names.mobile(next(world.mobiles))),
        marks=_marks(world, sex),
    )
    if world.scale.has_members or village.code == VILLAGE:
        for given in _members(world, head, sex):
            registry.add_member(by=keeper, party=party, given=given)
        _consent(world, village, party, place)
    return party


def _consent(world: World, village: Area, party: Party, place: int) -> None:
    """Let every third household show its surname to who scans its goods, every sixth its whole name: the farmer too."""
    shown = {0: TraceName.FULL, 3: TraceName.SURNAME, 4: TraceName.SURNAME}.get(place % 6)
    if shown is not None:
        party.refresh_from_db()
        keeper = world.keeper(village.code)
        registry.set_trace_name(by=keeper, party=party, version=party.version, shown=shown)


def _count(world: World, village: Area) -> int:
    return HOME_HOUSEHOLDS if village.code == VILLAGE else world.random.randint(*world.scale.households)


def _crops_of_village(world: World, county: str) -> tuple[str, ...]:
    """Return what a village grows: its county's first crop mostly, and two or three others."""
    first, *others = GROWN[county]
    return (first, *world.random.sample(others, 3))


def _some_of(world: World, crops: tuple[str, ...]) -> tuple[str, ...]:
    """Return what one household has of it: most have the village's first crop."""
    first, *others = crops
    own = world.random.sample(others, world.random.randint(1, 2))
    return (first, *own) if world.random.random() < 0.8 else tuple(own)


def _marks(world: World, sex: str) -> list[Mark]:
    return [
        mark
        for mark, share in MARKS.items()
        if world.random.random() < share and (mark is not Mark.WOMEN_LED or sex == "f")
    ]


def _members(world: World, head: Wording, sex: str) -> list[MemberGiven]:
    """The head, a spouse, and up to three more of the family."""
    born = world.random.randint(1955, 1988)
    spouse = {"f": Sex.MALE, "m": Sex.FEMALE}[sex]
    members = [MemberGiven(world.write(head), Sex(sex), born)]
    if world.random.random() < 0.85:
        name = names.person(world.random, spouse.value)
        members.append(MemberGiven(world.write(name), spouse, born + world.random.randint(-3, 3)))
    for _ in range(world.random.randint(0, 3)):
        members.append(_child(world, head, born))
    return members


def _child(world: World, head: Wording, born: int) -> MemberGiven:
    sex = world.random.choice("fm")
    family = [name for name in names.FAMILY if name.chinese == head.chinese[0]]
    name = names.person(world.random, sex, family)
    return MemberGiven(world.write(name), Sex(sex), born + world.random.randint(22, 32), world.random.random() < 0.02)


def _let_farmer_in(world: World, household: Party) -> None:
    """Open the farmer's account by the station, and let her keeper make her the one who speaks for the household."""
    farmer = of_cast("farmer")
    person = accounts.open_account(
        by=world.at_post("station-officer", TOWNSHIP),
        name=world.write(farmer.name),
        username=farmer.sign_in,
        password=farmer.password,
        area_path=household.area_path,
    )
    registry.add_representative(by=world.keeper(VILLAGE), party=household, person_id=person.pk)
    world.speakers[farmer.sign_in], world.own[farmer.sign_in] = person, household
