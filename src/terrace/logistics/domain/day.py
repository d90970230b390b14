"""A centre's day as a problem for planners: what waits to be carried becomes jobs, vehicles become a fleet. Pure rules.

What is alike and lies at, or goes to, one unit is one visit. What comes later, is cold, or may wait for another day is
a visit of its own, so that it holds up nothing else; and what no vehicle could carry at once is split.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from operator import add, le
from typing import NamedTuple

from terrace.kernel.words import Choice, _
from terrace.logistics.domain.fleet import MINUTE, STEEP, Prices, narrow, seconds_of
from terrace.logistics.domain.routing import NO_ROAD, Depot, Job, Load, Matrix, Problem, Rest, Vehicle, Window
from terrace.logistics.domain.routing.levels import Station

KILOGRAM = 1000
CRATE_ML = 45_000
"""What a stacked fruit crate of 60 x 40 x 19 cm takes up."""
LOOSE_ML_PER_KG = 2_000
"""What a kilogram of farm goods takes up in sacks and boxes."""


@dataclass(frozen=True, slots=True)
class DayRules:
    """How a centre reckons its days: its yard, the drivers' break, how long work takes, what room goods need, prices.

    `worth_per_kg_minor` is what it is worth to carry a kilogram today that may wait, in the currency's minor unit.
    """

    opens: time = time(6)
    closes: time = time(20)
    load_minutes: int = 20
    rest_begins: time | None = time(12)
    rest_minutes: int = 30
    stop_seconds: int = 180
    parcel_seconds: int = 15
    seconds_per_100kg: int = 120
    ml_per_kg: int = 6_000
    worth_per_kg_minor: int = 20
    prices: Prices = field(default_factory=Prices)

    @property
    def rest(self) -> Rest | None:
        """The break, None where there is none."""
        if self.rest_begins is None or not self.rest_minutes:
            return None
        return Rest(seconds_of(self.rest_begins), self.rest_minutes * MINUTE)

    def work_s(self, parcels: int, grams: int) -> int:
        """Return how many seconds it takes to load or unload so many parcels and grams at a stop."""
        return parcels * self.parcel_seconds + grams * self.seconds_per_100kg // (100 * KILOGRAM)

    @property
    def yard(self) -> Window:
        """When vehicles leave and come home."""
        return Window(seconds_of(self.opens), seconds_of(self.closes))


@dataclass(frozen=True, slots=True)
class Haul:
    """Something that waits to be carried: from the yard down to a unit, or from a unit up to the yard.

    `other_id` is the other end where that is not the yard: the unit where what goes down lies, or where what goes up is
    for. `from_s` is the second of the day from which it is there; `may_wait` says that another day would do.
    `purpose` is for whom: a carrier, or who sells farm goods.
    """

    number: str
    unit_id: int
    goes_up: bool
    grams: int
    ml: int
    is_cold: bool = False
    from_s: int = 0
    may_wait: bool = False
    is_parcel: bool = True
    purpose: str = ""
    other_id: int | None = None

    @property
    def load(self) -> Load:
        """What of a vehicle it takes up."""
        return self.grams, self.ml, self.grams if self.is_cold else 0


class WhyNot(Choice):
    """Why something that waits is in no plan of the day."""

    CLOSED = "closed", _("The unit there is closed while a vehicle could come.")
    FROM_ELSEWHERE = (
        "from_elsewhere",
        _("It goes from one unit below to another: it rides along where a tour stops at both in this order."),
    )
    NO_ROAD = "no_road", _("No road leads there on this day.")
    NOT_ON_THE_MAP = "not_on_the_map", _("Nobody has said where the unit there lies.")


@dataclass(frozen=True, slots=True)
class ShutOut:
    """Something that waits and that no plan of the day can carry."""

    number: str
    unit_id: int
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Halt:
    """A unit as planners know it: when it is open, what its road asks of a vehicle, what seconds it costs more."""

    windows: tuple[Window, ...]
    widest_cm: int | None = None
    is_steep: bool = False
    extra_s: int = 0

    @property
    def needs(self) -> frozenset[str]:
        """What a vehicle has to offer to get there."""
        needs = {STEEP} if self.is_steep else set()
        return frozenset(needs | ({narrow(self.widest_cm)} if self.widest_cm else set()))


@dataclass(frozen=True, slots=True)
class Errand:
    """A job with what is carried on it."""

    job: Job
    unit_id: int
    hauls: tuple[Haul, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day to plan: errands in the order of the problem's jobs, what cannot be planned, the stations with rounds."""

    problem: Problem = field(repr=False)
    errands: tuple[Errand, ...]
    shut_out: tuple[ShutOut, ...] = ()
    stations: tuple[Station, ...] = ()


@dataclass(frozen=True, slots=True)
class Bases:
    """Where vehicles begin, load and end: units by the depots, the yard first, of which `stations` have rounds.

    `station_of` says from which of them rounds go to a unit; no unit has one where a day has one level.
    """

    units: tuple[int, ...]
    station_of: Mapping[int, int] = field(default_factory=dict)

    @property
    def stations(self) -> list[int]:
        """The units with rounds."""
        return [unit_id for unit_id in self.units if unit_id in set(self.station_of.values())]

    def of(self, unit_id: int, other_id: int | None) -> int:
        """Return the depot, by its number, from which a unit is served with what has this other end.

        Rounds carry what goes by the yard, or ends at their own station; what is for another unit is not theirs.
        """
        station = self.station_of.get(unit_id)
        return 0 if station is None or other_id not in (None, station) else self.units.index(station)

    def carries(self, haul: Haul, ends: Collection[int]) -> bool:
        """Say whether tours or rounds carry it; `ends` are the units beside the yard where vehicles of the yard end."""
        if haul.other_id is None:
            return True
        return haul.other_id == self.station_of.get(haul.unit_id) or (haul.goes_up and haul.other_id in ends)


def plan_of(
    hauls: Iterable[Haul],
    halts: Mapping[int, Halt],
    fleet: Sequence[Vehicle],
    rules: DayRules,
    places: Sequence[int],
    roads: Sequence[Matrix],
    bases: Bases,
    *,
    is_separate: bool = False,
) -> Day:
    """Return the day of a centre. `places` are units in the order of the roads, the yard first, the bases among them.

    What goes to or lies at a unit that is closed while it could be visited is shut out, and what neither tours nor
    rounds can carry. Where tours are separate, a vehicle carries only for the purpose that it offers.
    """
    at = {unit_id: place for place, unit_id in enumerate(places)}
    ends = {bases.units[vehicle.end] for vehicle in fleet if not vehicle.start and vehicle.end}
    if ends:
        fleet = [replace(one, offers=one.offers | {_ends_at(bases.units[one.end])}) for one in fleet]
    errands: list[Errand] = []
    shut_out: list[ShutOut] = []
    for alike, group in sorted(_alike(hauls, ends, is_separate=is_separate).items()):
        halt = halts[alike.unit_id]
        windows = open_after(halt, max((haul.from_s for haul in group if haul.goes_up), default=0))
        if not bases.carries(group[0], ends) or not windows:
            why = WhyNot.CLOSED if bases.carries(group[0], ends) else WhyNot.FROM_ELSEWHERE
            shut_out += [ShutOut(haul.number, haul.unit_id, why) for haul in group]
            continue
        begins = bases.of(alike.unit_id, group[0].other_id)
        needs = halt.needs | ({alike.purpose} if is_separate else set())
        if alike.is_up_apart and ends and not begins:
            needs |= {_ends_at(alike.other_id or bases.units[0])}
        able = (vehicle for vehicle in fleet if vehicle.start == begins and needs <= vehicle.offers)
        most = sorted({vehicle.capacity for vehicle in able})
        for part in _that_fit(group, most):
            errands.append(_errand(len(errands), part, needs, halt, windows, rules, at[alike.unit_id]))
    depots = [Depot(at[unit_id], rules.yard, rules.load_minutes * MINUTE) for unit_id in bases.units]
    jobs = [errand.job for errand in errands]
    stations = _stations(errands, halts, fleet, rules, bases, {_ends_at(bases.units[0])} if ends else set())
    problem = Problem(jobs, list(fleet), depots, list(roads), rules.rest)
    return Day(problem, tuple(errands), tuple(shut_out), stations)


def _ends_at(unit_id: int) -> str:
    """Return the name of what a vehicle offers whose day ends at a unit."""
    return f"ends at {unit_id}"


def _stations(
    errands: Sequence[Errand],
    halts: Mapping[int, Halt],
    fleet: Sequence[Vehicle],
    rules: DayRules,
    bases: Bases,
    trunk_needs: set[str],
) -> tuple[Station, ...]:
    """Return the stations with their rounds: the trunk stays there as long as loading a vehicle takes."""
    found = []
    for unit_id in bases.stations:
        depot = bases.units.index(unit_id)
        served = (bases.of(errand.unit_id, errand.hauls[0].other_id) for errand in errands)
        jobs = [number for number, at in enumerate(served) if at == depot]
        found.append(
            Station(
                depot=depot,
                jobs=tuple(jobs),
                vehicles=tuple(place for place, vehicle in enumerate(fleet) if vehicle.start == depot),
                local=tuple(number for number in jobs if errands[number].hauls[0].other_id == unit_id),
                handling_s=rules.load_minutes * MINUTE + halts[unit_id].extra_s,
                needs=halts[unit_id].needs | trunk_needs,
                windows=halts[unit_id].windows,
            )
        )
    return tuple(found)


class _Alike(NamedTuple):
    """What makes things one visit: the unit, the other end (nought for the yard), cold or not, to be done or not, there
    from the same moment, for whom; and up apart from down where it is ready later, or where not all ends at the yard.
    """

    unit_id: int
    other_id: int
    is_cold: bool
    may_wait: bool
    from_s: int
    is_up_apart: bool
    purpose: str


def _alike(hauls: Iterable[Haul], ends: Collection[int], *, is_separate: bool) -> dict[_Alike, list[Haul]]:
    """Return what can be done on one visit."""
    groups: dict[_Alike, list[Haul]] = defaultdict(list)
    for haul in sorted(hauls, key=lambda one: one.number):
        is_up_apart = haul.goes_up and (haul.from_s > 0 or bool(ends))
        key = haul.unit_id, haul.other_id or 0, haul.is_cold, haul.may_wait, haul.from_s, is_up_apart
        groups[_Alike(*key, haul.purpose if is_separate else "")].append(haul)
    return groups


def open_after(halt: Halt, moment: int) -> tuple[Window, ...]:
    """Return when a unit is open from a moment on."""
    return tuple(Window(max(one.earliest, moment), one.latest) for one in halt.windows if one.latest >= moment)


def _that_fit(group: Sequence[Haul], most: Sequence[Load]) -> Iterator[tuple[Haul, ...]]:
    """Yield what a visit carries in parts that fit one of the loads `most`; what fits none is a part alone."""
    parts: list[_Part] = []
    for haul in sorted(group, key=lambda one: (-one.grams, one.number)):
        part = next((one for one in parts if one.has_room(haul, most)), None)
        if part is None:
            part = _Part()
            parts.append(part)
        part.add(haul)
    return (tuple(part.hauls) for part in parts)


class _Part:
    """What is carried on one visit, as it grows."""

    def __init__(self) -> None:
        self.hauls: list[Haul] = []
        self.drops: Load = (0, 0, 0)
        self.takes: Load = (0, 0, 0)

    def has_room(self, haul: Haul, most: Sequence[Load]) -> bool:
        """Say whether one of the loads `most` is enough for it, down and up, with one thing more."""
        way = _plus(self.takes if haul.goes_up else self.drops, haul.load)
        return any(all(map(le, way, one)) for one in most)

    def add(self, haul: Haul) -> None:
        """Carry one thing more."""
        self.hauls.append(haul)
        if haul.goes_up:
            self.takes = _plus(self.takes, haul.load)
        else:
            self.drops = _plus(self.drops, haul.load)


def _plus(one: Load, other: Load) -> Load:
    return tuple(map(add, one, other))


def loads_of(hauls: Iterable[Haul]) -> tuple[Load, Load]:
    """Return what is dropped and what is taken, together."""
    part = _Part()
    for haul in hauls:
        part.add(haul)
    return part.drops, part.takes


def _errand(
    number: int,
    hauls: tuple[Haul, ...],
    needs: frozenset[str],
    halt: Halt,
    windows: tuple[Window, ...],
    rules: DayRules,
    place: int,
) -> Errand:
    drops, takes = loads_of(hauls)
    grams = drops[0] + takes[0]
    work = rules.work_s(sum(haul.is_parcel for haul in hauls), grams)
    first = hauls[0]
    job = Job(
        key=str(number),
        place=place,
        drops=drops,
        takes=takes,
        windows=windows,
        service_s=rules.stop_seconds + halt.extra_s + work,
        released_at=max((haul.from_s for haul in hauls if not haul.goes_up), default=0),
        prize=max(1, grams * rules.worth_per_kg_minor) if first.may_wait else None,
        needs=needs,
    )
    return Errand(job, first.unit_id, hauls)


def at_pace(roads: Matrix, percent: int) -> Matrix:
    """Return roads for who drives at so many percent of the usual speed. What is closed stays closed."""
    if percent == 100:
        return roads
    return Matrix(roads.distances, [[_slower(seconds, percent) for seconds in row] for row in roads.durations])


def _slower(seconds: int, percent: int) -> int:
    return seconds if seconds >= NO_ROAD else -(-seconds * 100 // percent)
