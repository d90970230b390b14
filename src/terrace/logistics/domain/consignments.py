"""Consignments: farm goods on their way from a point to the centre. Pure rules."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, _
from terrace.logistics.domain.parcels import Effect, Impossible


class ConsignmentStatus(Choice):
    """Where a consignment stands."""

    WAITING = "waiting", _("Waiting to be fetched")
    ON_VEHICLE = "on_vehicle", _("On the vehicle")
    ON_THE_WAY = "on_the_way", _("On the way, unloaded")
    TO_COUNT = "to_count", _("Arrived, to be counted")
    ARRIVED = "arrived", _("Counted in")
    LOST = "lost", _("Lost")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return self in FINAL


FINAL = frozenset({ConsignmentStatus.ARRIVED, ConsignmentStatus.LOST, ConsignmentStatus.CANCELLED})
_UNDER_WAY = frozenset({ConsignmentStatus.ON_VEHICLE, ConsignmentStatus.ON_THE_WAY, ConsignmentStatus.TO_COUNT})
MOVES: Mapping[ConsignmentStatus, frozenset[ConsignmentStatus]] = {
    ConsignmentStatus.WAITING: _UNDER_WAY | {ConsignmentStatus.CANCELLED, ConsignmentStatus.LOST},
    ConsignmentStatus.ON_VEHICLE: _UNDER_WAY | {ConsignmentStatus.WAITING, ConsignmentStatus.LOST},
    ConsignmentStatus.ON_THE_WAY: _UNDER_WAY | {ConsignmentStatus.WAITING, ConsignmentStatus.LOST},
    ConsignmentStatus.TO_COUNT: frozenset({ConsignmentStatus.ARRIVED, ConsignmentStatus.LOST}),
    **{end: frozenset() for end in FINAL},
}
"""Where a consignment may come to from where it is. What was unloaded where it began waits there again."""


def step(now: ConsignmentStatus, wanted: ConsignmentStatus, *, same_place: bool) -> Effect:
    """Return what a scan means that puts a consignment from `now` to `wanted`, or raise `Impossible`.

    What has arrived stays arrived: a scan of the way that comes after is late.
    """
    if now is wanted and same_place:
        return Effect.REPEAT
    arrived = (ConsignmentStatus.TO_COUNT, ConsignmentStatus.ARRIVED)
    if now in arrived and wanted in _UNDER_WAY:
        return Effect.REPEAT if wanted is ConsignmentStatus.TO_COUNT else Effect.LATE
    if wanted not in MOVES[now]:
        told = _("This consignment has ended: %(status)s. If it lies before you, call the centre.")
        raise Impossible(told % {"status": now.label})
    return Effect.MOVE
