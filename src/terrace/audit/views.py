"""The record of acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from terrace.audit import queries
from terrace.audit.domain import Via
from terrace.audit.forms import ActFilter
from terrace.audit.models import Act
from terrace.http import listing
from terrace.http.access import signed_in
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.words import Names, Text, _, in_context

VIAS: dict[str, Text] = {via.value: via.label for via in Via}


@dataclass(frozen=True, slots=True)
class Line:
    """An act with what its subject is called today, and the names of its place."""

    act: Act
    subject: str
    place: Names


def _lines(actor: Actor, acts: Sequence[Act]) -> list[Line]:
    places = queries.names_of_places(act.area_path for act in acts)
    subjects = queries.names_of_subjects(actor, acts)
    return [Line(act, subjects[act.pk], places.get(act.area_path, {})) for act in acts]


# Sorted by time alone: the record grows for ever, and no index helps to bring all of it into another order.
COLUMNS: tuple[Column[Line], ...] = (
    Column("at", _("When"), lambda line: line.act.at, Kind.DATETIME, sort="id"),
    Column("who", in_context("an act", "Who"), lambda line: line.act.who or _("nobody signed in")),
    Column("act", in_context("an act", "What was done"), lambda line: line.act.title),
    Column("subject", _("On what"), lambda line: line.subject),
    Column("place", _("Where"), lambda line: line.place, Kind.NAMES),
    Column("via", _("By way of"), lambda line: VIAS.get(line.act.via, line.act.via)),
)


def _table(actor: Actor) -> Table[Act, Line]:
    """Return the list as `actor` may read it: of what it was done to, the names that are shown to them."""
    return Table(
        name="acts",
        columns=COLUMNS,
        present=partial(_lines, actor),
        order=("-id",),
        most_counted=queries.MOST_COUNTED,
        empty=Empty(_("Nothing was done yet"), _("Here you will see who did what in your area, and when.")),
    )


@require_safe
@signed_in
def acts(request: Request) -> HttpResponse:
    """List what was done in the reader's area, and the reader's own acts."""
    form = ActFilter(request.GET)
    context = {
        "title": _("Record of acts"),
        "lead": _("Who did what in your area. Nobody can change or delete a line of it."),
    }
    rows = form.narrow(queries.visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _table(request.actor), rows, form, context)
