"""What a plan is: which vehicle does which jobs in which order. When, it does not say: `timetable` reckons that."""

from collections.abc import Iterator
from dataclasses import dataclass

from terrace.logistics.domain.routing.problem import Problem


@dataclass(frozen=True, slots=True)
class Trip:
    """From one loading to the next: jobs by their index, in the order of the visits, and the depot it loads at."""

    depot: int
    jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A vehicle's day. The first trip begins where the vehicle does; the last ends where the vehicle ends."""

    vehicle: int
    trips: tuple[Trip, ...]

    @property
    def jobs(self) -> tuple[int, ...]:
        """Its jobs in the order of the visits."""
        return tuple(job for trip in self.trips for job in trip.jobs)


@dataclass(frozen=True, slots=True)
class Plan:
    """All routes of a day."""

    routes: tuple[Route, ...]

    def jobs(self) -> Iterator[int]:
        """Yield every job that is done, as often as it is."""
        for route in self.routes:
            yield from route.jobs

    def left_out(self, problem: Problem) -> list[int]:
        """Return the jobs that nobody does, in the order of the problem."""
        done = set(self.jobs())
        return [job for job in range(len(problem.jobs)) if job not in done]
