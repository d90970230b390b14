"""Cooperatives with their members, enterprises, workshops and buyers, registered by their county's clerk."""

from datetime import timedelta

from terrace.accounts import services as accounts
from terrace.config.demo import names
from terrace.config.demo.cast import CAST, Member
from terrace.config.demo.moments import moment, spread
from terrace.config.demo.places import County
from terrace.config.demo.produce import GROWN, MADE
from terrace.config.demo.wording import Wording
from terrace.config.demo.world import Producer, World
from terrace.registry import services as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party
from terrace.registry.services import AccountGiven, Profile

BANK = Wording("梯田农村合作银行", "Terraces Rural Bank")
TITLES = {
    Kind.ENTERPRISE: Wording("电商", "Goods"),
    Kind.WORKSHOP: Wording("帮扶车间", "Workshop"),
    Kind.BUYER: Wording("社区团购", "Group Buy"),
}
VILLAGES_PER_COOPERATIVE = 5
ENTERPRISES, BUYERS = 2, 2
"""How many of each a county has; one cooperative for every few villages, one workshop for those that make things."""


def register_firms(world: World) -> None:
    """Register the firms of every county that has villages; cooperatives take in households that grow their crop."""
    counties = [county for county in world.counties if county.villages]
    for number, county in enumerate(counties):
        with world.at(spread(world.first_day + timedelta(days=56), 2, number, len(counties))):
            _register_county(world, county)
        world.tell("Cooperatives and firms", number + 1, len(counties))
    with world.at(moment(world.first_day + timedelta(days=58), 9)):
        for member in CAST:
            if member.party and member.firm:
                _let_in(world, member, member.party, member.firm)


def _register_county(world: World, county: County) -> None:
    brands = world.random.sample(names.FIRMS, len(names.FIRMS))
    world.firms[county.code] = []
    world.traders[county.code] = []
    for _ in range(max(2, len(county.villages) // VILLAGES_PER_COOPERATIVE // _thinning(county))):
        _found_cooperative(world, county, brands.pop())
    for kind, count in ((Kind.ENTERPRISE, ENTERPRISES), (Kind.WORKSHOP, 1), (Kind.BUYER, BUYERS)):
        for _ in range(count):
            _found_firm(world, county, kind, brands.pop())


def _thinning(county: County) -> int:
    """In a whole county cooperatives are larger: as many as there are names for them."""
    return 1 + len(county.villages) // 100


def _found_cooperative(world: World, county: County, brand: Wording) -> None:
    """A cooperative lies in a township and deals in one crop of the county."""
    crop = world.random.choice(GROWN[county.code][:5])
    product = world.goods.products[crop].names
    name = Wording(f"{brand.chinese}{product['zh-hans']}合作社", f"{brand.latin} Cooperative")
    township = world.random.choice(county.townships)
    party = _register(world, county, Kind.COOPERATIVE, name, township.area.code)
    world.firms[county.code].append(Producer(party, (crop,), county.code, is_firm=True))
    world.traders[county.code].append(party)
    clerk = world.at_post("centre-clerk", county.code)
    account = AccountGiven(world.write(BANK), world.write(name), account_number(world))
    registry.set_account(by=clerk, party=party, version=party.version, given=account)
    _take_in(world, county, crop, party)


def _take_in(world: World, county: County, crop: str, cooperative: Party) -> None:
    """Let households near the cooperative join that grow its crop."""
    for village in county.villages:
        keeper = world.keeper(village.code)
        for household in world.households[village.code]:
            if crop in household.crops and world.random.random() < world.scale.joined:
                registry.join_cooperative(by=keeper, cooperative=cooperative, member=household.party)


def _found_firm(world: World, county: County, kind: Kind, brand: Wording) -> None:
    title = TITLES[kind]
    name = Wording(brand.chinese + title.chinese, f"{brand.latin} {title.latin}")
    party = _register(world, county, kind, name, county.code)
    made = MADE.get(county.code, ()) if kind.produces else ()
    if made:
        world.firms[county.code].append(Producer(party, made, county.code, is_firm=True))
    if kind is not Kind.WORKSHOP:
        world.traders[county.code].append(party)


def _register(world: World, county: County, kind: Kind, name: Wording, area: str) -> Party:
    number = next(world.mobiles)
    return registry.register_party(
        by=world.at_post("centre-clerk", county.code),
        kind=kind,
        profile=Profile(world.write(name), area, phone=names.mobile(number), email=f"contact{number}@example.org"),
    )


def _let_in(world: World, member: Member, kind: Kind, firm: Wording) -> None:
    """Register the firm of one of the cast, and let its owner speak for it."""
    party = _register(world, world.home, kind, firm, member.area)
    person = accounts.open_account(
        by=world.at_post("centre-manager", member.area),
        name=world.write(member.name),
        username=member.sign_in,
        password=member.password,
        area_path=party.area_path,
    )
    clerk = world.at_post("centre-clerk", member.area)
    registry.add_representative(by=clerk, party=party, person_id=person.pk)
    world.speakers[member.sign_in], world.own[member.sign_in] = person, party


def account_number(world: World) -> str:
    """Return an account number that no bank gives out: the nineteen digits are zeros and a count."""
    return f"6200{next(world.mobiles):015}"
