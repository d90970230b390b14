"""The rules of parcels, consignments and tours: tables, and scans in any order."""

from datetime import timedelta
from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.tiers import Workspace
from terrace.logistics.domain import Direction, Effect, Impossible, ParcelStatus, ScanKind, Seen
from terrace.logistics.domain.consignments import MOVES as GOODS
from terrace.logistics.domain.consignments import ConsignmentStatus, step
from terrace.logistics.domain.parcels import FINAL, MOVES, PLACES, after, status_after
from terrace.logistics.domain.tours import Carried, heaviest, is_in_order, weights
from tests.logistics.conftest import NOON, later

PLACED = st.sampled_from(sorted(PLACES))
Scan = tuple[ParcelStatus, int, int]
SCANS = st.tuples(PLACED, st.integers(1, 3), st.integers(1, 600))


def seen(status: ParcelStatus, where: int, minute: int) -> Seen:
    """Return a scan at a place, on a vehicle of that number or at a unit of it."""
    is_riding = status is ParcelStatus.ON_VEHICLE
    return Seen(status, later(minute), None if is_riding else where, where if is_riding else None)


def arrive(direction: Direction, scans: list[Seen]) -> tuple[Seen, list[Seen]]:
    """Take scans as they come in, as the services do; return where that ends, and what moved."""
    latest, moved = Seen(ParcelStatus.REGISTERED, NOON), []
    for scan in scans:
        effect = after(direction, latest, scan)
        if effect is Effect.MOVE:
            latest = scan
            moved.append(scan)
        elif effect is Effect.REPEAT and scan.at > latest.at:
            latest = Seen(latest.status, scan.at, latest.unit_id, latest.tour_id)
    return latest, moved


@pytest.mark.parametrize(("direction", "status"), list(product(Direction, ParcelStatus)))
def test_every_status_has_its_moves_and_an_end_has_none(direction: Direction, status: ParcelStatus) -> None:
    assert (not MOVES[direction][status]) == (status in FINAL)


@pytest.mark.parametrize("direction", list(Direction))
def test_from_everywhere_an_end_is_reached(direction: Direction) -> None:
    for status in ParcelStatus:
        if status not in FINAL and MOVES[direction].get(status):
            assert MOVES[direction][status] & {ParcelStatus.RETURNED, ParcelStatus.LOST}


@pytest.mark.parametrize("status", sorted(FINAL))
def test_what_ended_is_moved_by_nothing(status: ParcelStatus) -> None:
    for wanted in set(ParcelStatus) - {status}:
        with pytest.raises(Impossible):
            after(Direction.DOWN, Seen(status, NOON), Seen(wanted, later(1)))


def test_a_parcel_down_is_handed_over_only_where_it_lies() -> None:
    able = {status for status in ParcelStatus if ParcelStatus.DELIVERED in MOVES[Direction.DOWN][status]}
    assert able == {ParcelStatus.AT_HUB, ParcelStatus.AT_STATION, ParcelStatus.AT_POINT, ParcelStatus.DAMAGED}


def test_what_a_refusal_says_can_be_done() -> None:
    with pytest.raises(Impossible, match="Scan it as arrived first"):
        after(Direction.DOWN, Seen(ParcelStatus.ON_VEHICLE, NOON), Seen(ParcelStatus.DELIVERED, later(1)))
    with pytest.raises(Impossible, match="goes down to a village"):
        after(Direction.DOWN, Seen(ParcelStatus.AT_HUB, NOON), Seen(ParcelStatus.WITH_CARRIER, later(1)))
    with pytest.raises(Impossible, match="The carrier has it"):
        after(Direction.UP, Seen(ParcelStatus.WITH_CARRIER, NOON), Seen(ParcelStatus.AT_HUB, later(1)))
    with pytest.raises(Impossible, match="Nobody in the village refuses"):
        after(Direction.UP, Seen(ParcelStatus.AT_HUB, NOON), Seen(ParcelStatus.REFUSED, later(1)))


@given(st.sampled_from(list(Direction)), st.lists(SCANS, max_size=12, unique_by=lambda scan: scan[2]), st.randoms())
def test_scans_in_any_order_and_number_end_where_the_latest_says(
    direction: Direction, scans: list[Scan], random: Random
) -> None:
    in_time = [seen(*scan) for scan in sorted(scans, key=lambda scan: scan[2])]
    as_they_come = [*in_time, *random.choices(in_time, k=len(in_time))] if in_time else []
    random.shuffle(as_they_come)
    end, moved = arrive(direction, as_they_come)
    assert end.says == (in_time[-1].says if in_time else Seen(ParcelStatus.REGISTERED, NOON).says)
    assert all(one.at <= other.at for one, other in pairwise(moved))


@given(st.lists(st.tuples(st.sampled_from(sorted(ParcelStatus)), st.integers(1, 3), st.integers(1, 90)), max_size=20))
def test_no_scan_however_wrong_moves_a_parcel_where_the_table_does_not_lead(scans: list[Scan]) -> None:
    latest = Seen(ParcelStatus.REGISTERED, NOON)
    for scan in (seen(*one) for one in scans):
        try:
            effect = after(Direction.DOWN, latest, scan)
        except Impossible:
            assert scan.status not in MOVES[Direction.DOWN][latest.status]
            continue
        if effect is Effect.MOVE:
            assert scan.status in MOVES[Direction.DOWN][latest.status]
            assert latest.status not in FINAL
            latest = scan


def test_an_arrival_stands_at_the_kind_of_unit_it_arrived_at() -> None:
    assert status_after(ScanKind.ARRIVED, Workspace.CENTRE) is ParcelStatus.AT_HUB
    assert status_after(ScanKind.ARRIVED, Workspace.STATION) is ParcelStatus.AT_STATION
    assert status_after(ScanKind.ARRIVED, Workspace.POINT) is ParcelStatus.AT_POINT
    assert status_after(ScanKind.LOADED) is ParcelStatus.ON_VEHICLE


def test_goods_that_arrived_do_not_go_back_on_the_way() -> None:
    for arrived in (ConsignmentStatus.TO_COUNT, ConsignmentStatus.ARRIVED):
        assert step(arrived, ConsignmentStatus.ON_VEHICLE, same_place=False) is Effect.LATE
        assert step(arrived, ConsignmentStatus.TO_COUNT, same_place=False) is Effect.REPEAT
    for ended in (ConsignmentStatus.LOST, ConsignmentStatus.CANCELLED):
        with pytest.raises(Impossible):
            step(ended, ConsignmentStatus.ON_VEHICLE, same_place=False)
    assert all(not GOODS[status] for status in ConsignmentStatus if status.is_final)


def test_the_same_vehicle_carries_up_what_it_has_made_room_for() -> None:
    loads = [Carried(0, 1, 500), Carried(1, 3, 400), Carried(0, 2, 300)]
    assert weights(2, loads) == [800, 700, 400]
    assert heaviest(weights(2, loads)) == 800
    assert heaviest([]) == 0
    assert not is_in_order(Carried(2, 1, 5))


@given(
    st.integers(0, 8).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(
                st.tuples(st.integers(0, n), st.integers(1, n + 1), st.integers(1, 9)).filter(lambda c: c[0] < c[1])
            ),
        )
    )
)
def test_each_load_weighs_on_just_the_legs_that_it_rides(case: tuple[int, list[tuple[int, int, int]]]) -> None:
    stops, given_loads = case
    loads = [Carried(*one) for one in given_loads]
    expected = [sum(load.grams for load in loads if load.takes <= leg < load.drops) for leg in range(stops + 1)]
    assert weights(stops, loads) == expected


def test_a_repeat_that_came_later_makes_what_was_between_late() -> None:
    there = Seen(ParcelStatus.AT_POINT, later(10), unit_id=1)
    end, _moved = arrive(
        Direction.DOWN,
        [there, Seen(ParcelStatus.AT_POINT, later(30), unit_id=1), Seen(ParcelStatus.ON_VEHICLE, later(20), tour_id=1)],
    )
    assert end.status is ParcelStatus.AT_POINT
    assert end.at - there.at == timedelta(minutes=20)
