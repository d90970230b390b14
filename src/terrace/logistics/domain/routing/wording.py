"""Reasons and ways out as sentences that a dispatcher understands."""

from terrace.kernel.words import Text, _, plural
from terrace.logistics.domain.routing.problem import FOREVER
from terrace.logistics.domain.routing.reasons import Reason, ReasonKind
from terrace.logistics.domain.routing.ways_out import WayOut, WayOutKind

COLD = 2
"""Which load of a county's day is what has to be kept cold."""
HOUR, MINUTE = 3600, 60


def sentence(reason: Reason) -> Text:
    """Return what is lacking: "3 vehicles too few between 08:00 and 11:00 for cold goods"."""
    if reason.kind is ReasonKind.TOO_FEW_VEHICLES and reason.between:
        words = {"count": reason.short, "from": clock(reason.between.earliest), "until": clock(reason.between.latest)}
        return _too_few(reason) % words
    if reason.kind in (ReasonKind.TOO_LITTLE_ROOM, ReasonKind.TOO_LITTLE_TIME):
        return _on_the_day(reason) % {"count": reason.short}
    if reason.kind is ReasonKind.NONE_FOUND:
        words = {"count": len(reason.jobs)}
        return plural("%(count)d stop found no place", "%(count)d stops found no place", len(reason.jobs)) % words
    return reason.kind.label


def _too_few(reason: Reason) -> Text:
    if reason.load == COLD:
        return plural(
            "%(count)d vehicle too few between %(from)s and %(until)s for cold goods",
            "%(count)d vehicles too few between %(from)s and %(until)s for cold goods",
            reason.short,
        )
    return plural(
        "%(count)d vehicle too few between %(from)s and %(until)s",
        "%(count)d vehicles too few between %(from)s and %(until)s",
        reason.short,
    )


def _on_the_day(reason: Reason) -> Text:
    if reason.load == COLD:
        return plural("%(count)d cold vehicle too few", "%(count)d cold vehicles too few", reason.short)
    if reason.kind is ReasonKind.TOO_LITTLE_TIME:
        return plural(
            "All shifts together are too short: %(count)d vehicle too few",
            "All shifts together are too short: %(count)d vehicles too few",
            reason.short,
        )
    return plural(
        "The vehicles carry too little: %(count)d too few",
        "The vehicles carry too little: %(count)d too few",
        reason.short,
    )


def way_out(way: WayOut, vehicle: str = "") -> Text:
    """Return what would help; `vehicle` is how people call the kind of vehicle that is lacking."""
    if way.kind is WayOutKind.MORE_VEHICLES:
        words = {"count": way.count, "vehicle": vehicle}
        return plural("%(count)d more like %(vehicle)s", "%(count)d more like %(vehicle)s", way.count) % words
    if way.kind is WayOutKind.LONGER_DAY:
        return _("A day that is %(minutes)d minutes longer") % {"minutes": way.seconds // MINUTE}
    if way.kind is WayOutKind.LET_WAIT:
        words = {"count": len(way.jobs)}
        return plural("Let %(count)d stop wait", "Let %(count)d stops wait", len(way.jobs)) % words
    return way.kind.label


def clock(moment: int) -> str:
    """Return a moment of the day as on a clock; the end of days that never end is their last minute."""
    last = 24 * HOUR - MINUTE
    shown = min(moment, last) if moment < FOREVER else last
    return f"{shown // HOUR:02}:{shown % HOUR // MINUTE:02}"
