"""The county-day of the benchmark: the same for the same seed, and what is carried apart is what is carried jointly."""

from operator import add

import pytest

from bench.county_day import county_day
from terrace.logistics.domain.routing import by_hand, check

STOPS = 60


def test_the_same_seed_draws_the_same_day() -> None:
    assert county_day(2, STOPS) == county_day(2, STOPS) != county_day(3, STOPS)


@pytest.mark.parametrize("seed", [1, 2])
def test_carriers_and_collection_apart_carry_what_all_carry_together(seed: int) -> None:
    day = county_day(seed, STOPS)
    parts = [job for _name, problem in day.apart() for job in problem.jobs]
    together = [job.drops for job in day.joint().jobs], [job.takes for job in day.joint().jobs]
    apart = [job.drops for job in parts], [job.takes for job in parts]
    assert [_sum(loads) for loads in apart] == [_sum(loads) for loads in together]


def test_a_day_has_all_that_makes_it_hard() -> None:
    problem = county_day(1, STOPS).joint()
    assert len(problem.vehicles) == 30
    assert any(job.takes[2] for job in problem.jobs), "cold goods"
    assert {job.is_required for job in problem.jobs} == {True, False}
    assert len({job.released_at for job in problem.jobs}) >= 3
    assert any(job.needs for job in problem.jobs)
    assert all(vehicle.reloads and vehicle.overtime_s for vehicle in problem.vehicles)


def test_a_day_is_driven_by_hand_without_fault() -> None:
    problem = county_day(1, STOPS).joint()
    assert check(problem, by_hand(problem)) == []


def test_a_county_without_villages_enough_is_refused() -> None:
    with pytest.raises(ValueError, match="villages only"):
        county_day(stops=10_000)


def _sum(loads: list[tuple[int, ...]]) -> tuple[int, ...]:
    total = (0, 0, 0)
    for load in loads:
        total = tuple(map(add, total, load))  # type: ignore[assignment]
    return total
