"""Parcels: which way they go, where they stand, and which step may follow which. Pure rules.

A parcel is where its latest scan says. Scans come late, twice and in the wrong
order, for phones are without a network in the mountains; `after` says what each
one means, and is all that the services ask.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Choice, Text, _, in_context

MOST_TRIES = 5
"""So many wrong pick-up codes, and the code opens nothing any more: a new one is sent, or a photo is taken."""
LONGEST_CODE = 40
"""The longest number or waybill that a label bears."""
PERSONAL_FOR = timedelta(days=180)
"""How long recipient, phone and address stay after a parcel's end, for complaints, unless a setting says otherwise."""


LATEST_NEWS = timedelta(days=60)
"""So long after it happened something may still be told. A clock that says more is wrong."""


def heard_at(told: datetime | None, now: datetime) -> datetime:
    """Return when something happened by the clock of who tells it: a clock that goes ahead counts as now.

    Raises `Invalid` for a moment too long ago to be told now.
    """
    if told is not None and told < now - LATEST_NEWS:
        raise Invalid(_("This is too long ago. Look at the clock of the phone or program that sent it."), field="at")
    return min(told or now, now)


class Direction(Choice):
    """Up to the market, or down to the village."""

    UP = "up", _("Upward")
    DOWN = "down", _("Downward")


class ParcelStatus(Choice):
    """Where a parcel stands."""

    REGISTERED = "registered", _("Registered")
    AT_HUB = "at_hub", _("At the centre")
    ON_VEHICLE = "on_vehicle", _("On the vehicle")
    AT_STATION = "at_station", _("At the station")
    AT_POINT = "at_point", _("At the point")
    WITH_CARRIER = "with_carrier", _("With the carrier")
    IN_TRANSIT = "in_transit", _("On its way to the buyer")
    MISSING = "missing", in_context("of a parcel", "Missing")
    DAMAGED = "damaged", _("Damaged")
    REFUSED = "refused", in_context("of a parcel", "Refused")
    DELIVERED = "delivered", _("Handed over")
    RETURNED = "returned", _("Returned")
    LOST = "lost", _("Lost")

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return self in FINAL

    @property
    def is_exception(self) -> bool:
        """Whether a person has to see to it."""
        return self in (ParcelStatus.MISSING, ParcelStatus.DAMAGED, ParcelStatus.REFUSED)

    @property
    def is_on_shelf(self) -> bool:
        """Whether it lies at a unit that can hand it over."""
        return self in SHELVES


class ScanKind(Choice):
    """What a scan says happened."""

    REGISTERED = "registered", _("Registered")
    ARRIVED = "arrived", _("Arrived")
    COUNTED_IN = "counted_in", _("Counted in")
    LOADED = "loaded", _("Loaded")
    HANDED_TO_CARRIER = "to_carrier", _("Handed to the carrier")
    IN_TRANSIT = "in_transit", _("On its way")
    HANDED_OVER = "handed_over", _("Handed over")
    MISSING = "missing", _("Not found")
    DAMAGED = "damaged", _("Damaged")
    REFUSED = "refused", _("Refused by the recipient")
    NOT_FETCHED = "not_fetched", _("Not fetched in time")
    RETURNED = "returned", in_context("of a parcel", "Given back")
    LOST = "lost", _("Given up as lost")


class Proof(Choice):
    """What showed that a parcel reached who may have it."""

    CODE = "code", _("For the pick-up code")
    SIGNATURE = "signature", _("For a signature")
    PHOTO = "photo", _("Before the camera")


SHELVES = frozenset({ParcelStatus.AT_HUB, ParcelStatus.AT_STATION, ParcelStatus.AT_POINT})
LIES = SHELVES | {ParcelStatus.REGISTERED}
"""Where a parcel that goes up is until a vehicle or its carrier takes it."""
PLACES = SHELVES | {ParcelStatus.ON_VEHICLE}
"""Where a parcel can be inside the network. From each it may come to each: steps are forgotten, and ways go back."""
FINAL = frozenset({ParcelStatus.DELIVERED, ParcelStatus.RETURNED, ParcelStatus.LOST})
SENT = frozenset({ParcelStatus.WITH_CARRIER, ParcelStatus.IN_TRANSIT, ParcelStatus.DELIVERED})
"""Who hears one of these of a parcel that goes up knows that the carrier has it, or had it."""
TROUBLE = frozenset({ParcelStatus.MISSING, ParcelStatus.DAMAGED, ParcelStatus.REFUSED})
_BACK_OR_GONE = frozenset({ParcelStatus.RETURNED, ParcelStatus.LOST})
_ABROAD = frozenset({ParcelStatus.IN_TRANSIT, ParcelStatus.DELIVERED, ParcelStatus.RETURNED, ParcelStatus.LOST})

_DOWN: Mapping[ParcelStatus, frozenset[ParcelStatus]] = {
    ParcelStatus.REGISTERED: PLACES | TROUBLE | _BACK_OR_GONE,
    **dict.fromkeys(PLACES, PLACES | TROUBLE | _BACK_OR_GONE),
    **{shelf: PLACES | TROUBLE | _BACK_OR_GONE | {ParcelStatus.DELIVERED} for shelf in SHELVES},
    ParcelStatus.MISSING: PLACES | {ParcelStatus.DAMAGED} | _BACK_OR_GONE,
    ParcelStatus.DAMAGED: PLACES | TROUBLE | {ParcelStatus.DELIVERED} | _BACK_OR_GONE,
    ParcelStatus.REFUSED: PLACES | {ParcelStatus.MISSING, ParcelStatus.DAMAGED} | _BACK_OR_GONE,
    **dict.fromkeys((ParcelStatus.WITH_CARRIER, ParcelStatus.IN_TRANSIT), _BACK_OR_GONE),
    **{end: frozenset() for end in FINAL},
}
_UP: Mapping[ParcelStatus, frozenset[ParcelStatus]] = {
    ParcelStatus.REGISTERED: PLACES | {ParcelStatus.MISSING, ParcelStatus.DAMAGED, ParcelStatus.WITH_CARRIER} | _ABROAD,
    **{
        place: PLACES | {ParcelStatus.MISSING, ParcelStatus.DAMAGED, ParcelStatus.WITH_CARRIER} | _ABROAD
        for place in PLACES
    },
    ParcelStatus.MISSING: PLACES | {ParcelStatus.DAMAGED, ParcelStatus.WITH_CARRIER} | _ABROAD,
    ParcelStatus.DAMAGED: PLACES
    | {ParcelStatus.DAMAGED, ParcelStatus.MISSING, ParcelStatus.WITH_CARRIER, ParcelStatus.DELIVERED}
    | _BACK_OR_GONE,
    ParcelStatus.WITH_CARRIER: _ABROAD | {ParcelStatus.DAMAGED, ParcelStatus.MISSING},
    ParcelStatus.IN_TRANSIT: _ABROAD | {ParcelStatus.DAMAGED, ParcelStatus.MISSING},
    ParcelStatus.REFUSED: _BACK_OR_GONE,
    **{end: frozenset() for end in FINAL},
}
MOVES: Mapping[Direction, Mapping[ParcelStatus, frozenset[ParcelStatus]]] = {Direction.DOWN: _DOWN, Direction.UP: _UP}
"""Where a parcel may come to from where it is. A status that leads nowhere is an end; one that no step of a direction
leads to has a way out all the same."""

_MEANT: Mapping[ScanKind, ParcelStatus] = {
    ScanKind.REGISTERED: ParcelStatus.REGISTERED,
    ScanKind.LOADED: ParcelStatus.ON_VEHICLE,
    ScanKind.HANDED_TO_CARRIER: ParcelStatus.WITH_CARRIER,
    ScanKind.IN_TRANSIT: ParcelStatus.IN_TRANSIT,
    ScanKind.HANDED_OVER: ParcelStatus.DELIVERED,
    ScanKind.MISSING: ParcelStatus.MISSING,
    ScanKind.DAMAGED: ParcelStatus.DAMAGED,
    ScanKind.REFUSED: ParcelStatus.REFUSED,
    ScanKind.NOT_FETCHED: ParcelStatus.REFUSED,
    ScanKind.RETURNED: ParcelStatus.RETURNED,
    ScanKind.LOST: ParcelStatus.LOST,
}
_SHELF_OF: Mapping[Workspace, ParcelStatus] = {
    Workspace.BUREAU: ParcelStatus.AT_HUB,
    Workspace.CENTRE: ParcelStatus.AT_HUB,
    Workspace.STATION: ParcelStatus.AT_STATION,
    Workspace.POINT: ParcelStatus.AT_POINT,
}


OWN_NUMBER = re.compile(r"[WK]-", re.IGNORECASE)


def checked_waybill(text: str) -> str:
    """Return a carrier's waybill as it is kept; raise `Invalid` for what looks like a number of our own labels."""
    waybill = text.strip()
    if OWN_NUMBER.match(waybill):
        raise Invalid(_("This is the number of our own label. Enter the carrier's."), field="waybill")
    return waybill


def status_after(kind: ScanKind, workspace: Workspace | None = None) -> ParcelStatus:
    """Return where a scan of `kind` puts a parcel; an arrival needs the kind of unit that it arrived at."""
    if kind is ScanKind.ARRIVED:
        return _SHELF_OF[workspace or Workspace.POINT]
    return _MEANT[kind]


class Impossible(DomainError):
    """A scan says what cannot have happened; `message` says what to do instead."""

    code = "impossible_scan"
    status = 409


class Effect(Enum):
    """What a scan does to what is known."""

    REPEAT = auto()
    """It says what is known: nothing is written."""
    LATE = auto()
    """It happened before what is known: it is kept in the history and moves nothing."""
    MOVE = auto()
    """It is news."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A scan as the rules see it: where it puts the parcel, when, at which unit and on which tour (ids)."""

    status: ParcelStatus
    at: datetime
    unit_id: int | None = None
    tour_id: int | None = None

    @property
    def says(self) -> tuple[ParcelStatus, int | None, int | None]:
        """What it says, its moment apart."""
        return self.status, self.unit_id, self.tour_id


def after(direction: Direction, latest: Seen, scan: Seen) -> Effect:
    """Return what `scan` means where `latest` is the youngest scan so far, or raise `Impossible`.

    The same again is a repeat, whatever its moment. Of two scans the later one
    by the clock of who scanned counts, whichever came first: so the end of any
    journey is the same in every order of arrival.
    """
    if scan.says == latest.says:
        return Effect.REPEAT
    if scan.at < latest.at:
        return Effect.LATE
    if scan.status not in MOVES[direction][latest.status]:
        raise Impossible(advice(direction, latest.status, scan.status))
    return Effect.MOVE


def advice(direction: Direction, now: ParcelStatus, wanted: ParcelStatus) -> Text:
    """Return why a parcel cannot come from `now` to `wanted`, and what to do."""
    if now.is_final:
        told = _("This parcel has ended: %(status)s. If it lies before you, lay it aside and call the centre.")
        return told % {"status": now.label}
    if wanted is ParcelStatus.DELIVERED:
        return _("It was not scanned in here yet. Scan it as arrived first, then hand it over.")
    if direction is Direction.DOWN and wanted in (ParcelStatus.WITH_CARRIER, ParcelStatus.IN_TRANSIT):
        return _("This parcel goes down to a village. To give it back to its carrier, scan it as given back.")
    if direction is Direction.UP and wanted is ParcelStatus.REFUSED:
        return _(
            "Nobody in the village refuses a parcel that goes up. If its sender takes it back, scan it as given back."
        )
    if now in (ParcelStatus.WITH_CARRIER, ParcelStatus.IN_TRANSIT):
        return _("The carrier has it. If it came back, scan it as given back.")
    told = _("It is %(now)s and cannot become %(wanted)s. Look at its page, and scan what happened between.")
    return told % {"now": now.label, "wanted": wanted.label}
