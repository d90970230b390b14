"""What lies at the keeper's counter on the demo's day: a parcel to be paid for, one that nobody fetches, old cash.

Done after all else, so that nothing of it shifts the stories before it.
"""

from dataclasses import dataclass
from datetime import timedelta

from terrace.config.demo import names
from terrace.config.demo.cast import COUNTY, VILLAGE
from terrace.config.demo.moments import moment
from terrace.config.demo.photos import photo_of
from terrace.config.demo.world import World
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.logistics import queries as logistics_queries
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction, ScanKind
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.models import Parcel
from terrace.logistics.services import NewParcel

COMPARTMENTS = ("A 2", "B 1", "B 3")


@dataclass(frozen=True, slots=True)
class Lying:
    """A parcel of the counter: so many days ago it came; what it costs who fetches it; whether that was done."""

    days: int
    grams: int
    cod_minor: int = 0
    is_fetched: bool = False


LIES = (Lying(9, 1_800, 12_800, is_fetched=True), Lying(8, 900), Lying(1, 2_400, 5_990))


def fill_counter(world: World) -> None:
    """Let three parcels come to the point of the cast's keeper, where a carrier shares the network."""
    centre = world.units[COUNTY]
    carrier = logistics_queries.carriers_at([centre.area_path]).first()
    if carrier is None or VILLAGE not in world.units:
        return
    for number, lying in enumerate(LIES):
        with world.at(moment(world.day - timedelta(days=lying.days), 10)):
            parcel = _bring(world, carrier.party_id, number, lying)
        if lying.is_fetched:
            with world.at(moment(world.day - timedelta(days=lying.days - 1), 11)):
                _fetch(world, parcel)


def _bring(world: World, carrier_id: int, number: int, lying: Lying) -> Parcel:
    point, random = world.units[VILLAGE], world.random
    new = NewParcel(
        Direction.DOWN,
        recipient=world.write(names.person(random, random.choice("fm"))),
        phone=names.mobile(next(world.mobiles)),
        from_unit_id=world.units[COUNTY].pk,
        to_unit_id=point.pk,
        carrier_id=carrier_id,
        weight_grams=lying.grams,
        waybill=f"SD{world.day:%y%m%d}C{number}",
        cod=Money(lying.cod_minor, current().currency) if lying.cod_minor else None,
    )
    made = logistics.register_parcel(by=world.at_post("centre-clerk", COUNTY), new=new)
    keeper = world.keeper(VILLAGE)
    logistics.scan(by=keeper, code=made.number, kind=ScanKind.ARRIVED, unit=point, shelf=COMPARTMENTS[number])
    return made


def _fetch(world: World, parcel: Parcel) -> None:
    photo = photo_of("apple", 1)
    logistics.hand_over(by=world.keeper(VILLAGE), parcel=parcel, photo=photo, paid=CashWay.NOTES)
