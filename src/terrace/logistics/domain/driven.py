"""A tour as it was driven: when it came to each halt and how far it drove there, by positions where they tell it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from terrace.logistics.domain.tracking import Fix, Passage, between, covers, driven_metres, passage
from terrace.network.domain.places import Point


@dataclass(frozen=True, slots=True)
class Halt:
    """A halt, where it lies, and when its driver told that the vehicle came and left; the yard is first and last."""

    point: Point | None = None
    came: datetime | None = None
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to a halt from the one that was visited before it (`begins_at`, by place), and when that was.

    `seen` is when positions say that the vehicle came, None where they do not. `metres` is None where positions do
    not tell of the whole way. Without `came` nobody was there.
    """

    begins_at: int | None = None
    seen: datetime | None = None
    left_before: datetime | None = None
    came: datetime | None = None
    metres: int | None = None

    @property
    def seconds(self) -> int | None:
        """How long the way took; None for a halt that nobody came to."""
        if self.came is None or self.left_before is None:
            return None
        return int((self.came - self.left_before).total_seconds())


def believed_metres(driven: int | None, planned: int) -> int | None:
    """Return how far a tour drove; None where it is not known, or so little that the receiver stayed at home."""
    return None if driven is None or 2 * driven < planned else driven


def legs_driven(halts: Sequence[Halt], track: Sequence[Fix]) -> list[Leg]:
    """Return the way to each halt but the first, in the order of the halts.

    What positions say counts before what the driver told: a button is pressed late, or not at all.
    """
    return list(_legs(halts, track))


def _legs(halts: Sequence[Halt], track: Sequence[Fix]) -> Iterator[Leg]:
    place, left = 0, _left_yard(halts[0], track)
    for number, halt in enumerate(halts[1:], start=1):
        there = _passage(halt, track, left, is_last=number == len(halts) - 1)
        came = there.came if there else halt.came
        if came is None or left is None:
            yield Leg()
            continue
        metres = driven_metres(between(track, left, came)) if covers(track, left, came) else None
        yield Leg(place, there.came if there else None, left, came, metres)
        place, left = number, max(came, there.went if there else halt.left or came)


def _left_yard(yard: Halt, track: Sequence[Fix]) -> datetime | None:
    there = passage(track[:60], yard.point) if yard.point else None
    return max(there.went, yard.left) if there and yard.left else yard.left


def _passage(halt: Halt, track: Sequence[Fix], after: datetime | None, *, is_last: bool) -> Passage | None:
    """Return when positions say that a vehicle was at a halt, after it had left the one before."""
    if halt.point is None or after is None:
        return None
    rest = [fix for fix in track if fix.at > after]
    found = passage(rest, halt.point)
    too_late = found is not None and halt.left is not None and found.came > halt.left and not is_last
    return None if too_late else found
