"""The page on which a dispatcher sees what becomes of a tour that cannot go on, and has it done."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import Text, _, in_language, plural
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.forms.tours import ITSELF, NOBODY, CarryOutForm, WhoForm
from terrace.logistics.models import Tour
from terrace.logistics.services import Changed, NotUnderWay, Replanned
from terrace.logistics.views.plan_cards import kilometres
from terrace.logistics.views.planning import free_crew
from terrace.network import queries as network


@dataclass(frozen=True, slots=True)
class ChangedCard:
    """A tour as it would be."""

    tour: Tour
    plate: str
    more: str
    stops: list[tuple[str, str, bool]]


@needs(Permission.DISPATCH)
def replan(request: Request, number: str) -> HttpResponse:
    """Show what would become of the rest of a tour, and do it when asked to."""
    found = queries.get_tour(request.actor, number)
    try:
        return _replan(request, found)
    except (Invalid, NotUnderWay) as refused:
        messages.error(request, str(refused))
        return redirect("logistics:tour", number)


def _replan(request: Request, found: Tour) -> HttpResponse:
    """Do first what is asked for, as it was shown; only a page that is looked at needs the day planned anew."""
    crew = free_crew(found)
    vehicles = [choice for choice in crew["vehicles"] if choice[0] != str(found.vehicle_id)]
    who = _who(request, found, vehicles)
    vehicle_id = None if who in (ITSELF, NOBODY) else int(who)

    @cache
    def shown() -> Replanned:
        return services.replan(by=request.actor, tour=found, vehicle_id=vehicle_id, goes_on=who == ITSELF)

    given = {"drivers": crew["drivers"], "is_relieved": vehicle_id is not None}
    form = CarryOutForm(pages.sent(request), initial={"version": lambda: shown().token}, **given)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            driver = form.values.get("driver")
            told = {"token": form.values["version"], "driver_id": int(driver) if driver else None}
            services.carry_out(by=request.actor, tour=found, **told)
            return redirect("logistics:live")
    if not shown().changed:
        for said in form.non_field_errors():
            messages.error(request, str(said))
    context = _context(shown()) | {
        "who_form": WhoForm({"who": who}, vehicles=vehicles),
        "form": form if shown().changed else None,
    }
    return pages.render(request, "logistics/replan.html", context, status=pages.form_status(request))


def _who(request: Request, found: Tour, vehicles: Sequence[tuple[str, str]]) -> str:
    """Return who goes on with a tour: who was asked for, else a free vehicle where something is on board."""
    who = request.GET.get("who") or (vehicles[0][0] if vehicles and queries.lies_on(found) else NOBODY)
    if who not in (ITSELF, NOBODY) and not who.isdecimal():
        raise NotFound
    return who


def _context(shown: Replanned) -> dict[str, object]:
    number = shown.tour.number
    return {
        "title": _("Plan anew what is left of tour %(number)s") % {"number": number},
        "lead": _(
            "What it was still to fetch goes to the tours for which it is the least way. Nothing is changed yet."
        ),
        "breadcrumb": [
            (_("Today's tours"), reverse("logistics:live")),
            (number, reverse("logistics:tour", args=[number])),
            (_("Plan anew"), ""),
        ],
        "cards": _cards(shown),
        "not_taken": _not_taken(shown),
        "on_board": shown.on_board,
        "cancel_url": reverse("logistics:live"),
    }


def _cards(shown: Replanned) -> list[ChangedCard]:
    units = network.units_by_id(then.stop.unit_id for one in shown.changed for then in one.stops)
    return [
        ChangedCard(
            one.tour,
            (shown.relief if shown.relief and one.tour.pk == shown.tour.pk else one.tour.vehicle).plate,
            _more(one),
            [(in_language(units[then.stop.unit_id].names), f"{then.at:%H:%M}", then.is_new) for then in one.stops],
        )
        for one in shown.changed
    ]


def _more(one: Changed) -> str:
    """Return how much farther and later a tour is home, in words."""
    told: list[Text] = []
    if one.extra_m:
        told.append(_("%(way)s more") % {"way": kilometres(one.extra_m)})
    minutes = round(one.later_s / 60)
    if minutes > 0:
        words = plural("home %(count)s minute later", "home %(count)s minutes later", minutes)
        told.append(words % {"count": written.number(minutes)})
    return ", ".join(str(one) for one in told)


def _not_taken(shown: Replanned) -> list[tuple[str, int, Text]]:
    units = network.units_by_id(one.stop.unit_id for one in shown.not_taken)
    return [(in_language(units[one.stop.unit_id].names), one.things, one.why) for one in shown.not_taken]
