"""A tracker's file of where a vehicle was."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages, workbooks
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.sheets import SheetPage, take
from terrace.http.workbooks import GivenRow, Sheet
from terrace.kernel.words import Text, _, plural
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.tracking import LeftOut
from terrace.logistics.forms.positions import PositionFileForm
from terrace.logistics.services import Taken

EXAMPLE = ("2026-11-20 08:15:00", 33.91312, 105.30204, 38, 12)


@needs(Permission.TRACK)
def upload(request: Request, number: str) -> HttpResponse:
    """Take in where a vehicle was from its tracker's file."""
    vehicle = queries.get_tracked_vehicle(request.actor, number)

    def act(rows: list[GivenRow]) -> Text:
        return said_of(services.take_position_rows(by=request.actor, vehicle=vehicle, rows=rows))

    page = SheetPage(
        title=_("Where %(vehicle)s was") % {"vehicle": vehicle.plate},
        lead=_("Moment, latitude and longitude (WGS84) in each row. The same file again changes nothing."),
        submit_label=_("Upload"),
        back_url=reverse("logistics:vehicles"),
        pattern_url=reverse("logistics:vehicle_positions_pattern", args=[number]),
    )
    return take(request, page, PositionFileForm(pages.sent(request), request.FILES or None), act)


@needs(Permission.TRACK)
def pattern(request: Request, number: str) -> HttpResponse:
    """Answer with a sheet that has the columns and one example."""
    queries.get_tracked_vehicle(request.actor, number)
    return workbooks.download("positions", Sheet(str(_("Positions")), services.POSITION_HEADS, [EXAMPLE]))


def said_of(taken: Taken) -> Text:
    """Return what became of positions in words."""
    told = plural("%(count)d new position.", "%(count)d new positions.", taken.new) % {"count": taken.new}
    known = [_("Known before: %(count)d.") % {"count": taken.known}] if taken.known else []
    return " ".join(str(part) for part in (told, *known, *_left_out(taken.left_out)))


def _left_out(left_out: Mapping[LeftOut, int]) -> list[Text]:
    if not left_out:
        return []
    reasons = ", ".join(f"{count} {reason.label}" for reason, count in sorted(left_out.items()))
    return [_("Left out: %(reasons)s.") % {"reasons": reasons}]
