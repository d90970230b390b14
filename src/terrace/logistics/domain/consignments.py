"""Consignments: farm goods on their way from a point to the centre. Pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from terrace.kernel.errors import Invalid
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


FARTHEST = timedelta(days=30)
"""So far ahead goods are made up at most: later they are a notice of what will be ripe."""


@dataclass(frozen=True, slots=True)
class Window:
    """From when goods can be fetched, None for at once, and until when they may wait, None for that same day."""

    ready_at: datetime | None = None
    waits_until: datetime | None = None

    def check(self, now: datetime) -> None:
        """Raise `Invalid` for goods that would be gone before they are ready, or before they are made up."""
        if self.ready_at is not None and self.ready_at > now + FARTHEST:
            raise Invalid(_("This is too far ahead. Record it as supply."), field="ready_at")
        if self.waits_until is None:
            return
        if self.waits_until <= max(self.ready_at or now, now):
            raise Invalid(_("They have to wait until after they are ready."), field="waits_until")
        if self.waits_until > now + 2 * FARTHEST:
            raise Invalid(_("Goods do not wait that long."), field="waits_until")


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
