"""Road networks: uploaded as a sheet, and taken out of use."""

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages, workbooks
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.request import Request
from terrace.http.sheets import SheetPage, take
from terrace.http.workbooks import GivenRow, Sheet
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.forms.roads import NetworkForm
from terrace.logistics.views.units import as_choices, own_centres

EXAMPLE = (33.9131, 105.302, 33.9204, 105.3107, 1320, 40, "no")


@needs(Permission.DISPATCH)
def network(request: Request) -> HttpResponse:
    """Take in the roads of a centre's area from a sheet."""
    centres = own_centres(request.actor, Permission.DISPATCH)
    if not centres:
        raise NotFound
    form = NetworkForm(pages.sent(request), request.FILES or None, centres=as_choices(centres))

    def act(rows: list[GivenRow]) -> Text:
        centre_id = next(unit.pk for unit in centres if unit.number == form.cleaned_data["centre"])
        name = form.cleaned_data["file"].name
        made = services.take_network(by=request.actor, centre_id=centre_id, name=name, rows=rows)
        return _("%(edges)d pieces of road are in use now.") % {"edges": made.edges}

    page = SheetPage(
        title=_("Upload the road network"),
        lead=_("One row for each piece of road between two points (WGS84). All rows are taken, or none."),
        submit_label=_("Upload"),
        back_url=reverse("logistics:roads"),
        pattern_url=reverse("logistics:road_network_pattern"),
    )
    return take(request, page, form, act)


@needs(Permission.DISPATCH)
def pattern(request: Request) -> HttpResponse:
    """Answer with a sheet that has the columns and one example."""
    return workbooks.download("roads", Sheet(str(_("Roads")), services.NETWORK_HEADS, [EXAMPLE]))


@needs(Permission.DISPATCH)
def drop(request: Request, network_id: int) -> HttpResponse:
    """Ask once, then take a road network out of use."""
    found = queries.networks_visible_to(request.actor).filter(pk=network_id).first()
    if found is None:
        raise NotFound
    question = Question(
        title=_("Take this road network out of use?"),
        text=_("Distances come from the next source then. Plans that are there stay as they were made."),
        submit_label=_("Take it out of use"),
        cancel_url=reverse("logistics:roads"),
    )
    return confirm(request, question, lambda: services.drop_network(by=request.actor, found=found))
