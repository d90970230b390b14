"""Where vehicles were: which positions are believed, and what they say of a tour. Pure rules.

Positions come from phones, trackers and files, twice, late and in any order. Each is judged alone when it comes in;
which of them belong together is found anew whenever they are read, so that their order never matters.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from terrace.kernel.words import Choice, _
from terrace.network.domain.places import Point, distance_km

CLOCK_AHEAD = timedelta(minutes=5)
"""A clock that goes ahead no more than this is believed."""
FARTHEST_KM = 300
"""Farther from its centre no vehicle of a county drives in a day, but a receiver that has lost its satellites does."""
VAGUEST_M = 1_000
FASTEST_KMH = 130
LOOK_BACK = 10
"""So many positions in a row may be wrong, and those after them are still held against those before."""
STILL_M = 40
"""A receiver at rest wanders about as far; what is less is no way."""
LONGEST_GAP = timedelta(minutes=10)
LEAST_COVERED = 0.9
AT_UNIT_M = 250


class PositionSource(Choice):
    """Who told where a vehicle was."""

    PHONE = "phone", _("The driver's phone")
    TRACKER = "tracker", _("A tracker")
    FILE = "file", _("A tracker's file")


class Tells(Choice):
    """What a column of a tracker's file tells."""

    AT = "at", _("Moment")
    LATITUDE = "latitude", _("Latitude")
    LONGITUDE = "longitude", _("Longitude")
    SPEED = "speed", _("Speed (km/h)")
    ACCURACY = "accuracy", _("Exact to (m)")


NEEDED = (Tells.AT, Tells.LATITUDE, Tells.LONGITUDE)
USUAL: Mapping[Tells, tuple[str, ...]] = {
    Tells.LATITUDE: ("纬度", r"\blat"),
    Tells.LONGITUDE: ("经度", r"\blon", r"\blng"),
    Tells.AT: ("时间", "时刻", "time", r"\bmoment", r"\bdate", r"\bat\b"),
    Tells.SPEED: ("速度", r"\bspeed", r"km/?h"),
    Tells.ACCURACY: ("精度", r"\baccuracy", "exact"),
}
"""How trackers' files usually call it, as patterns."""


class LeftOut(Choice):
    """Why a position is not believed."""

    AHEAD = "ahead", _("in the future: a clock is wrong")
    OLD = "old", _("longer ago than positions are kept")
    FAR = "far", _("far outside the area")
    VAGUE = "vague", _("too vague")
    NO_TOUR = "no_tour", _("not while that tour was driven")


@dataclass(frozen=True, slots=True)
class Fix:
    """A position at a moment; how exact it is and how fast the vehicle drove, where that was told."""

    at: datetime
    point: Point
    accuracy_m: int | None = None
    speed_kmh: int | None = None


@dataclass(frozen=True, slots=True)
class Standstill:
    """A vehicle that stood still, from when until when and where."""

    begins: datetime
    ends: datetime
    point: Point

    @property
    def minutes(self) -> int:
        """How long it stood, in whole minutes."""
        return round((self.ends - self.begins).total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class Passage:
    """When a vehicle came to a place, and when it was last seen there."""

    came: datetime
    went: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """What was driven from a place to the next, and how far that is by plan."""

    one: Point
    other: Point
    planned_m: int
    fixes: Sequence[Fix]


def why_left_out(fix: Fix, *, now: datetime, oldest: datetime, centre: Point | None) -> LeftOut | None:
    """Return why a position is not taken, None for one that is; `centre` is where its vehicle is at home."""
    if fix.at > now + CLOCK_AHEAD:
        return LeftOut.AHEAD
    if fix.at < oldest:
        return LeftOut.OLD
    if centre is not None and distance_km(fix.point, centre) > FARTHEST_KM:
        return LeftOut.FAR
    if fix.accuracy_m is not None and fix.accuracy_m > VAGUEST_M:
        return LeftOut.VAGUE
    return None


def drivable(fixes: Iterable[Fix]) -> list[Fix]:
    """Return the longest row of positions that one vehicle can have driven through, in the order of their moments.

    What would need a speed that no vehicle has is left out, be it the first, one between or many.
    """
    told = sorted(fixes, key=lambda fix: (fix.at, fix.point.latitude, fix.point.longitude))
    length, before = list[int](), list[int]()
    for here, fix in enumerate(told):
        ways = [one for one in range(max(0, here - LOOK_BACK), here) if _can_follow(told[one], fix)]
        best = max(ways, key=lambda one: (length[one], one), default=-1)
        length.append(1 + (length[best] if best >= 0 else 0))
        before.append(best)
    found, at = list[Fix](), max(range(len(told)), key=lambda one: (length[one], one), default=-1)
    while at >= 0:
        found.append(told[at])
        at = before[at]
    return found[::-1]


def best_track(by_source: Mapping[PositionSource, Sequence[Fix]]) -> list[Fix]:
    """Return what one source tells of a tour, the one that told most: two receivers side by side make a zigzag."""
    tracks = {source: drivable(fixes) for source, fixes in by_source.items()}
    return max(tracks.items(), key=lambda one: (len(one[1]), one[0].value), default=(None, list[Fix]()))[1]


def between(track: Sequence[Fix], begins: datetime, ends: datetime) -> list[Fix]:
    """Return the positions from a moment until a moment, both included."""
    moments = [fix.at for fix in track]
    return list(track[bisect_left(moments, begins) : bisect_right(moments, ends)])


def driven_metres(track: Sequence[Fix]) -> int:
    """Return how far a vehicle drove, from position to position; what a receiver wanders at rest is no way."""
    metres, last = 0.0, None
    for fix in track:
        if last is None:
            last = fix
            continue
        step = 1000 * distance_km(last.point, fix.point)
        if step > max(STILL_M, fix.accuracy_m or 0):
            metres += step
            last = fix
    return round(metres)


def covers(track: Sequence[Fix], begins: datetime, ends: datetime) -> bool:
    """Say whether positions tell of nearly all the time between two moments, so that their way is the way driven."""
    if ends <= begins:
        return False
    known = [begins, *(fix.at for fix in between(track, begins, ends)), ends]
    gaps = (later - earlier for earlier, later in pairwise(known))
    silent = sum((gap for gap in gaps if gap > LONGEST_GAP), timedelta())
    return len(known) > 2 and silent <= (1 - LEAST_COVERED) * (ends - begins)


def standstills(
    track: Sequence[Fix], places: Sequence[Point], *, least: timedelta = timedelta(minutes=10), radius_m: int = 100
) -> list[Standstill]:
    """Return where a vehicle stood for `least` or longer within `radius_m`, but not at one of the `places`."""
    found, first = list[Standstill](), 0
    while first < len(track):
        last = first
        while last + 1 < len(track) and 1000 * distance_km(track[first].point, track[last + 1].point) <= radius_m:
            last += 1
        stood = Standstill(track[first].at, track[last].at, track[first].point)
        if stood.ends - stood.begins < least:
            first += 1
            continue
        if not any(1000 * distance_km(stood.point, place) <= AT_UNIT_M + radius_m for place in places):
            found.append(stood)
        first = last + 1
    return found


def passage(track: Sequence[Fix], place: Point, radius_m: int = AT_UNIT_M) -> Passage | None:
    """Return when a vehicle came to a place for the first time and how long it stayed; None where it never came."""
    came: datetime | None = None
    went: datetime | None = None
    for fix in track:
        if 1000 * distance_km(fix.point, place) <= radius_m:
            came, went = came or fix.at, fix.at
        elif came is not None:
            break
    return Passage(came, went) if came is not None and went is not None else None


def nearest(point: Point, places: Mapping[int, Point]) -> tuple[int, int] | None:
    """Return which of the places is nearest to a point, and how many metres it is away; None without places."""
    found = [(1000 * distance_km(point, place), key) for key, place in places.items()]
    return (min(found)[1], round(min(found)[0])) if found else None


def is_detour(piece: Piece, *, factor: float = 1.5, least_m: int = 2_000) -> bool:
    """Say whether a vehicle drove much farther than planned, or was where no way of about the planned length leads."""
    most = max(piece.planned_m * factor, piece.planned_m + least_m)
    if driven_metres(piece.fixes) > most:
        return True
    return any(
        1000 * (distance_km(piece.one, fix.point) + distance_km(fix.point, piece.other)) > most for fix in piece.fixes
    )


def minutes_late(planned: datetime | None, came: datetime | None) -> int | None:
    """Return by how many minutes somebody came later than planned, negative for earlier; None where not known."""
    if planned is None or came is None:
        return None
    return round((came - planned).total_seconds() / 60)


def expected(planned: Sequence[datetime | None], late: timedelta, now: datetime) -> list[datetime | None]:
    """Return when stops that are still to come can be expected, for who is so late at the one before.

    Lateness goes with the tour, and nobody arrives in the past; who is early waits. None for a stop without a time.
    """
    delay = max(late, timedelta())
    return [None if moment is None else max(moment + delay, now) for moment in planned]


def guessed(titles: Sequence[str]) -> dict[Tells, str]:
    """Return what the columns of a file tell, by their titles; each title is one column's."""
    free, found = [title for title in titles if title], {}
    for tells, patterns in USUAL.items():
        sounds = (title for title in free if any(re.search(one, title.casefold()) for one in patterns))
        if title := next(sounds, None):
            free.remove(title)
            found[tells] = title
    return found


def _can_follow(one: Fix, other: Fix) -> bool:
    """Say whether a vehicle that was at one can be at the other then; how exact they are is allowed for."""
    away = 1000 * distance_km(one.point, other.point) - (one.accuracy_m or 0) - (other.accuracy_m or 0)
    hours = (other.at - one.at).total_seconds() / 3600
    return away <= STILL_M + 1000 * FASTEST_KMH * hours
