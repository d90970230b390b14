"""A household's statement: as a page, and typeset as PDF. Staff ask for it by a button, for each look is recorded."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, typeset
from terrace.http.access import needs
from terrace.http.pieces import Figure
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _, in_language
from terrace.ledger.domain import Permission as Ledger
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.registry.domain import Permission as Registry
from terrace.registry.models import Party
from terrace.statistics import queries, services
from terrace.statistics.domain import Span
from terrace.statistics.forms import Chosen, PeriodForm
from terrace.statistics.queries import HouseholdStatement
from terrace.statistics.views import papers, telling


@needs(Ledger.VIEW, Registry.PERSONAL, or_own=True)
def statement(request: Request, number: str) -> HttpResponse:
    """Show a household its statement of a period; staff first say that they want to look, which is recorded."""
    party = queries.get_household(request.actor, number)
    chosen = _chosen(request)
    if request.method == "GET" and not request.actor.owns(party.pk):
        return _answer(request, "statistics/statement_ask.html", _about(party, chosen))
    found = services.look_at_statement(by=request.actor, party=party, period=chosen.period)
    return _answer(request, "statistics/statement.html", {**_about(party, chosen), **_told(request.actor, found)})


@needs(Ledger.VIEW, Registry.PERSONAL, or_own=True)
def statement_pdf(request: Request, number: str) -> HttpResponse:
    """Hand out the statement as PDF; staff ask by a button as for the page, and that is recorded too."""
    party = queries.get_household(request.actor, number)
    if request.method == "GET" and not request.actor.owns(party.pk):
        return HttpResponseNotAllowed(["POST"])
    chosen = _chosen(request)
    found = services.look_at_statement(by=request.actor, party=party, period=chosen.period)
    name = f"{party.number}-{chosen.period.days.first.isoformat()}"
    return typeset.answer(name, "statistics/statement.typ", papers.of_statement(found))


@needs(or_own=True)
def own(request: Request) -> HttpResponse:
    """Lead who speaks for a household to its statement; for several, to the list of their own."""
    mine = registry.parties_by_id(request.actor.own_parties).values()
    households = [party for party in mine if party.kind == Kind.HOUSEHOLD]
    if not households:
        raise NotFound
    if len(households) == 1:
        return redirect("statistics:statement", households[0].number)
    return redirect("registry:parties")


def _chosen(request: Request) -> Chosen:
    """Return the period asked for, this year where nothing is said."""
    given = request.POST if request.method == "POST" else request.GET
    asked = {"span": Span.YEAR.value, **{name: given[name] for name in ("span", "on", "product") if name in given}}
    return PeriodForm(asked, today=clock.today()).chosen()


def _answer(request: Request, template: str, context: Mapping[str, Any]) -> HttpResponse:
    response = pages.render(request, template, context)
    # What was shown by a recorded act must not come back from the browser's cache unrecorded.
    response["Cache-Control"] = "no-store"
    return response


def _about(party: Party, chosen: Chosen) -> dict[str, Any]:
    url, today = reverse("statistics:statement", args=[party.number]), clock.today()
    period = chosen.period
    after = period.after if period.days.last < today else None
    return {
        "title": _("Statement of %(name)s") % {"name": party.name},
        "lead": " · ".join(str(part) for part in _lead(party, chosen)),
        "breadcrumb": [
            *((in_language(area.names), "") for area in network.ancestors(party.area_path)),
            (party.name, reverse("registry:party", args=[party.number])),
            (_("Statement"), ""),
        ],
        "url": url,
        "pdf_url": reverse("statistics:statement_pdf", args=[party.number]),
        "period": telling.name_of(period),
        "chosen": {"span": period.span.value, "on": period.days.first.isoformat(), "product": _code(chosen)},
        "query": chosen.query(),
        "neighbours": [
            {"label": telling.name_of(one), "url": f"{url}?{chosen.query(one)}", "fields": _fields(chosen, one)}
            for one in (period.before, after)
            if one
        ],
        "party": party,
    }


def _code(chosen: Chosen) -> str:
    return chosen.product.code if chosen.product else ""


def _fields(chosen: Chosen, period: Any) -> dict[str, str]:
    return {"span": period.span.value, "on": period.days.first.isoformat(), "product": _code(chosen)}


def _lead(party: Party, chosen: Chosen) -> list[Text]:
    product = [in_language(chosen.product.names)] if chosen.product else []
    return [telling.name_of(chosen.period), *product, party.number]


def _told(actor: Actor, found: HouseholdStatement) -> dict[str, Any]:
    ways = papers.Ways.of(actor, found)
    url = reverse("statistics:statement", args=[found.party.number])
    return {
        "statement": found,
        "figures": _figures(found),
        "flows": papers.flows_of(found),
        "owed": papers.owed(found, ways).latest_first,
        "purchases": papers.bought(found, ways).latest_first,
        "sales": papers.earned(found, ways).latest_first,
        "losses": papers.lost(found, ways).latest_first,
        "lines": papers.entries(found, ways).latest_first,
        "seasons": papers.seasons(found).latest_first,
        "years": papers.years(found, url).latest_first,
    }


def _figures(found: HouseholdStatement) -> list[Figure]:
    return [
        Figure(_("Goods sold"), telling.told(papers.sold(found)), line=_("in this period, before fees")),
        Figure(_("Above the reference price"), telling.told(found.premium), line=_("of the purchases in this period")),
        Figure(_("Still owed"), telling.told(found.owed_amount), line=_("for goods of any time")),
        Figure(_("On the account"), telling.told(found.closing), line=_("on the last day of the period")),
    ]
