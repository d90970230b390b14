"""What there is to plan: places and the roads between them, jobs, vehicles, depots. All numbers are integers.

Lengths are metres, times are seconds since midnight, durations are seconds. Loads are tuples with one number for each
thing that can be full, in the same order for jobs and vehicles: grams, millilitres, grams that must be kept cold. Costs
are of one unit, as fine as the problem needs: for a county it is a thousandth of the currency's minor unit.

The family is the vehicle routing problem with simultaneous delivery and pickup, time windows, a heterogeneous fleet,
several trips, release times and optional customers; the names are those of the field.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

FOREVER = 1 << 40
"""Later than any time that a problem speaks of."""
NO_ROAD = 1_000_000_000
"""What a matrix holds for two places between which nothing drives that day. Whoever plans over it is refused."""

Load = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when something may begin."""

    earliest: int = 0
    latest: int = FOREVER

    def __post_init__(self) -> None:
        if not 0 <= self.earliest <= self.latest:
            raise ValueError("a window ends after it begins")


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class Rest:
    """The drivers' break: `length` seconds from `begins` on, for everybody who is on the road then.

    Who drives or waits stops; who serves a job ends it first and rests then. Nobody is paid for it.
    """

    begins: int
    length: int

    @property
    def ends(self) -> int:
        """When it ends."""
        return self.begins + self.length


@dataclass(frozen=True, slots=True)
class Depot:
    """A place where vehicles begin, end and load: hub, station or warehouse. Each trip is loaded for `load_s`."""

    place: int
    open: Window = ALWAYS
    load_s: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One visit to a place, by one vehicle, that drops and takes at once.

    What it drops is loaded where its trip begins, not before `released_at`; what it takes rides until the trip's end.
    `prize` is what it is worth to do it today; None where it has to be done. Only vehicles with all that it `needs`
    can do it.
    """

    key: str
    place: int
    drops: Load
    takes: Load
    windows: tuple[Window, ...] = (ALWAYS,)
    service_s: int = 0
    released_at: int = 0
    prize: int | None = None
    needs: frozenset[str] = frozenset()

    @property
    def is_required(self) -> bool:
        """Whether a plan without it is none."""
        return self.prize is None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """Equal vehicles, `count` of them.

    Each is on the road for `shift_s` seconds at most, and `overtime_s` more at `cost_per_overtime_s` beside
    `cost_per_s`. After its first trip it may load `reloads` times again, at the depots `reload_at`. `on_board` is
    already on it as it begins, and rides until the end of its first trip. `matrix` says which roads are its own.
    """

    key: str
    capacity: Load
    count: int = 1
    start: int = 0
    end: int = 0
    shift: Window = ALWAYS
    shift_s: int = FOREVER
    overtime_s: int = 0
    reloads: int = 0
    reload_at: tuple[int, ...] = ()
    on_board: Load = ()
    fixed_cost: int = 0
    cost_per_m: int = 0
    cost_per_s: int = 0
    cost_per_overtime_s: int = 0
    offers: frozenset[str] = frozenset()
    matrix: int = 0

    def may_do(self, job: Job) -> bool:
        """Say whether it has all that a job needs."""
        return job.needs <= self.offers


@dataclass(frozen=True, slots=True)
class Matrix:
    """Metres and seconds from each place (row) to each (column), as some vehicles drive. It need not be symmetric."""

    distances: Sequence[Sequence[int]] = field(repr=False)
    durations: Sequence[Sequence[int]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """A day to plan. Jobs, vehicles and depots are spoken of by their index here."""

    jobs: Sequence[Job]
    vehicles: Sequence[Vehicle]
    depots: Sequence[Depot]
    matrices: Sequence[Matrix]
    rest: Rest | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` where its parts do not fit together."""
        loads = {len(vehicle.capacity) for vehicle in self.vehicles}
        loads |= {len(load) for job in self.jobs for load in (job.drops, job.takes)}
        loads |= {len(vehicle.on_board) for vehicle in self.vehicles if vehicle.on_board}
        if len(loads) > 1:
            raise ValueError("loads and capacities count the same things")
        places = {len(table) for matrix in self.matrices for table in (matrix.distances, matrix.durations)}
        used = [job.place for job in self.jobs] + [depot.place for depot in self.depots]
        if len(places) != 1 or not all(0 <= place < max(places) for place in used):
            raise ValueError("every place has a row in every matrix")
        depots = {at for vehicle in self.vehicles for at in (vehicle.start, vehicle.end, *vehicle.reload_at)}
        if not depots <= set(range(len(self.depots))):
            raise ValueError("vehicles begin, end and load at depots of the problem")

    def roads(self, vehicle: Vehicle) -> Matrix:
        """Return how the vehicle drives."""
        return self.matrices[vehicle.matrix]
