"""What lies at the keeper's counter on the demo's day: a parcel to be paid for, one that nobody fetches, old cash.

Their numbers are drawn apart, so that nothing of them shifts the other stories.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from terrace.config.demo import names
from terrace.config.demo.cast import COUNTY, VILLAGE
from terrace.config.demo.moments import moment
from terrace.config.demo.photos import photo_of
from terrace.config.demo.timeline import Timeline
from terrace.config.demo.world import World
from terrace.kernel import ids
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.logistics import queries as logistics_queries
from terrace.logistics import services as logistics
from terrace.logistics.domain import Direction, ScanKind
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.models import Parcel
from terrace.logistics.services import NewParcel

COMPARTMENTS = ("A 2", "B 1", "B 3")
FIRST_PHONE = 900_000
"""Far from the numbers of everybody else."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A parcel of the counter: so many days ago it came; what it costs who fetches it; whether that was done."""

    days: int
    grams: int
    cod_minor: int = 0
    is_fetched: bool = False


LIES = (Lying(9, 1_800, 12_800, is_fetched=True), Lying(8, 900), Lying(1, 2_400, 5_990))


def note_counter(timeline: Timeline, world: World) -> None:
    """Note that three parcels come to the point of the cast's keeper, and which of them is fetched."""
    for number, lying in enumerate(LIES):
        brought: list[Parcel] = []
        came = world.day - timedelta(days=lying.days)
        timeline.note(moment(came, 10), partial(_bring, world, number, lying, brought))
        if lying.is_fetched:
            timeline.note(moment(came + timedelta(days=1), 11), partial(_fetch, world, brought))


def _bring(world: World, number: int, lying: Lying, brought: list[Parcel]) -> None:
    """Let a parcel come, where a carrier shares the network; its numbers are drawn apart from those of all else."""
    centre, random = world.units[COUNTY], Random(number)  # noqa: S311 - the same for everybody on purpose
    carrier = logistics_queries.carriers_at([centre.area_path]).first()
    if carrier is None or VILLAGE not in world.units:
        return
    point = world.units[VILLAGE]
    new = NewParcel(
        Direction.DOWN,
        recipient=world.write(names.person(random, random.choice("fm"))),
        phone=names.mobile(FIRST_PHONE + number),
        from_unit_id=centre.pk,
        to_unit_id=point.pk,
        carrier_id=carrier.party_id,
        weight_grams=lying.grams,
        waybill=f"SD{world.day:%y%m%d}C{number}",
        cod=Money(lying.cod_minor, current().currency) if lying.cod_minor else None,
    )
    with ids.drawn_from(random):
        made = logistics.register_parcel(by=world.at_post("centre-clerk", COUNTY), new=new)
        keeper = world.keeper(VILLAGE)
        logistics.scan(by=keeper, code=made.number, kind=ScanKind.ARRIVED, unit=point, shelf=COMPARTMENTS[number])
    brought.append(made)


def _fetch(world: World, brought: list[Parcel]) -> None:
    photo = photo_of("apple", 1)
    with ids.drawn_from(Random(FIRST_PHONE)):  # noqa: S311 - the same for everybody on purpose
        for parcel in brought:
            logistics.hand_over(by=world.keeper(VILLAGE), parcel=parcel, photo=photo, paid=CashWay.NOTES)
