"""The page on which a counter takes in goods that a buyer sends back."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.forms import QuantityField
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _, in_language
from terrace.logistics.domain import Permission as Logistics
from terrace.market import services
from terrace.market.forms.returning import ReturnForm
from terrace.market.queries.returning import find_returning
from terrace.network import queries as network


@needs(Logistics.HANDLE)
def take_in(request: Request) -> HttpResponse:
    """Take in goods that a buyer sends back; the answer is the parcel, whose label is to be printed."""
    actor = request.actor
    found = [unit for unit in network.units_by_id(actor.units).values() if unit.is_open]
    units = {unit.number: unit for unit in found if actor.may(Logistics.HANDLE, unit.area_path)}
    if not units:
        raise NotFound
    form = ReturnForm(
        pages.sent(request),
        initial={"number": request.GET.get("number", "")[:20]},
        units=[(number, in_language(unit.names)) for number, unit in units.items()],
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            parcel = services.take_in_return(
                by=actor,
                dispute=find_returning(values["number"]),
                unit=units[values["unit"]],
                weight_grams=QuantityField.of(values["weight"], Unit.KILOGRAM, field="weight").steps,
            )
            return redirect("logistics:parcel", parcel.number)
    context = {
        "title": _("Take in a return"),
        "lead": _("A buyer brings goods back. They go up with the next tour to where they were packed."),
        "form": form,
        "submit_label": _("Take in"),
        "cancel_url": reverse("logistics:desk"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))
