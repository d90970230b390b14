"""The rows behind a figure: what was summed, as far as the reader sees it in the context that keeps it."""

from django.http import HttpResponse

from terrace.http import listing, written
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.pieces import Figure
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _, in_language
from terrace.network.models import Area
from terrace.statistics.domain import FigureKind, Permission
from terrace.statistics.forms import Chosen, PeriodForm
from terrace.statistics.views import telling
from terrace.statistics.views.places import area_for, crumbs, figures_url
from terrace.statistics.views.sources import SOURCES, Behind


@needs(Permission.VIEW)
def behind(request: Request, area: str, figure: str) -> HttpResponse:
    """List the rows whose sum a figure is."""
    place, kind = area_for(request.actor, area), _kind(figure)
    chosen = PeriodForm(request.GET, today=clock.today()).chosen()
    source = SOURCES.get(kind)
    if source is None:
        raise NotFound
    request.actor.require(source.permission, place.path)
    query = chosen.query()
    back: tuple[Text, str] = (kind.label, "")
    rows = source.rows(Behind(request.actor, place, chosen))
    context = {
        "title": kind.label,
        "lead": " · ".join(str(part) for part in _about(place, chosen, kind)),
        "breadcrumb": [*crumbs(request.actor, place.path, query), back],
        "actions": [{"url": figures_url(place.code, query), "label": _("Figures"), "icon": "chart-bar"}],
        "figures": [_sum(kind, source.total(rows))],
    }
    table = source.table(request.actor)
    return listing.answer(request, "statistics/rows.html", table, rows, FilterForm(request.GET), context)


def _sum(kind: FigureKind, total: int) -> Figure:
    """Return what the rows add up to, to the last cent: the figure that they stand behind."""
    found = telling.value(kind, total)
    number = written.number(found) if isinstance(found, int) else written.money(found)
    return Figure(kind.label, number, line=_("all the rows below, added up"))


def _about(place: Area, chosen: Chosen, kind: FigureKind) -> list[Text]:
    product = [in_language(chosen.product.names)] if chosen.product else []
    return [in_language(place.names), telling.name_of(chosen.period), *product, kind.meaning]


def _kind(figure: str) -> FigureKind:
    try:
        return FigureKind(figure)
    except ValueError:
        raise NotFound from None
