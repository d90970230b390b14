"""Seeing to parcels that lie too long or were called back; and how long a carrier's parcels may lie."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.request import Request
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.forms import LongerForm, NoteForm, ShelfDaysForm
from terrace.logistics.views.parcel_acts import url_of
from terrace.registry import queries as registry


@needs(Permission.HANDLE)
def send_back(request: Request, number: str) -> HttpResponse:
    """Ask once, then give up waiting for who does not fetch a parcel."""
    found = queries.get_parcel(request.actor, number)
    question = Question(
        title=_("Send %(number)s back?") % {"number": number},
        text=_(
            "Call the recipient first. It goes back to its carrier with the next tour, and its code opens it no more."
        ),
        submit_label=_("Send it back"),
        cancel_url=url_of("parcel", found),
    )
    form = NoteForm(pages.sent(request))
    act = lambda: services.send_back(by=request.actor, parcel=found, note=form.values["note"])  # noqa: E731
    return confirm(request, question, act, form=form)


@needs(Permission.HANDLE)
def keep_longer(request: Request, number: str) -> HttpResponse:
    """Ask for how long, then keep a parcel for a recipient who said to come."""
    found = queries.get_parcel(request.actor, number)
    question = Question(
        title=_("Keep %(number)s longer?") % {"number": number},
        text=_("For a recipient who said to come. At most %(most)d days at once.") % {"most": services.MOST_AT_ONCE},
        submit_label=_("Keep it"),
        cancel_url=url_of("parcel", found),
    )
    form = LongerForm(pages.sent(request))
    act = lambda: services.keep_longer(by=request.actor, parcel=found, days=form.values["days"])  # noqa: E731
    return confirm(request, question, act, form=form)


@needs(Permission.HANDLE)
def send_home(request: Request, number: str) -> HttpResponse:
    """Ask once, then send a parcel that was called back to where it began."""
    found = queries.get_parcel(request.actor, number)
    question = Question(
        title=_("Send %(number)s home?") % {"number": number},
        text=_("What is in it was given back. Tours take it to where it began; there it counts as given back."),
        submit_label=_("Send it home"),
        cancel_url=url_of("parcel", found),
    )
    return confirm(request, question, lambda: services.send_home(by=request.actor, parcel=found))


@needs(Permission.DISPATCH)
def shelf_days(request: Request, number: str) -> HttpResponse:
    """Say how long a carrier's parcels wait on the shelf."""
    found = queries.get_carrier(request.actor, number)
    initial = {"version": found.version, "remind_days": found.remind_days, "keep_days": found.keep_days}
    form = ShelfDaysForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            version = form.values["version"]
            services.set_shelf_days(by=request.actor, carrier=found, version=version, days=form.days())
            return redirect("logistics:carriers")
    context = {
        "title": _("On the shelf: %(name)s") % {"name": registry.parties_by_id([found.party_id])[found.party_id].name},
        "lead": _("As agreed with the carrier. Empty means as long as parcels of all others."),
        "form": form,
        "cancel_url": reverse("logistics:carriers"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))
