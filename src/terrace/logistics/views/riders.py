"""What rides on a tour, stop by stop, as the pages and the loading list show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from terrace.http import written
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language
from terrace.logistics.domain import LoadState
from terrace.logistics.models import Consignment, DropReceipt, Load, Parcel, Stop, Tour
from terrace.logistics.queries import Waiting, receipts_of
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class Rider:
    """A load as a line: its number, what it is, how heavy, and what became of it."""

    load: Load

    @property
    def row(self) -> Parcel | Consignment:
        """The parcel or consignment."""
        found: Parcel | Consignment | None = self.load.parcel or self.load.consignment
        if found is None:
            raise ValueError("a load is of one thing")
        return found

    @property
    def number(self) -> str:
        """What its label says."""
        return self.row.number

    @property
    def url(self) -> str:
        """Its page."""
        route = "parcel" if isinstance(self.row, Parcel) else "consignment"
        return reverse(f"logistics:{route}", args=[self.number])

    @property
    def kind(self) -> Text:
        """What it is."""
        if isinstance(self.row, Parcel):
            return _("Cold parcel") if self.row.is_cold else _("Parcel")
        return _("Cold goods") if self.row.is_cold else _("Farm goods")

    @property
    def weight(self) -> Quantity:
        """What it weighs."""
        return Quantity(self.load.grams, Unit.KILOGRAM)

    @property
    def state(self) -> LoadState:
        """What became of it."""
        return LoadState(self.load.state)

    @property
    def may_come_off(self) -> bool:
        """Whether it may still be taken off the tour."""
        return self.state.is_to_come

    @property
    def is_planned(self) -> bool:
        """Whether it was not loaded yet."""
        return self.state is LoadState.PLANNED


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop with its unit, and what is taken and dropped there. Where the tour begins and ends there is one without.

    `receipt` is what the keeper confirmed of what was put down, None before. `is_base` says of a stop that the tour
    begins or ends there.
    """

    name: str
    stop: Stop | None = None
    unit: ServiceUnit | None = None
    takes: list[Rider] = field(default_factory=list)
    drops: list[Rider] = field(default_factory=list)
    receipt: DropReceipt | None = None
    is_base: bool = False

    @property
    def phone(self) -> str:
        """The unit's number as people write it."""
        return show_phone(self.unit.phone, current().region) if self.unit else ""

    @property
    def way(self) -> str:
        """The address that leads to the unit on a phone's map, "" for one that nobody placed."""
        point = self.unit.point if self.unit else None
        if point is None:
            return ""
        link: str = settings.ENV.map_link
        return link.replace("{latitude}", f"{point.latitude:.6f}").replace("{longitude}", f"{point.longitude:.6f}")

    @property
    def to_take(self) -> int:
        """How many things are still to be loaded here."""
        return sum(rider.state is LoadState.PLANNED for rider in self.takes)

    @property
    def to_come(self) -> int:
        """How many things are to be loaded here that another tour brings first and has not brought."""
        return sum(rider.state is LoadState.AWAITED for rider in self.takes)

    @property
    def to_drop(self) -> int:
        """How many things on the vehicle are for here."""
        return sum(rider.state is LoadState.LOADED for rider in self.drops)


def halts_of(tour: Tour, stops: Sequence[Stop], loads: Sequence[Load]) -> list[Halt]:
    """Return the tour from where it begins through its stops and home, each with what is taken and dropped there."""
    units = network.units_by_id(tour.way(stops))
    home = (units[pk] for pk in (tour.leaves_from, tour.comes_home_to))
    begins, ends = (Halt(in_language(unit.names), unit=unit) for unit in home)
    receipts = receipts_of(tour)
    at = {
        stop.pk: Halt(
            in_language(units[stop.unit_id].names),
            stop,
            units[stop.unit_id],
            receipt=receipts.get(stop.pk),
            is_base=tour.is_base(stop, len(stops)),
        )
        for stop in stops
    }
    for load in loads:
        if load.state == LoadState.LEFT:
            continue
        rider = Rider(load)
        _at(at, load.take_at_id, begins).takes.append(rider)
        _at(at, load.drop_at_id, ends).drops.append(rider)
    return [begins, *at.values(), ends]


def listed(halts: Sequence[Halt]) -> list[Halt]:
    """Return the halts without the ends at which nothing is loaded or put down because a stop stands for them."""
    begins, *stops, ends = halts
    first = [begins] if begins.takes or not (stops and stops[0].is_base) else []
    last = [ends] if ends.drops or not (stops and stops[-1].is_base) else []
    return [*first, *stops, *last]


def _at(halts: Mapping[int, Halt], stop_id: int | None, yard: Halt) -> Halt:
    return halts.get(stop_id, yard) if stop_id is not None else yard


def waiting_choices(waiting: Waiting) -> list[tuple[str, str]]:
    """Return what could ride as choices: its number, where it lies or goes, how heavy it is."""
    heavy: list[tuple[Parcel | Consignment, int]] = [(row, row.grams) for row in waiting.consignments]
    heavy += [(row, row.weight_grams) for row in waiting.parcels]
    ends = [(row.from_unit_id, row.to_unit_id) for row, _grams in heavy]
    units = network.units_by_id(pk for pair in ends for pk in pair if pk is not None)
    choices = []
    for (row, grams), pair in zip(heavy, ends, strict=True):
        way = " → ".join(in_language(units[pk].names) for pk in pair if pk is not None)
        weight = written.quantity(Quantity(grams, Unit.KILOGRAM))
        choices.append((row.number, f"{row.number} · {way} · {weight}"))
    return choices
